"""A request on its way to a target, and the response on its way back: both in pieces as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import h11

from localalb.forwarding import head
from localalb.forwarding.connection import Connection
from localalb.forwarding.dial import Dial, End
from localalb.http import place, wire
from localalb.http.faults import Fault, request_timeout
from localalb.http.message import Flow, Headers, Request, Response

T = TypeVar("T")


class Transfers:
    """Begins transfers over the connections of one cloud (`balancer.address_target.Begin`)."""

    def __init__(self) -> None:
        self.dial = Dial()

    def __call__(
        self,
        request: Request,
        headers: Headers,
        where: place.Place,
        *,
        secure: bool,
        idle: int,
        on_sent: Callable[[], None],
        on_over: Callable[[], None],
    ) -> Transfer:
        return Transfer(self.dial, request, headers, (where, secure), idle, on_sent, on_over)


class Transfer:
    """One request to one target, and the `http.message.Flow` of its response.

    A connection on which nothing came for the idle timeout ends with a 504; one that the target closes while
    a request is under way with a 502, on a connection that was kept open too: it is never tried again (user
    guide, "Connection idle timeout").
    """

    def __init__(
        self,
        dial: Dial,
        request: Request,
        headers: Headers,
        end: End,
        idle: int,
        on_sent: Callable[[], None],
        on_over: Callable[[], None],
    ) -> None:
        self._dial = dial
        self._request = request
        self._head = head.request_head(request, headers)
        self._end = end
        self._idle = idle
        self._on_sent = on_sent
        self._on_over = on_over
        self._connection: Connection | None = None
        self._sending: asyncio.Task[None] | None = None
        self._over = False
        self._why = ""
        self._switched = False
        self._active = 0.0
        self.length: int | None = None
        self.size = 0

    async def response(self) -> Response:
        """The head of the target's answer; the body flows behind it. Raises `Fault`."""
        try:
            connection = self._connection = await self._dial.take(self._end)
            return await self._response(connection)
        except BaseException:
            self.close()
            raise

    async def _response(self, connection: Connection) -> Response:
        request = self._request
        upgrade = head.upgrades(request)
        connection.begin(head=request.method == "HEAD", upgrade=upgrade)
        if request.flow is None:
            await self._target(connection.write(self._head + request.body))
            self._on_sent()
        else:
            await self._target(connection.write(self._head))
            self._on_sent()
            self._sending = asyncio.create_task(self._send(connection, request.flow))
            # It may fail when the answer is there already, and nobody waits for it any more.
            self._sending.add_done_callback(lambda task: task.cancelled() or task.exception())
        event = await self._answer(connection)
        self._switched = event.status_code == 101
        raw = event.headers.raw_items()
        headers, self.length = head.response_headers(raw, switched=self._switched)
        reason = bytes(event.reason).decode("latin-1")
        if self._switched:
            self._active = asyncio.get_running_loop().time()
            headers = (("Connection", "Upgrade"), *headers)
            return Response(101, headers, reason=reason, server=False, flow=self, back=self._back)
        # Observed (aws-load-balancer-controller#884): without a Server of the target's there is none.
        return Response(event.status_code, headers, reason=reason, server=False, flow=self)

    async def _answer(self, connection: Connection) -> h11.Response | h11.InformationalResponse:
        """The head of the response, which may come while the request is still being sent."""
        if self._sending is None:
            return await self._target(connection.head())
        answer = asyncio.create_task(connection.head())
        try:
            await asyncio.wait({answer, self._sending}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                # What the target closed while it was written to may have been answered before.
                with suppress(OSError):
                    await self._sending
            return await self._target(_done(answer))
        finally:
            answer.cancel()

    async def _send(self, connection: Connection, flow: Flow) -> None:
        """Pass on a body as it comes. Raises `Fault` where the client breaks it off."""
        while True:
            try:
                async with asyncio.timeout(self._idle):
                    data = await flow.piece()
            except TimeoutError:
                raise request_timeout() from None
            last = not data
            if flow.length is None:
                data = wire.chunk(data)
            if data:
                try:
                    async with asyncio.timeout(self._idle):
                        await connection.write(data)
                except TimeoutError:
                    raise self._silent() from None
            if last:
                return

    async def piece(self) -> bytes:
        """The next bytes of the response, none at its end. Raises `Fault`."""
        if self._over or self._connection is None:
            if self._why:
                raise Fault(502, self._why)
            return b""
        connection = self._connection
        try:
            work = self._raw(connection) if self._switched else self._target(connection.body())
            data = await work
        except BaseException:
            self.close()
            raise
        if not data:
            self._finish()
        self.size += len(data)
        return data

    async def _raw(self, connection: Connection) -> bytes:
        """What the target says behind a 101. The idle timeout is of both directions together."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout_at(self._active + self._idle):
                    data = await connection.raw()
            except TimeoutError:
                if loop.time() >= self._active + self._idle:
                    raise self._silent() from None
            except OSError as error:
                raise Fault(502, self._why or f"{self._name} closed the connection: {error}") from None
            else:
                self._active = loop.time()
                return data

    async def _back(self, data: bytes) -> None:
        """What the client says behind a 101; no bytes where it says no more. Raises `Fault`."""
        self._active = asyncio.get_running_loop().time()
        if self._connection is not None and data:
            await self._target(self._connection.write(data))
        elif self._connection is not None:
            self._connection.end()

    async def _target(self, work: Coroutine[Any, Any, T]) -> T:
        """What the target does, or the fault that it commits."""
        try:
            async with asyncio.timeout(self._idle):
                return await work
        except TimeoutError:
            raise self._silent() from None
        except h11.RemoteProtocolError as error:
            what = self._why or f"{self._name} sent no valid response: {error}"
        except OSError as error:
            what = self._why or f"{self._name} closed the connection: {error}"
        raise Fault(502, what)

    def _silent(self) -> Fault:
        return Fault(504, f"{self._name} sent nothing for {self._idle} s, the idle timeout")

    @property
    def _name(self) -> str:
        return place.written(self._end[0])

    def _finish(self) -> None:
        """The response is over. A connection whose request was not all wanted is of no more use."""
        connection, self._connection = self._connection, None
        assert connection is not None
        if self._switched or (self._sending is not None and not self._sending.done()):
            connection.close()
        else:
            self._dial.give(self._end, connection, self._idle)
        self.close()

    def cut(self, why: str) -> None:
        self._why = why
        if self._connection is not None:
            self._connection.close()

    def close(self) -> None:
        """Nobody wants any more of it."""
        if self._over:
            return
        self._over = True
        if self._sending is not None and not self._sending.done():
            self._sending.cancel()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._on_over()


async def _done(answer: asyncio.Task[T]) -> T:
    return await answer
