"""One client's connection over HTTP/1.1: bytes become requests, responses become bytes, in order."""

from __future__ import annotations

import asyncio
import functools
import time
from collections import defaultdict, deque
from collections.abc import Callable
from email.utils import formatdate
from typing import TYPE_CHECKING, cast

from localalb import desync, tls, wire
from localalb.desync import Verdict
from localalb.exchange import Exchange, Reply
from localalb.faults import Fault, malformed
from localalb.http1 import Message, Reader
from localalb.message import Request
from localalb.topology import Listener, LoadBalancer

if TYPE_CHECKING:
    import ssl

LINGER = 2.0
Current = Callable[[], tuple[LoadBalancer, Listener]]


class Connections:
    """The connections that are open, by listener, so that they can end with it."""

    def __init__(self) -> None:
        self._open: defaultdict[str, set[asyncio.Transport]] = defaultdict(set)

    def add(self, arn: str, transport: asyncio.Transport) -> None:
        self._open[arn].add(transport)

    def discard(self, arn: str, transport: asyncio.Transport) -> None:
        self._open[arn].discard(transport)

    def abort(self, arn: str) -> None:
        for transport in self._open.pop(arn, set()):
            transport.abort()


class Connection(asyncio.Protocol):
    """HTTP/1.1, until ALPN says otherwise. `current` gives the listener as it is now."""

    def __init__(self, exchange: Exchange, current: Current, connections: Connections) -> None:
        self._exchange = exchange
        self._current = current
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        balancer, listener = current()
        self._arn = listener.arn
        self._opened = self._loop.time()
        self._mode = balancer.attributes.get("routing.http.desync_mitigation_mode", "defensive")
        self._reader = Reader(self._mode)
        self._waiting: deque[tuple[Message, float]] = deque()
        self._working = False
        self._closing = False
        self._ended = False
        self._broken: Fault | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._drained = asyncio.Event()
        self._drained.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._client = Client(self._transport)
        if self._client.protocol == "h2":
            from localalb.http2 import Http2

            successor = Http2(self._exchange, self._current, self._connections, self._client)
            self._transport.set_protocol(successor)
            successor.connection_made(transport)
            return
        self._connections.add(self._arn, self._transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._arn, self._transport)
        self._closing = True
        self._drained.set()
        if self._timer is not None:
            self._timer.cancel()

    def pause_writing(self) -> None:
        self._drained.clear()

    def resume_writing(self) -> None:
        self._drained.set()

    def eof_received(self) -> bool:
        """The client sends no more. What it owes is refused; what it asked is answered (True: stay open)."""
        self._ended = True
        if self._reader.started and self._broken is None:
            self._break(malformed("the request was cut short"))
        return self._working

    def data_received(self, data: bytes) -> None:
        if self._broken is not None or self._closing:
            return
        try:
            for message in self._reader.feed(data):
                self._waiting.append((message, time.time()))
        except Fault as fault:
            self._broken = fault
        if self._reader.owes_continue():
            # Guess: ALB answers this itself, as it buffers the body for Lambda.
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._working:
            self._transport.pause_reading()
        elif self._waiting:
            self._working = True
            self._loop.create_task(self._work())
        elif self._broken is not None:
            self._break(self._broken)
        else:
            self._wait()

    async def _work(self) -> None:
        """Answer what has come, in order, until there is no more."""
        if self._timer is not None:
            self._timer.cancel()
        while self._waiting and not self._closing:
            message, received = self._waiting.popleft()
            await self._answer(message, received)
            await self._drained.wait()
        self._working = False
        if self._broken is not None:
            self._break(self._broken)
        elif self._ended:
            self._transport.close()
        elif not self._closing:
            self._transport.resume_reading()
            self._wait()

    async def _answer(self, message: Message, received: float) -> None:
        balancer, listener = self._current()
        request = self._client.request(message, listener, received)
        reply = await self._exchange.answer(balancer, listener, request)
        verdict = message.head.verdict
        # "HTTP client keepalive duration": a connection that has lasted so long ends with its next answer.
        lasts = int(balancer.attributes.get("client_keep_alive.seconds", 3600))
        keep_alive = (
            message.head.keep_alive
            and not desync.closes(self._mode, verdict.tier)
            and self._loop.time() - self._opened < lasts
        )
        self._send(reply, keep_alive=keep_alive)

    def _break(self, fault: Fault) -> None:
        """Refuse what is no request and hang up, after the answers still owed."""
        self._broken = fault
        if not self._working and not self._closing:
            request = self._client.nothing(self._reader.verdict)
            reply = self._exchange.refuse(*self._current(), request, fault)
            self._send(reply, keep_alive=False)

    def _send(self, reply: Reply, *, keep_alive: bool) -> None:
        if self._closing:
            self._exchange.finish(reply, sent=0, gone=True)
            return
        method = reply.request.method
        data = wire.http1(reply.response, method=method, date=date(int(time.time())), keep_alive=keep_alive)
        self._transport.write(data)
        # Who sends no more has most likely gone, which is a 460; who has not gets the answer all the same.
        self._exchange.finish(reply, sent=len(data), gone=self._ended and self._working)
        if not keep_alive:
            self._hang_up()

    def _hang_up(self) -> None:
        """Close, but not on a client that is still sending: closing with its bytes unread would reset the
        connection, and it might never read the answer (RFC 9112 section 9.6)."""
        self._closing = True
        if self._broken is not None and not self._ended and self._transport.can_write_eof():
            self._transport.write_eof()
            self._timer = self._loop.call_later(LINGER, self._transport.close)
        else:
            self._transport.close()

    def _wait(self) -> None:
        """Give the client the load balancer's idle timeout to send something."""
        if self._timer is not None:
            self._timer.cancel()
        try:
            seconds = idle_timeout(self._current()[0])
        except KeyError:  # the listener is gone, and this connection with it
            return
        self._timer = self._loop.call_later(seconds, self._timed_out)

    def _timed_out(self) -> None:
        """408 for half a request (user guide, "HTTP 408: Request timeout"); silence just ends."""
        if self._reader.started:
            self._break(Fault(408, "the client did not send the rest of its request in time"))
        elif not self._closing:
            self._transport.close()


def idle_timeout(balancer: LoadBalancer) -> int:
    return int(balancer.attributes.get("idle_timeout.timeout_seconds", 60))


class Client:
    """Who is at the other end, as far as the transport knows."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.peer: tuple[str, int] = transport.get_extra_info("peername")[:2]
        socket: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        self.secure = socket is not None
        self.protocol = socket.selected_alpn_protocol() if socket is not None else None
        cipher = socket.cipher() if socket is not None else None
        self.cipher = (socket.version() or "", cipher[0]) if socket is not None and cipher else None
        self.certificate, self.server_name = tls.presented(socket) if socket is not None else ("", "")

    def nothing(self, verdict: Verdict = desync.COMPLIANT) -> Request:
        """What stands in the logs for bytes that never became a request."""
        return Request(
            "-", "-", peer=self.peer, secure=self.secure, cipher=self.cipher, verdict=verdict,
            certificate=self.certificate, server_name=self.server_name,
        )  # fmt: skip

    def request(self, message: Message, listener: Listener, received: float) -> Request:
        head = message.head
        return Request(
            method=head.method.decode("latin-1"),
            target=head.target.decode("latin-1"),
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers),
            body=message.body,
            version=head.version.decode("latin-1").removeprefix("HTTP/"),
            peer=self.peer,
            port=listener.port,
            secure=self.secure,
            cipher=self.cipher,
            received=received,
            size=message.size,
            verdict=head.verdict,
            certificate=self.certificate,
            server_name=self.server_name,
        )


@functools.lru_cache(maxsize=2)
def date(second: int) -> str:
    """The Date header of a second."""
    return formatdate(second, usegmt=True)
