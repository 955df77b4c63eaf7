"""A client that sends raw bytes over a connection, and the responses it reads."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass

TIMEOUT = 30.0


@dataclass(frozen=True)
class Reply:
    """A response: its status line in parts, its headers in order, and the body its length promised."""

    version: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]


class Client:
    """A plain connection. Every wait is bounded."""

    def __init__(
        self, address: tuple[str, int], context: ssl.SSLContext | None = None, timeout: float = TIMEOUT
    ) -> None:
        self._socket = socket.create_connection(address, timeout=timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            self._socket = context.wrap_socket(self._socket)
        self._buffer = b""

    @property
    def cipher(self) -> str:
        """The suite of a connection over TLS, and nothing of another."""
        found = self._socket.cipher() if isinstance(self._socket, ssl.SSLSocket) else None
        return found[0] if found else ""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send, as far as the other side takes it: a refusal may come before the whole is read."""
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return

    def end(self) -> None:
        """Say that nothing more will be sent."""
        self._socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Hang up without a goodbye."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self._socket.close()

    def reply(self, method: str = "GET") -> Reply:
        """The next response; `method` says whether it has a body. Raises EOFError where none comes."""
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, reason = first.split(" ", 2)
        headers = tuple((name, value) for name, _, value in (line.partition(": ") for line in lines))
        reply = Reply(version, int(status), reason, headers, b"")
        if "chunked" in reply.values("transfer-encoding"):
            return Reply(version, int(status), reason, headers, self._chunks())
        length = int(next(iter(reply.values("content-length")), "0"))
        if method == "HEAD" or status[0] == "1" or status in ("204", "304"):
            length = 0
        while len(self._buffer) < length:
            self._more()
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return Reply(version, int(status), reason, headers, body)

    def _chunks(self) -> bytes:
        """A chunked body, which no load balancer sends to these tests' clients, but others do."""
        body = b""
        while True:
            while b"\r\n" not in self._buffer:
                self._more()
            size, _, self._buffer = self._buffer.partition(b"\r\n")
            length = int(size, 16)
            while len(self._buffer) < length + 2:
                self._more()
            body, self._buffer = body + self._buffer[:length], self._buffer[length + 2 :]
            if length == 0:
                return body

    def rest(self) -> bytes:
        """Everything until the other side hangs up."""
        try:
            while True:
                self._more()
        except (EOFError, ConnectionResetError):
            return self._buffer

    def ends(self) -> bool:
        """Whether the other side hangs up, before the client's patience ends."""
        try:
            self.rest()
        except TimeoutError:
            return False
        return True

    def _more(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise EOFError(f"the connection ended behind {self._buffer!r}")
        self._buffer += data
