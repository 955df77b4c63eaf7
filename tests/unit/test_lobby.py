"""When a request to the control plane is there, however its bytes come, and who gives way to whom."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.control_plane import lobby
from localalb.control_plane.lobby import BODY, HEAD, Guest, Lobby

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\n%b\r\n"

# A head, and what must have come behind it.
REQUESTS: dict[str, tuple[bytes, bytes]] = {
    "no body": (GET, b""),
    "lines without a carriage return": (b"GET / HTTP/1.1\nHost: a\n\n", b""),
    "a body": (POST % b"Content-Length: 3\r\n", b"abc"),
    "a body, spelt otherwise": (POST % b"content-LENGTH :3\r\n", b"abc"),
    "an empty line in a body": (POST % b"Content-Length: 5\r\n", b"\r\n\r\na"),
    "a body that comes when it is asked for": (POST % b"Content-Length: 3\r\nExpect: 100-continue\r\n", b""),
    "a body too long to wait for": (POST % b"Content-Length: %d\r\n" % (BODY + 1), b""),
    "a length of too many digits": (POST % b"Content-Length: 9999999999\r\n", b""),
    "a length that is none": (POST % b"Content-Length: many\r\n", b""),
    "a length below nothing": (POST % b"Content-Length: -1\r\n", b""),
    "chunks": (POST % b"Transfer-Encoding: chunked\r\n", b""),
}


@pytest.mark.parametrize("name", REQUESTS)
@given(data=st.data())
def test_a_request_is_there(name: str, data: st.DataObject) -> None:
    request = b"".join(REQUESTS[name])
    guest, start = Guest(None, 0.0), 0
    while start < len(request):
        assert not guest.is_whole, start
        end = data.draw(st.integers(start + 1, len(request)))
        guest.take(request[start:end])
        start = end
    assert guest.is_whole
    assert guest.sent == request


def test_a_head_that_does_not_end() -> None:
    guest = Guest(None, 0.0)
    guest.take(b"x" * HEAD)
    assert not guest.is_endless
    guest.take(b"x")
    assert guest.is_endless
    long = Guest(None, 0.0)
    long.take(b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD + b"\r\n\r\n")
    assert not long.is_endless, "it has ended"


Handed = SimpleQueue[tuple[socket.socket, bytes]]


@contextmanager
def receiving() -> Iterator[tuple[tuple[str, int], Handed]]:
    """A lobby; its address, and whom it has handed over."""
    handed: Handed = SimpleQueue()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = Lobby(listening, lambda connection, _, sent: handed.put((connection, sent)), b"too large")
        thread = threading.Thread(target=here.run)
        thread.start()
        try:
            yield listening.getsockname(), handed
        finally:
            here.stop()
            thread.join(10)
            while not handed.empty():
                handed.get()[0].close()
    assert not thread.is_alive()


def connect(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, timeout=10)


def test_it_hands_over_who_has_asked() -> None:
    with receiving() as (address, handed), connect(address) as silent, connect(address) as client:
        client.sendall(GET[:10])
        client.sendall(GET[10:])
        connection, sent = handed.get(timeout=10)
        assert sent == GET
        assert connection.getpeername() == client.getsockname()
        assert connection.getblocking()
        connection.close()
        silent.sendall(GET)
        assert handed.get(timeout=10)[0].getpeername() == silent.getsockname()


def test_who_has_waited_longest_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lobby, "PLACES", 2)
    with receiving() as (address, _), connect(address) as first, connect(address) as second, connect(address):
        assert first.recv(1) == b""
        second.sendall(b"x" * (HEAD + 1))
        assert second.recv(100) == b"too large"
        assert second.recv(1) == b""


def test_patience_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lobby, "PATIENCE", 0.1)
    with receiving() as (address, _), connect(address) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        assert client.recv(1) == b""


def test_the_end_leaves_nobody_waiting() -> None:
    with receiving() as (address, handed):
        client = connect(address)
        with connect(address) as other:
            other.sendall(GET)
            connection, _ = handed.get(timeout=10)
            connection.close()
    with client:
        assert client.recv(1) == b""
