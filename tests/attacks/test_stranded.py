"""Whatever fails between a request and its bytes, the client hears of it."""

from __future__ import annotations

import socket
import struct

from tests.sites import Site, Sites
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
