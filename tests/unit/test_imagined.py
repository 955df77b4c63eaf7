"""What a URL means, and the bytes of a request that nobody sends."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from localalb.balancer.topology import Listener, LoadBalancer
from localalb.serving import imagined
from localalb.serving.imagined import Asked, Served

ONE, TWO = "one-1.eu-west-1.elb.amazonaws.com", "two-2.us-east-1.elb.amazonaws.com"


def served(dns_name: str, port: int, protocol: str = "HTTP", local: int | None = None) -> Served:
    listener = Listener(f"{dns_name}:{port}", port, protocol, ())
    return Served(LoadBalancer(dns_name, dns_name.partition("-")[0], dns_name), listener, local)


HTTP, HTTPS, OTHER = served(ONE, 80, local=8080), served(ONE, 443, "HTTPS", 8443), served(TWO, 8080)


@dataclass(frozen=True)
class Meant:
    """A URL, the listeners that there are, and what it means there: a listener, its Host and the target; or
    what is said of it."""

    url: str
    listeners: tuple[Served, ...]
    asked: Asked | str


EVERY = (HTTP, HTTPS, OTHER)
MEANT = (
    Meant(f"http://{ONE}/a?b=c", EVERY, Asked(HTTP, ONE, "/a?b=c")),
    Meant(f"http://{ONE}", EVERY, Asked(HTTP, ONE, "/")),
    Meant(f"http://{ONE}?b", EVERY, Asked(HTTP, ONE, "/?b")),
    Meant(f"http://{ONE}/a#b", EVERY, Asked(HTTP, ONE, "/a")),
    Meant(f"HTTP://{ONE.upper()}:80/", EVERY, Asked(HTTP, ONE.upper(), "/")),
    Meant(f"https://{ONE}/%61//..", EVERY, Asked(HTTPS, ONE, "/%61//..")),
    Meant(f"http://{TWO}:8080/", EVERY, Asked(OTHER, f"{TWO}:8080", "/")),
    Meant("http://127.0.0.1:8080/a", EVERY, Asked(HTTP, "127.0.0.1:8080", "/a")),
    Meant("https://localhost:8443/a", EVERY, Asked(HTTPS, "localhost:8443", "/a")),
    Meant("https://www.example.com/a", EVERY, Asked(HTTPS, "www.example.com", "/a")),
    Meant("/a", (HTTP,), Asked(HTTP, ONE, "/a")),
    Meant("/a", (OTHER,), Asked(OTHER, f"{TWO}:8080", "/a")),
    Meant("?b", (HTTPS,), Asked(HTTPS, ONE, "/?b")),
    Meant("/a", EVERY, f"/a alone does not say which listener: write one of http://{ONE}:80/ or"),
    Meant("/a", (), "there is no listener"),
    Meant(f"http://{ONE}:81/", EVERY, f"nothing listens at {ONE}:81: write one of http://{ONE}:80/"),
    Meant("http://127.0.0.1:80/", EVERY, "nothing listens at 127.0.0.1:80"),
    Meant("http://www.example.com/", (HTTP, served(TWO, 80)), "several load balancers listen at"),
    Meant(f"https://{ONE}:80/", EVERY, f"{ONE}:80 speaks HTTP: write one of"),
    Meant("ftp://a/", EVERY, "'ftp://a/' is no URL: write http://NAME/PATH, or a path such as /api/x"),
    Meant("api/x", EVERY, "'api/x' is no URL"),
    Meant("", EVERY, "'' is no URL"),
)


@pytest.mark.parametrize("case", MEANT, ids=lambda case: f"{case.url} of {len(case.listeners)}")
def test_what_a_url_means(case: Meant) -> None:
    if isinstance(case.asked, Asked):
        assert imagined.asked(case.url, case.listeners) == case.asked
        return
    with pytest.raises(LookupError) as caught:
        imagined.asked(case.url, case.listeners)
    assert case.asked in str(caught.value)


@dataclass(frozen=True)
class Made:
    """Headers as curl takes them, a body, and the lines behind the request line."""

    id: str
    headers: tuple[str, ...]
    lines: tuple[bytes, ...]
    body: bytes = b""


HOST = f"Host: {ONE}".encode()
MADE = (
    Made("nothing", (), (HOST,)),
    Made("a header", ("X-A:  1 ",), (HOST, b"X-A:  1 ")),
    Made("two of a name", ("X-A: 1", "X-A: 2"), (HOST, b"X-A: 1", b"X-A: 2")),
    Made("another Host", ("host: b.example",), (b"host: b.example",)),
    Made("no Host", ("Host:",), ()),
    Made("no value for Host", ("Host;",), (b"Host:",)),
    Made("no value", ("X-A;",), (HOST, b"X-A:")),
    Made("no colon", ("X-A",), (HOST, b"X-A")),
    Made("not ASCII", ("X-A: caf\u00e9",), (HOST, b"X-A: caf\xc3\xa9")),
    Made("not UTF-8", ("X-A: \udce9",), (HOST, b"X-A: \xe9")),
    Made("a body", (), (HOST, b"Content-Length: 2"), b"\r\n"),
    Made("a body of no length", ("Content-Length:",), (HOST,), b"ab"),
    Made("a body of another", ("content-length: 9",), (HOST, b"content-length: 9"), b"ab"),
)


@pytest.mark.parametrize("case", MADE, ids=lambda case: case.id)
def test_the_bytes(case: Made) -> None:
    found = imagined.raw("PUT", Asked(HTTP, ONE, "/a?b"), case.headers, case.body)
    assert found == b"\r\n".join((b"PUT /a?b HTTP/1.1", *case.lines, b"", case.body))


def test_what_is_read_over_https_is_secure() -> None:
    data = imagined.raw("GET", Asked(HTTPS, ONE, "/"), (), b"")
    request = imagined.read(data, HTTPS, "2001:db8::7")
    assert (request.scheme, request.port, request.peer[0]) == ("https", 443, "2001:db8::7")


def test_a_source_that_is_no_address() -> None:
    with pytest.raises(ValueError, match="'somewhere' is no IP address: write one"):
        imagined.read(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP, "somewhere")
