"""The sockets: one server a listener, HTTP/1.1 on each connection.

Bytes become a `Request` here and a `Response` becomes bytes; what lies between is `exchange`.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import cast

import httptools

from localalb import event, wire
from localalb.exchange import Exchange
from localalb.faults import Fault, malformed
from localalb.message import Request, Response
from localalb.topology import Listener, LoadBalancer, Topology

logger = logging.getLogger("localalb.server")

LOCAL_OFFSET = 8000
MAX_LINE = 16 * 1024
MAX_HEAD = 64 * 1024
Current = Callable[[], tuple[LoadBalancer, Listener]]


@dataclass(frozen=True, slots=True)
class Served:
    """A listener and the local address it is served on."""

    load_balancer: str
    dns_name: str
    listener_arn: str
    protocol: str
    port: int
    address: str

    @property
    def url(self) -> str:
        return f"{self.protocol.lower()}://{self.address}/"


class DataPlane:
    """Serves the listeners of a topology, opening and closing sockets as it changes."""

    def __init__(self, exchange: Exchange) -> None:
        self.topology = Topology()
        self._exchange = exchange
        self._servers: dict[str, tuple[int, asyncio.Server]] = {}
        self._listeners: dict[str, tuple[LoadBalancer, Listener]] = {}
        self._connections: set[Http1] = set()

    def served(self) -> list[Served]:
        found = []
        for arn, (_, server) in self._servers.items():
            balancer, listener = self._listeners[arn]
            host, port = server.sockets[0].getsockname()[:2]
            found.append(
                Served(
                    balancer.name, balancer.dns_name, arn, listener.protocol, listener.port, f"{host}:{port}"
                )
            )
        return found

    async def apply(self, topology: Topology) -> None:
        """Make the sockets those of `topology`."""
        self.topology = topology
        self._listeners = {listener.arn: (balancer, listener) for balancer, listener in topology.listeners()}
        for arn, (port, _) in list(self._servers.items()):
            if arn not in self._listeners or self._listeners[arn][1].port != port:
                self._close(arn)
        for arn, (balancer, listener) in self._listeners.items():
            if arn not in self._servers and listener.protocol == "HTTP":
                server = await self._open(arn, listener.port)
                self._servers[arn] = (listener.port, server)
                local = server.sockets[0].getsockname()[1]
                logger.info("%s port %d is served on 127.0.0.1:%d", balancer.name, listener.port, local)

    async def close(self) -> None:
        for arn in list(self._servers):
            self._close(arn)

    async def _open(self, arn: str, port: int) -> asyncio.Server:
        """Listen on port + 8000, or the next free one."""
        loop = asyncio.get_running_loop()
        candidates = [*range(port + LOCAL_OFFSET, min(port + LOCAL_OFFSET + 100, 65536)), 0]
        for candidate in candidates:
            try:
                return await loop.create_server(
                    lambda: Http1(self._exchange, lambda: self._listeners[arn], self._connections),
                    "127.0.0.1",
                    candidate,
                )
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
        raise AssertionError("port 0 is always free")

    def _close(self, arn: str) -> None:
        _, server = self._servers.pop(arn)
        server.close()
        for connection in list(self._connections):
            if connection.arn == arn:
                connection.abort()


class Http1(asyncio.Protocol):
    """A client's connection: requests in, one at a time to the exchange, responses out in order."""

    def __init__(self, exchange: Exchange, current: Current, connections: set[Http1]) -> None:
        self._exchange = exchange
        self._current = current
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._working = False
        self._broken: Fault | None = None
        self._drained = asyncio.Event()
        self._drained.set()
        self._begin()
        self.arn = current()[1].arn

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._peer: tuple[str, int] = transport.get_extra_info("peername")[:2]
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self._drained.set()

    def pause_writing(self) -> None:
        self._drained.clear()

    def resume_writing(self) -> None:
        self._drained.set()

    def abort(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._broken is not None:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # The head of an upgrade request is complete; nothing behind it is HTTP.
            self.on_message_complete()
        except httptools.HttpParserCallbackError as error:
            fault = error.__context__
            self._break(fault if isinstance(fault, Fault) else malformed(str(error)))
        except httptools.HttpParserError as error:
            self._break(malformed(f"the request is not HTTP/1.1: {error}"))

    # The parser's callbacks, in the order of a message.

    def _begin(self) -> None:
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()
        self._head_size = 0

    def on_url(self, url: bytes) -> None:
        self._target += url
        self._count(len(url), len(self._target), "request line")

    def on_header(self, name: bytes, value: bytes) -> None:
        size = len(name) + len(value)
        self._count(size, size, "header")
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def _count(self, size: int, line: int, what: str) -> None:
        self._head_size += size
        if line > MAX_LINE:
            raise malformed(f"a {what} is over {MAX_LINE} bytes")
        if self._head_size > MAX_HEAD:
            raise malformed(f"the headers are over {MAX_HEAD} bytes in all")

    def on_headers_complete(self) -> None:
        expects = any(
            name.lower() == "expect" and value.lower() == "100-continue" for name, value in self._headers
        )
        if expects and not self._working:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        # One byte over the limit is enough to know that it is exceeded.
        room = event.MAX_BODY + 1 - len(self._body)
        self._body += body[:room]

    def on_message_complete(self) -> None:
        _, listener = self._current()
        request = Request(
            method=self._parser.get_method().decode("latin-1"),
            target=self._target.decode("latin-1"),
            headers=tuple(self._headers),
            body=bytes(self._body),
            version=self._parser.get_http_version(),
            peer=self._peer,
            port=listener.port,
        )
        self._waiting.append((request, self._parser.should_keep_alive()))
        self._begin()
        if not self._working:
            self._working = True
            self._loop.create_task(self._work())
        else:
            self._transport.pause_reading()

    async def _work(self) -> None:
        """Answer what has come, in order, until there is no more."""
        while self._waiting and not self._transport.is_closing():
            request, keep_alive = self._waiting.popleft()
            response = await self._exchange.answer(*self._current(), request)
            self._send(response, request.method, keep_alive)
            await self._drained.wait()
        self._working = False
        if self._broken is not None:
            self._break(self._broken)
        elif not self._transport.is_closing():
            self._transport.resume_reading()

    def _break(self, fault: Fault) -> None:
        """Refuse what is no request and hang up, after the answers still owed."""
        self._broken = fault
        if not self._working and not self._transport.is_closing():
            response = self._exchange.refuse(*self._current(), fault, self._peer)
            self._send(response, "", keep_alive=False)

    def _send(self, response: Response, method: str, keep_alive: bool) -> None:
        if self._transport.is_closing():
            return
        date = formatdate(usegmt=True)
        self._transport.write(wire.http1(response, method=method, date=date, keep_alive=keep_alive))
        if not keep_alive:
            self._transport.close()
