"""Frames by hand, for what no library sends (RFC 9113)."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress

from h2.errors import ErrorCodes
from h2.events import Event, PingAckReceived
from hpack import Encoder

from tests.cloud.secure import Http2
from tests.sites import Address

NAME = "attacked.example"

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION = 0, 1, 2, 3, 4, 6, 8, 9
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4


def frame(kind: int, payload: bytes = b"", flags: int = 0, stream: int = 0) -> bytes:
    head = len(payload).to_bytes(3, "big") + bytes((kind, flags))
    return head + stream.to_bytes(4, "big") + payload


def headers(
    stream: int, flags: int = END_STREAM | END_HEADERS, *, method: str = "GET", path: str = "/"
) -> bytes:
    """The HEADERS of a request, which leaves no trace in the compression."""
    fields = [(":method", method), (":scheme", "https"), (":authority", NAME), (":path", path)]
    encoder = Encoder()
    encoder.header_table_size = 0
    return frame(HEADERS, encoder.encode(fields, huffman=False), flags, stream)


class Client(Http2):
    """An HTTP/2 connection that also sends what it likes."""

    def __init__(self, address: Address, context: ssl.SSLContext, name: str, *, window: int = 65535) -> None:
        super().__init__(address, context, name, window=window)
        self.h2.config.validate_outbound_headers = False
        self.pong: bytes | None = None

    def raw(self, data: bytes) -> None:
        """Send, as far as the other side takes it."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def ping(self, opaque: bytes) -> None:
        """Send what is to be sent, and read until the other side has seen it."""
        self.h2.ping(opaque)
        self.flush()
        while self.pong != opaque:
            assert self.receive(), "the connection ended"

    def _on(self, event: Event) -> None:
        if isinstance(event, PingAckReceived):
            self.pong = event.ping_data
        super()._on(event)

    def ending(self) -> ErrorCodes | int | None:
        """How the other side ended the connection: the code of its GOAWAY."""
        with suppress(ConnectionError):
            while self.terminated is None and self.receive():
                pass
        assert self.terminated is not None, "the connection ended without GOAWAY"
        return self.terminated.error_code


Connect = Callable[..., Client]
