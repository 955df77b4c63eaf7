"""One connection to a target. The bytes of responses are read by h11."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import cast

import h11

from localalb.forwarding.head import MAX_HEAD

AHEAD = 64 * 1024  # bytes that may come while nobody takes them


class Connection(asyncio.Protocol):
    """Written to and read from by one request at a time, and kept open between them.

    h11 is told of requests that it knows the answers to: a GET, a HEAD, one that offers to upgrade. The real
    head and body go past it (see `head`).
    """

    def __init__(self) -> None:
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD + 1024)
        self._incoming = bytearray()
        self._ended = False
        self._lost: Exception | None = None
        self._paused = False
        self._came = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self.on_lost: Callable[[], None] = lambda: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    async def secure(self, context: ssl.SSLContext, name: str) -> None:
        """Go on in TLS. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        transport = await loop.start_tls(self._transport, self, context, server_hostname=name)
        if transport is None:
            raise ConnectionResetError("the target closed the connection")
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._incoming += data
        self._came.set()
        if len(self._incoming) > AHEAD and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        self._ended = True
        self._came.set()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._lost = exc
        self._came.set()
        self._drained.set()
        self.on_lost()

    def pause_writing(self) -> None:
        self._drained.clear()

    def resume_writing(self) -> None:
        self._drained.set()

    @property
    def reusable(self) -> bool:
        """Whether it lies there as the last response left it: open, and with nothing unasked for in it."""
        unasked = self._incoming or self._h11.trailing_data[0]
        return not (self._ended or unasked or self._transport.is_closing())

    @property
    def done(self) -> bool:
        """Whether the response is over and another request may follow it."""
        return self._h11.their_state is h11.DONE and self._h11.our_state is h11.DONE

    def begin(self, *, head: bool, upgrade: bool) -> None:
        """A request goes out: one of the method HEAD, one that offers to upgrade, or any other."""
        if self._h11.our_state is not h11.IDLE:
            self._h11.start_next_cycle()
        headers = [("Host", "target")]
        if upgrade:
            headers += [("Connection", "upgrade"), ("Upgrade", "websocket")]
        self._h11.send(h11.Request(method="HEAD" if head else "GET", target="/", headers=headers))
        self._h11.send(h11.EndOfMessage())

    async def write(self, data: bytes) -> None:
        """Send; returns when the target takes more. Raises `ConnectionResetError`."""
        if self._ended:
            raise self._lost or ConnectionResetError("the target closed the connection")
        self._transport.write(data)
        await self._drained.wait()

    async def head(self) -> h11.Response | h11.InformationalResponse:
        """The head of the final response, or of a 101. Others of 1xx are for nobody: Continue has been said.
        (Guess: ALB passes on no 103 either.) Raises `h11.RemoteProtocolError` and `OSError`."""
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                return event
            if isinstance(event, h11.InformationalResponse) and event.status_code == 101:
                return event

    async def body(self) -> bytes:
        """Some of the body, no bytes at its end. Raises as `head` does."""
        while True:
            event = await self._event()
            if isinstance(event, h11.EndOfMessage):
                return b""
            if isinstance(event, h11.Data) and event.data:
                return bytes(event.data)

    async def raw(self) -> bytes:
        """What comes behind a 101, no bytes at the end. Raises `OSError`."""
        data, _ = self._h11.trailing_data
        if data:
            self._h11 = h11.Connection(h11.CLIENT)
            return data
        return await self._read()

    async def _event(self) -> h11.Event | type[h11.PAUSED]:
        while (event := self._h11.next_event()) is h11.NEED_DATA:
            self._h11.receive_data(await self._read())
        return event  # type: ignore[return-value]

    async def _read(self) -> bytes:
        while not self._incoming:
            if self._lost is not None:
                raise self._lost
            if self._ended:
                return b""
            self._came.clear()
            await self._came.wait()
        data = bytes(self._incoming)
        self._incoming.clear()
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        return data

    def end(self) -> None:
        """Say that nothing more will be sent."""
        if not self._ended and self._transport.can_write_eof():
            self._transport.write_eof()

    def close(self) -> None:
        self._ended = True
        self._transport.abort()
