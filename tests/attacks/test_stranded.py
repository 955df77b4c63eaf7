"""Whatever fails between a request and its bytes, the client hears of it."""

from __future__ import annotations

import errno
import resource
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from localalb.balancer.exchange import Exchange
from localalb.balancer.topology import FixedResponse, Listener, LoadBalancer, Rule, Topology
from localalb.serving.server import DataPlane
from localalb.serving.tls import Certificate
from tests.sites import Site, Sites
from tests.socket.balancer import POLICY, FakePool, Loop, Records, ok
from tests.waiting import until


def answer(site: Site, request: bytes) -> bytes:
    """Everything that comes until the connection ends."""
    with socket.create_connection(site.address, timeout=10) as client:
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(65536), b""))


GET = b"GET /%b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def test_a_redirect_to_another_alphabet(cloud: Sites) -> None:
    """It raised when the bytes were made, and the client waited for ever."""
    config = {"StatusCode": "HTTP_301", "Host": "example.com", "Path": "/\u0444\u20ac/#{path}"}
    with cloud.deployed() as site:
        cloud.rule(site, {"Type": "redirect", "RedirectConfig": config})
        raw = answer(site, GET % b"caf\xc3\xa9")
    assert b"\r\nLocation: http://example.com:80/\xd1\x84\xe2\x82\xac/caf\xc3\xa9\r\n" in raw


def test_an_added_header_in_another_alphabet(cloud: Sites) -> None:
    with cloud.deployed() as site:
        key = "routing.http.response.content_security_policy.header_value"
        attribute = {"Key": key, "Value": "default-src \u20ac"}
        cloud.elbv2.modify_listener_attributes(ListenerArn=site.listener, Attributes=[attribute])
        assert b"\r\nContent-Security-Policy: default-src \xe2\x82\xac\r\n" in answer(site, GET % b"")


def test_clients_that_reset_at_once_leave_no_traceback(cloud: Sites) -> None:
    with cloud.deployed() as site:
        for _ in range(50):
            client = socket.create_connection(site.address, timeout=10)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()  # with the linger of zero it is reset
        assert until(lambda: site.ask("/").status_code == 200)
    assert "Traceback" not in cloud.log.read_text()


@contextmanager
def full_disk() -> Iterator[None]:
    """This process can write into no file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_when_a_listener_is_made(
    loop: Loop, certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    """ssl takes keys from files only. The listener is not served, and the log says so; the others are, and
    this one with the next change that finds some room."""
    rules = (Rule("default", None, (), FixedResponse(200, "text/plain", "")),)
    plain = Listener("plain", 80, "HTTP", rules)
    secure = Listener("secure", 443, "HTTPS", rules, (certificate.arn,), POLICY)
    balancer = LoadBalancer(
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/demo/1",
        "demo",
        "demo.elb",
        (secure, plain),
    )
    topology = Topology((balancer,), {})

    async def start() -> DataPlane:
        exchange = Exchange(FakePool(ok, cold=False), Records(), lambda: topology.target_groups)
        return DataPlane(exchange, lambda arn: certificate)

    plane = loop.run(start())
    try:
        with full_disk():
            loop.run(plane.apply(topology))
        assert [each.listener_arn for each in plane.served()] == ["plain"]
        assert f"demo port 443 cannot be served: [Errno {errno.EFBIG}]" in caplog.text
        loop.run(plane.apply(topology))
        assert {each.listener_arn for each in plane.served()} == {"plain", "secure"}
        with full_disk():
            loop.run(plane.apply(topology))
        assert {each.listener_arn for each in plane.served()} == {"plain", "secure"}, (
            "it goes on with its old key"
        )
    finally:
        loop.run(plane.close())
