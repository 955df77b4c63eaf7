"""One client's connection over HTTP/1.1: bytes become requests, responses become bytes, in order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import cast

from localalb.balancer.exchange import Exchange
from localalb.balancer.reply import Reply
from localalb.balancer.topology import Listener
from localalb.http import desync, wire
from localalb.http.faults import Fault, malformed, request_timeout
from localalb.http.head import Head
from localalb.http.http1 import Message, Reader
from localalb.http.message import Flow, Request
from localalb.serving import passing, turns
from localalb.serving.client import Client, Connections, Current, IdleTimer, date
from localalb.serving.incoming import Incoming

logger = logging.getLogger("localalb.serving")

SLICE = 8 * 1024  # bytes read in one step; the smallest chunks of a body take a few milliseconds
AHEAD = 64 * 1024  # bytes that may come while a request is answered


class Connection(asyncio.Protocol):
    """HTTP/1.1, until ALPN says otherwise. `current` gives the listener as it is now.

    Bytes are read a turn at a time until a request is whole; then they wait until it is answered. Where
    nothing more can be read, `_settle` says what the connection waits for. A body that the target gets as it
    comes is fed to it meanwhile (`_feed`); behind a 101 all bytes are (`_tunnel`).
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
        self._reader = Reader(self._mode, self._divert)
        self._incoming = bytearray()
        self._waiting: deque[tuple[Message, float, float]] = deque()  # with its last byte's time, its first's
        self._began = 0.0
        self._work: asyncio.Task[None] | None = None
        self._turning = self._feeding = False
        self._tunnel: Incoming | None = None
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
        self._idle.close()
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
        if self._tunnel is not None:
            self._tunnel.end()
        elif self._reader.sink is not None:
            self._feed()
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
        if self._tunnel is not None or self._reader.sink is not None:
            self._feed()
        elif self._work is not None:
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
            if self._reader.sink is not None:
                self._feed()
        else:
            self._settle()

    def _divert(self, head: Head, length: int | None, size: int) -> Incoming | None:
        """Where the body of a request goes that is passed on as it comes."""

        def begun() -> tuple[Listener, Request]:
            _, listener = self._current()
            return listener, self._client.request(Message(head, b"", size), listener, time.time())

        return Incoming(length, self._feed_soon) if self._exchange.streams(begun) else None

    def _feed(self) -> None:
        """Pass on what has come to the request that is being answered, for as long as a turn lasts."""
        if self._closing or self._feeding:
            return
        self._feeding = turns.take(self._step_of_flow)
        flow = self._tunnel or cast("Incoming | None", self._reader.sink)
        if self._feeding:
            self._pause()
            self._loop.call_soon(self._feed_on)
        elif flow is None:
            return
        elif self._broken is not None:
            flow.fail(self._broken)
        elif flow.full:
            self._pause()
        elif self._ended:
            flow.fail(malformed("the request was cut short"))
        else:
            self._resume()

    def _feed_soon(self) -> None:
        self._loop.call_soon(self._feed)

    def _feed_on(self) -> None:
        self._feeding = False
        self._feed()

    def _step_of_flow(self) -> bool:
        """Read a slice; False where nothing is left that the target takes."""
        if self._tunnel is not None:
            self._tunnel.feed(bytes(self._incoming))
            self._incoming.clear()
            return False
        flow = self._reader.sink
        if flow is None or cast(Incoming, flow).full:
            return False
        self._step()
        return bool(self._incoming) and self._broken is None

    def _step(self) -> bool:
        """Read a slice; False where nothing is left, or a request can be answered."""
        if self._broken is not None or not self._incoming:
            return False
        data = self._incoming[:SLICE]
        del self._incoming[:SLICE]
        now = time.time()
        if not self._reader.started:
            self._began = now
        try:
            for message in self._reader.feed(data):
                self._waiting.append((message, now, self._began))
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
                await self._answer(*self._waiting.popleft())
                if not self._drained.is_set():
                    await self._until_drained()
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

    async def _answer(self, message: Message, received: float, began: float) -> None:
        balancer, listener = self._current()
        request = self._client.request(message, listener, received, began)
        reply = await self._exchange.answer(balancer, listener, request)
        verdict = message.head.verdict
        # "HTTP client keepalive duration": a connection that has lasted so long ends with its next answer.
        lasts = int(balancer.attributes.get("client_keep_alive.seconds", 3600))
        keep_alive = (
            message.head.keep_alive
            and not desync.closes(self._mode, verdict.tier)
            and self._loop.time() - self._opened < lasts
        )
        if reply.response.flow is not None:
            await self._send_flow(reply, reply.response.flow, message, keep_alive=keep_alive)
        else:
            self._send(reply, keep_alive=keep_alive and (message.sink is None or message.sink.ended))

    async def _send_flow(self, reply: Reply, flow: Flow, message: Message, *, keep_alive: bool) -> None:
        """A response whose body is still coming."""
        response, method = reply.response, reply.request.method
        unknown = flow.length is None and wire.has_body(response, method)
        chunked = unknown and reply.request.version == "1.1"
        keep_alive = keep_alive and (chunked or not unknown)
        head = wire.http1(
            response, method=method, date=date(int(time.time())), keep_alive=keep_alive, chunked=chunked
        )
        sent = len(head)

        async def write(data: bytes) -> None:
            nonlocal sent
            sent += len(data)
            self._transport.write(data)
            await self._until_drained()

        gone = False
        try:
            self._transport.write(head)
            if response.back is not None:
                self._tunnel = Incoming(None, self._feed_soon)
                self._feed()
                await passing.talk(flow, write, self._tunnel, response.back)
                reply.entry.talked = self._tunnel.size
                keep_alive = False
            else:
                await passing.body(flow, write, chunked=chunked, wanted=wire.has_body(response, method))
        except Fault as fault:
            # Guess: the client sees the connection end, and the log the status it would have got.
            reply.fail(fault)
            self._closing = True
            self._transport.abort()
        except asyncio.CancelledError:
            gone = True
            raise
        finally:
            flow.close()
            self._exchange.finish(reply, sent=sent, gone=gone)
        if not self._closing and not (keep_alive and (message.sink is None or message.sink.ended)):
            self._hang_up()

    async def _until_drained(self) -> None:
        if not self._drained.is_set():
            self._idle.restart()  # a client that does not read is silent too
            await self._drained.wait()
            self._idle.stop()

    def _refuse(self, fault: Fault) -> None:
        """Say no to what is no request, and hang up."""
        self._broken = fault
        nothing = self._client.nothing(self._reader.verdict, self._reader.raw)
        reply = self._exchange.refuse(*self._current(), nothing, fault)
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
        unread = self._broken is not None or self._reader.sink is not None
        if unread and not self._ended and self._transport.can_write_eof():
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
            self._refuse(request_timeout())
        else:
            self._closing = True
            self._transport.close()
