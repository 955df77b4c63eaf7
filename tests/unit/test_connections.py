"""The control plane's threads: few for those who are not let in, and as many as there are for the others."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from localalb.control_plane import connections
from localalb.control_plane.connections import HIDDEN, LET_IN, SEATS, Sent, Server
from localalb.control_plane.lobby import BODY
from tests.waiting import until

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


class Application:
    """Answers when it is told to; lets in before, if it does."""

    def __init__(self, lets_in: bool) -> None:
        self.told = threading.Event()
        self.running = 0
        self.most = 0
        self._lets_in = lets_in
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self._lets_in:
            environ[LET_IN]()
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.told.wait(30)
        with self._lock:
            self.running -= 1
        start_response("200 OK", [("Content-Length", "0")])
        return []


@contextmanager
def serving(application: Any) -> Iterator[tuple[str, int]]:
    server = Server(0, application)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield ("127.0.0.1", server.server_port)
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
    assert not thread.is_alive()


def everything(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(4096), b""))


@pytest.mark.parametrize(("lets_in", "most"), [(False, SEATS), (True, SEATS + 8)], ids=["unknown", "let in"])
def test_seats(lets_in: bool, most: int) -> None:
    application = Application(lets_in)
    with serving(application) as address, ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection(address, timeout=30)) for _ in range(SEATS + 8)
        ]
        for client in clients:
            client.sendall(GET)
        assert until(lambda: application.running == most)
        application.told.set()
        answers = [everything(client) for client in clients]
    assert all(answer.startswith(b"HTTP/1.1 200 OK\r\n") for answer in answers)
    assert all(f"\r\n{name}: {value}\r\n".encode() in answers[0] for name, value in HIDDEN)
    assert application.most == most


def test_who_is_not_let_in_is_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LINGER", 0.0)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"more")
        sent, into = Sent(b"begun", ours), bytearray(3)
        assert (sent.readinto(into), bytes(into)) == (3, b"beg")
        assert (sent.readinto(into), bytes(into[:2])) == (2, b"un")
        assert sent.readinto(into) == 0
        sent.let_in()
        assert (sent.readinto(into), bytes(into)) == (3, b"mor")
        assert ours.gettimeout() == connections.SILENCE


def test_who_is_let_in_is_read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LINGER", 0.0)
    size = BODY + 1
    begun = threading.Event()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[LET_IN]()
        begun.set()
        found = len(environ["wsgi.input"].read(size))
        start_response("200 OK", [("X-Size", str(found)), ("Content-Length", "0")])
        return []

    with serving(application) as address, socket.create_connection(address, timeout=30) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size)
        assert begun.wait(30)
        client.sendall(b"x" * size)
        answer = everything(client)
    assert b"\r\nX-Size: %d\r\n" % size in answer
