"""The control plane's connections: a thread each, and every user of the machine may open them.

A connection waits until its request has been let in, by the key it shows. `PLACES` may wait. Who comes when
these are taken gets the place of the one that has waited longest, so a client that opens thousands takes the
places of its own. Until it is let in, a client is read no further than `HEAD`, and what it sends beyond is
thrown away a piece at a time.
"""

from __future__ import annotations

import contextlib
import io
import logging
import socket
import threading
from http.client import LineTooLong
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

logger = logging.getLogger("localalb.control_plane")

PLACES = 256
HEAD = 64 * 1024  # bytes of request line and header fields; a pre-signed URL has some 2 KB
PIECE = 64 * 1024  # bytes
BACKLOG = 4096  # connections that the kernel keeps for us; beyond, their clients try again a second later
SILENCE = 60.0  # seconds, after which a client's thread ends
# On every answer, http.server's own refusals too: a page that tries all ports sees neither an answer nor a
# frame, as where nobody listens (Fetch standard, "Cross-Origin-Resource-Policy header"; HTML standard, "The
# `X-Frame-Options` header").
HIDDEN = (("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"))
LET_IN = "localalb.let_in"  # where in a request's environment its `Handler.let_in` is


class Server(ThreadedWSGIServer):
    """werkzeug's, with bounded places."""

    request_queue_size = BACKLOG

    def __init__(self, port: int, application: Any) -> None:
        self._waiting: dict[socket.socket, None] = {}  # in the order in which they came
        self._lock = threading.Lock()
        super().__init__("127.0.0.1", port, application, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._waiting[request] = None
            longest = next(iter(self._waiting)) if len(self._waiting) > PLACES else None
            if longest:
                del self._waiting[longest]
        if longest:
            with contextlib.suppress(OSError):  # it has gone by itself
                longest.shutdown(socket.SHUT_RDWR)  # its thread reads the end
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        self.leave(request)
        super().close_request(request)

    def leave(self, connection: socket.socket) -> None:
        """It waits no longer."""
        with self._lock:
            self._waiting.pop(connection, None)


class Handler(WSGIRequestHandler):
    timeout = SILENCE
    server: Server
    rfile: Unknown

    def setup(self) -> None:
        super().setup()
        self.rfile = Unknown(self.rfile.detach())

    def make_environ(self) -> Any:
        return super().make_environ() | {LET_IN: self.let_in}

    def let_in(self) -> None:
        """Serve this client however much it sends and however long that takes."""
        self.rfile.known = True
        self.server.leave(self.connection)

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except LineTooLong:  # the request line
            self.close_connection = True

    def end_headers(self) -> None:
        for name, value in HIDDEN:
            self.send_header(name, value)
        super().end_headers()

    def log(self, type: str, message: str, *args: Any) -> None:
        logger.debug(message, *args)


class Unknown(io.BufferedReader):
    """What a client sends: bounded, until it is `known`."""

    known = False
    _left = HEAD

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not self.known:
            self._left -= len(line)
            if self._left < 0:
                raise LineTooLong("head")  # http.server answers 431
        return line

    def read(self, size: int | None = -1, /) -> bytes:
        if self.known or (size is not None and 0 <= size <= PIECE):
            return super().read(size)
        return self.read1(PIECE)
