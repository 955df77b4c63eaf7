"""One client's connection over HTTP/1.1: bytes become requests, responses become bytes, in order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import cast

from localalb.balancer.exchange import Exchange, Reply
from localalb.http import desync, wire
from localalb.http.faults import Fault, malformed
from localalb.http.http1 import Message, Reader
from localalb.serving.client import Client, Connections, Current, IdleTimer, date

logger = logging.getLogger("localalb.serving")

LINGER = 2.0


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
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._ended = False
        self._broken: Fault | None = None
        self._idle = IdleTimer(current, self._timed_out)
        self._drained = asyncio.Event()
        self._drained.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if transport.get_extra_info("peername") is None:  # it was reset before it was accepted
            self._closing = True
            self._transport.abort()
            return
        self._client = Client(self._transport)
        if self._client.protocol == "h2":
            from localalb.serving.http2_connection import Http2

            successor = Http2(self._exchange, self._current, self._connections, self._client)
            self._transport.set_protocol(successor)
            successor.connection_made(transport)
            return
        self._connections.add(self._arn, self._transport)
        self._idle.restart()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._arn, self._transport)
        self._closing = True
        self._drained.set()
        self._idle.stop()
        if self._task is not None:
            self._task.cancel()  # what still waits for an environment is dropped

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
            self._task = self._loop.create_task(self._work())
        elif self._broken is not None:
            self._break(self._broken)
        else:
            self._idle.restart()

    async def _work(self) -> None:
        """Answer what has come, in order, until there is no more. No defect of ours may strand the client."""
        try:
            await self._answer_all()
        except Exception:
            logger.exception("a connection is closed, because answering it failed")
            self._closing = True
            self._transport.abort()

    async def _answer_all(self) -> None:
        self._idle.stop()
        while self._waiting and not self._closing:
            message, received = self._waiting.popleft()
            await self._answer(message, received)
            if not self._drained.is_set():
                self._idle.restart()  # the client has its time to read, too
                await self._drained.wait()
                self._idle.stop()
        self._working = False
        if self._broken is not None:
            self._break(self._broken)
        elif self._ended:
            self._transport.close()
        elif not self._closing:
            self._transport.resume_reading()
            self._idle.restart()

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
        self._idle.stop()
        if self._broken is not None and not self._ended and self._transport.can_write_eof():
            self._transport.write_eof()
            self._loop.call_later(LINGER, self._transport.close)
        else:
            self._transport.close()

    def _timed_out(self) -> None:
        """408 for half a request (user guide, "HTTP 408: Request timeout"); silence just ends."""
        if not self._drained.is_set():
            self._closing = True
            self._transport.abort()  # its answer is not read
        elif self._reader.started:
            self._break(Fault(408, "the client did not send the rest of its request in time"))
        elif not self._closing:
            self._transport.close()
