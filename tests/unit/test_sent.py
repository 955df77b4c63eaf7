"""One real request to a listener, and what became of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from localalb.balancer.topology import FixedResponse, Listener, LoadBalancer, Rule
from localalb.serving.imagined import Asked, Served
from localalb.serving.sent import send

LISTENER = Listener("listener", 80, "HTTP", (Rule("default", None, (), FixedResponse(200)),))
BALANCER = LoadBalancer("arn", "lb", "lb.elb", (LISTENER,))


@contextmanager
def listening(says: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A port that reads a head, says that and hangs up; and what it read."""
    got: list[bytes] = []

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            data = b""
            while b"\r\n\r\n" not in data:
                data += connection.recv(65536)
            got.append(data)
            connection.sendall(says)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], got
        thread.join(30)


def asked(port: int | None, target: str = "/x?y") -> Asked:
    return Asked(Served(BALANCER, LISTENER, port), "lb.elb", target)


@pytest.mark.parametrize(
    ("says", "status", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, ""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", 101, ""),
        (b"", 0, "the connection ended without a response"),
        (b"nonsense\r\n", 0, "the connection ended without a response: nonsense"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", 200, ""),
    ],
)
def test_what_comes_back(says: bytes, status: int, error: str) -> None:
    with listening(says) as (port, got):
        found = send(asked(port), "GET", ["X-A: 1"], b"")
    assert (found.status, found.error.startswith(error), bool(found.error)) == (status, True, bool(error))
    assert found.client.startswith("127.0.0.1:")
    assert got == [b"GET /x?y HTTP/1.1\r\nHost: lb.elb\r\nX-A: 1\r\n\r\n"]


def test_a_listener_that_went() -> None:
    with listening(b"") as (port, _), socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"\r\n\r\n")
    assert "refused" in send(asked(port), "GET", [], b"").error
    with pytest.raises(LookupError, match="port 80 of lb is not served"):
        send(asked(None), "GET", [], b"")


@pytest.mark.parametrize(
    ("method", "target", "header"),
    [("G\r\nET", "/", "A: b"), ("GET", "/\n", "A: b"), ("GET", "/", "A: b\r\nC: d"), ("GET", "/", "A: \0")],
)
def test_line_ends_make_no_other_request(method: str, target: str, header: str) -> None:
    with pytest.raises(ValueError, match="holds a line end"):
        send(asked(1, target), method, [header], b"")
