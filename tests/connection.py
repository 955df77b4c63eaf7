"""A client that sends raw bytes over a connection, and the responses it reads."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, replace

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

    def head(self) -> Reply:
        """The next response without its body. Raises EOFError where none comes."""
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, reason = first.split(" ", 2)
        headers = tuple((name, value) for name, _, value in (line.partition(": ") for line in lines))
        return Reply(version, int(status), reason, headers, b"")

    def reply(self, method: str = "GET") -> Reply:
        """The next response; `method` says whether it has a body. Raises EOFError where none comes."""
        reply = self.head()
        if "chunked" in reply.values("transfer-encoding"):
            return replace(reply, body=self._chunks())
        length = int(next(iter(reply.values("content-length")), "0"))
        if method == "HEAD" or reply.status < 200 or reply.status in (204, 304):
            length = 0
        while len(self._buffer) < length:
            self._more()
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return replace(reply, body=body)

    def _chunks(self) -> bytes:
        """A chunked body."""
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

    def until(self, end: bytes) -> bytes:
        """Everything up to some bytes, and them."""
        while end not in self._buffer:
            self._more()
        found, _, self._buffer = self._buffer.partition(end)
        return found + end

    def take(self, count: int) -> bytes:
        """So many bytes."""
        while len(self._buffer) < count:
            self._more()
        found, self._buffer = self._buffer[:count], self._buffer[count:]
        return found

    def chunked(self, count: int) -> bytes:
        """So many bytes of a body in chunks; none: its end."""
        found = b""
        while len(found) < count or not count:
            data = self.take(int(self.until(b"\r\n"), 16))
            assert self.take(2) == b"\r\n"
            found += data
            if not count:
                break
        return found

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
