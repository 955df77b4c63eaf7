"""The control plane's server: werkzeug's, a thread a request, once the request is there.

A request is let in by the key it shows. Until then its client is read for `LINGER` seconds at most, and
`SEATS` threads see to such: whoever has no key keeps few of them busy, and none for long.
"""

from __future__ import annotations

import io
import logging
import socket
import threading
import time
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from localalb.control_plane.lobby import Lobby

logger = logging.getLogger("localalb.control_plane")

SEATS = 64
LINGER = 0.5  # seconds; who is refused in the middle of a body should have read why
SILENCE = 60.0  # seconds, after which a client's thread ends
BACKLOG = 4096  # connections that the kernel keeps for us; beyond, their clients try again a second later
# On every answer: a page that tries all ports sees neither an answer nor a frame, as where nobody listens
# (Fetch standard, "Cross-Origin-Resource-Policy header"; HTML standard, "The `X-Frame-Options` header").
HIDDEN = (("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"))
TOO_LARGE = "\r\n".join(
    ("HTTP/1.1 431 Request Header Fields Too Large", *map(": ".join, HIDDEN), "Connection: close", "", "")
).encode()
LET_IN = "localalb.let_in"  # where in a request's environment its `Handler.let_in` is


class Server(ThreadedWSGIServer):
    """On a port of 127.0.0.1, 0 for a free one. `serve_forever` returns behind `shutdown`."""

    request_queue_size = BACKLOG

    def __init__(self, port: int, application: Any) -> None:
        super().__init__("127.0.0.1", port, application, Handler)
        self.begun: dict[socket.socket, bytes] = {}
        self._lobby = Lobby(self.socket, self._seat, TOO_LARGE)
        self._seats = threading.Semaphore(SEATS)
        self._seated: set[socket.socket] = set()
        self._lock = threading.Lock()

    def serve_forever(self, poll_interval: float = 0.5) -> None:
        self._lobby.run()

    def shutdown(self) -> None:
        self._lobby.stop()

    def _seat(self, connection: socket.socket, address: Any, begun: bytes) -> None:
        """Serve a request that has begun so. While all seats are taken, newcomers wait in the kernel."""
        self._seats.acquire()
        with self._lock:
            self._seated.add(connection)
            self.begun[connection] = begun
        try:
            self.process_request(connection, address)
        except RuntimeError as error:  # no thread can be started
            logger.warning("a request to the control plane is dropped: %s", error)
            self.shutdown_request(connection)

    def rise(self, connection: socket.socket) -> None:
        """Give a connection's seat to the next."""
        with self._lock:
            self.begun.pop(connection, None)
            if connection not in self._seated:
                return
            self._seated.remove(connection)
        self._seats.release()

    def close_request(self, request: Any) -> None:
        self.rise(request)
        super().close_request(request)


class Handler(WSGIRequestHandler):
    timeout = SILENCE
    server: Server

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._sent = Sent(self.server.begun.get(self.connection, b""), self.connection)
        self.rfile = io.BufferedReader(self._sent)

    def make_environ(self) -> Any:
        return super().make_environ() | {LET_IN: self.let_in}

    def let_in(self) -> None:
        """Serve this client however much it sends and however long that takes."""
        self._sent.let_in()
        self.server.rise(self.connection)

    def end_headers(self) -> None:
        for name, value in HIDDEN:
            self.send_header(name, value)
        super().end_headers()

    def log(self, type: str, message: str, *args: Any) -> None:
        logger.debug(message, *args)


class Sent(io.RawIOBase):
    """What a client sends: first what it has sent already. It ends after `LINGER` seconds, unless the client
    is let in."""

    def __init__(self, begun: bytes, connection: socket.socket) -> None:
        self._begun = memoryview(begun)
        self._connection = connection
        self._end: float | None = time.monotonic() + LINGER

    def let_in(self) -> None:
        self._end = None
        self._connection.settimeout(SILENCE)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if self._begun:
            size = min(len(into), len(self._begun))
            into[:size], self._begun = self._begun[:size], self._begun[size:]
            return size
        if self._end is None:
            return self._connection.recv_into(into)
        left = self._end - time.monotonic()
        if left <= 0:
            return 0
        self._connection.settimeout(left)
        try:
            return self._connection.recv_into(into, min(len(into), 64 * 1024))
        except TimeoutError:
            return 0
