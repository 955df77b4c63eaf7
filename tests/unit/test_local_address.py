"""A Location leads back to the local port, where the client came by it and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from localalb.balancer.local_address import with_local_ports
from localalb.http.message import Request, Response

PORTS = {80: 8080, 443: 8443, 8080: 16080}


@dataclass(frozen=True)
class Case:
    """What a response to a client of `host` says, and what the client gets (None: the same)."""

    host: str
    location: str
    expected: str | None = None
    secure: bool = False
    target: str = "/"


LOCAL = "127.0.0.1:8080"
CASES = {
    "a URL built without the port": Case(LOCAL, "http://127.0.0.1/q", "http://127.0.0.1:8080/q"),
    "by another name": Case("localhost:8080", "http://localhost/q", "http://localhost:8080/q"),
    "in capitals": Case("LOCALHOST:8080", "HTTP://Localhost/", "HTTP://Localhost:8080/"),
    "the port of X-Forwarded-Port": Case(LOCAL, "http://127.0.0.1:80/q", "http://127.0.0.1:8080/q"),
    "80 to 443": Case(LOCAL, "https://127.0.0.1:443/a?b=c", "https://127.0.0.1:8443/a?b=c"),
    "80 to HTTPS": Case(LOCAL, "https://127.0.0.1", "https://127.0.0.1:8443"),
    "a query without a path": Case(LOCAL, "http://127.0.0.1?a", "http://127.0.0.1:8080?a"),
    "HTTPS": Case("127.0.0.1:8443", "https://127.0.0.1/", "https://127.0.0.1:8443/", secure=True),
    "HTTPS to 80": Case("127.0.0.1:8443", "http://127.0.0.1:80/", "http://127.0.0.1:8080/", secure=True),
    "without a scheme": Case(LOCAL, "//127.0.0.1/q", "//127.0.0.1:8080/q"),
    "without a scheme, over HTTPS": Case("127.0.0.1:8443", "//127.0.0.1/", "//127.0.0.1:8443/", secure=True),
    "an absolute-form target": Case(
        "example.com", "http://127.0.0.1/", "http://127.0.0.1:8080/", target=f"http://{LOCAL}/"
    ),
    "the local port": Case(LOCAL, "http://127.0.0.1:8080/q"),
    "a port of no listener": Case(LOCAL, "http://127.0.0.1:3000/"),
    "another host": Case(LOCAL, "http://example.com/"),
    "the other local name": Case(LOCAL, "http://localhost/"),
    "a host that begins like it": Case(LOCAL, "http://127.0.0.1.example.com/"),
    "a user before the host": Case(LOCAL, "http://127.0.0.1:80@example.com/"),
    "another scheme": Case(LOCAL, "ftp://127.0.0.1/"),
    "a path": Case(LOCAL, "/q"),
    "a path that looks like a URL": Case(LOCAL, "/http://127.0.0.1/"),
    "by the DNS name": Case("demo.elb.amazonaws.com", "http://demo.elb.amazonaws.com/q"),
    "by the DNS name, to the local one": Case("demo.elb.amazonaws.com", "http://127.0.0.1/q"),
    "a Host with the listener's port": Case("127.0.0.1", "http://127.0.0.1/q"),
    "no Host": Case("", "http://127.0.0.1/q"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_location(case: Case) -> None:
    port = 443 if case.secure else 80
    request = Request("GET", case.target, (("Host", case.host),), port=port, secure=case.secure)
    response = Response(
        302, (("X-Home", "http://127.0.0.1/"), ("location", case.location)), b"http://127.0.0.1/"
    )
    expected = case.location if case.expected is None else case.expected
    seen = with_local_ports(response, request, PORTS)
    assert seen.headers == (("X-Home", "http://127.0.0.1/"), ("location", expected))
    assert seen.body == response.body
