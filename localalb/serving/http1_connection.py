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
from localalb.serving import turns
from localalb.serving.client import Client, Connections, Current, IdleTimer, date

logger = logging.getLogger("localalb.serving")

SLICE = 8 * 1024  # bytes read in one step; the smallest chunks of a body take a few milliseconds
AHEAD = 64 * 1024  # bytes that may come while a request is answered


class Connection(asyncio.Protocol):
    """HTTP/1.1, until ALPN says otherwise. `current` gives the listener as it is now.

    Bytes are read a turn at a time until a request is whole; then they wait until it is answered. Where
    nothing more can be read, `_settle` says what the connection waits for.
    """

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
        self._incoming = bytearray()
        self._waiting: deque[tuple[Message, float]] = deque()
        self._work: asyncio.Task[None] | None = None
        self._turning = False
        self._paused = False
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
        self._connections.note(self._current, self._client, self._loop.time() - self._opened)
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
        self._incoming.clear()
        self._drained.set()
        self._idle.stop()
        if self._work is not None:
            # Behind the task's first step, so that the request is in the logs.
            self._loop.call_soon(self._work.cancel)

    def pause_writing(self) -> None:
        self._drained.clear()

    def resume_writing(self) -> None:
        self._drained.set()
        if self._closing:
            self._idle.restart()  # the last answer is on its way

    def eof_received(self) -> bool:
        """The client sends no more. What it owes is refused; what it asked is answered (True: stay open),
        unless it waits for an environment: then the client has most likely gone. (Guess: to nginx and Envoy
        a client that closed its half has always gone.)"""
        self._ended = True
        if self._work is not None:
            self._loop.call_soon(self._give_up, self._work)
        elif not self._turning:
            self._settle()
        return not self._closing

    def _give_up(self, work: asyncio.Task[None]) -> None:
        if self._exchange.waits(work):
            work.cancel()

    def data_received(self, data: bytes) -> None:
        if self._broken is not None or self._closing:
            return
        self._incoming += data
        if self._work is not None:
            if len(self._incoming) > AHEAD:
                self._pause()
        elif not self._turning:
            self._turn()

    def _turn(self) -> None:
        """Read for as long as a turn lasts, and go on when the others had theirs."""
        if self._closing:
            return
        self._turning = turns.take(self._step)
        if self._reader.owes_continue():
            # Guess: ALB answers this itself, as it buffers the body for Lambda.
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._turning:
            self._pause()
            self._loop.call_soon(self._turn)
        elif self._waiting:
            self._work = self._loop.create_task(self._answer_all())
        else:
            self._settle()

    def _step(self) -> bool:
        """Read a slice; False where nothing is left, or a request can be answered."""
        if self._broken is not None or not self._incoming:
            return False
        data = bytes(self._incoming[:SLICE])
        del self._incoming[:SLICE]
        try:
            for message in self._reader.feed(data):
                self._waiting.append((message, time.time()))
        except Fault as fault:
            self._broken = fault
            self._incoming.clear()
        return bool(self._incoming) and not self._waiting

    def _settle(self) -> None:
        """All that came is read and answered."""
        if self._closing:
            return
        if self._broken is not None:
            self._refuse(self._broken)
        elif self._ended and self._reader.started:
            self._refuse(malformed("the request was cut short"))
        elif self._ended:
            self._closing = True
            self._transport.close()
        else:
            self._idle.restart()
            self._resume()

    def _pause(self) -> None:
        if not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            self._transport.resume_reading()

    async def _answer_all(self) -> None:
        """Answer what has come, in order."""
        self._idle.stop()
        try:
            while self._waiting and not self._closing:
                message, received = self._waiting.popleft()
                await self._answer(message, received)
                if not self._drained.is_set():
                    self._idle.restart()  # a client that does not read is silent too
                    await self._drained.wait()
                    self._idle.stop()
        except asyncio.CancelledError:
            self._closing = True
            self._transport.close()
            raise
        except Exception:
            # A defect of localalb's own. The client must not wait for an answer that will never come.
            logger.exception("a connection is closed, because answering it failed")
            self._closing = True
            self._transport.abort()
        finally:
            self._work = None
        if not self._closing:
            self._turn()

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

    def _refuse(self, fault: Fault) -> None:
        """Say no to what is no request, and hang up."""
        self._broken = fault
        reply = self._exchange.refuse(*self._current(), self._client.nothing(self._reader.verdict), fault)
        self._send(reply, keep_alive=False)

    def _send(self, reply: Reply, *, keep_alive: bool) -> None:
        if self._closing:
            self._exchange.finish(reply, sent=0, gone=True)
            return
        method = reply.request.method
        data = wire.http1(reply.response, method=method, date=date(int(time.time())), keep_alive=keep_alive)
        self._transport.write(data)
        # Who sends no more has most likely gone, which is a 460; who has not gets the answer all the same.
        self._exchange.finish(reply, sent=len(data), gone=self._ended and self._work is not None)
        if not keep_alive:
            self._hang_up()

    def _hang_up(self) -> None:
        """Close when all is sent, but not on a client that is still sending (see `turns.LINGER`)."""
        self._closing = True
        self._idle.restart()
        if self._broken is not None and not self._ended and self._transport.can_write_eof():
            self._transport.write_eof()
            self._resume()
            self._loop.call_later(turns.LINGER, self._transport.close)
        else:
            self._transport.close()

    def _timed_out(self) -> None:
        """408 for half a request (user guide, "HTTP 408: Request timeout"); silence just ends."""
        if self._closing or not self._drained.is_set():
            self._transport.abort()  # it does not read what it asked for
        elif self._reader.started:
            self._refuse(Fault(408, "the client did not send the rest of its request in time"))
        else:
            self._closing = True
            self._transport.close()
