"""A server that answers localalb's own requests, as a cloud does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest


class _Answers(BaseHTTPRequestHandler):
    """Localalb's own requests, as a cloud answers them."""

    server: FakeCloud

    def do_GET(self) -> None:
        self.server.seen.append((self.command, self.path, self.headers["X-Localalb"]))
        status, body = self.server.status, self.server.body
        if self.server.otherwise and not self.path.endswith("/status"):
            status, body = self.server.otherwise
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


class FakeCloud(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.status = 200
        self.body = b'{"id": "mine", "listeners": []}'
        self.otherwise: tuple[int, bytes] | None = None  # to everything but "status"
        self.seen: list[tuple[str, str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with FakeCloud() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
