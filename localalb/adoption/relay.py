"""gRPC between Terraform and providers, passed on unchanged, except for what somebody else answers.

Each connection is HTTP/2 of its own (RFC 9113), because HPACK's tables and windows belong to one. A call is a
stream on two. Of a call that may be answered here the request is held until it is whole; every other goes on
piece by piece.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial

from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RequestReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    TrailersReceived,
)
from h2.exceptions import ProtocolError

from localalb.adoption.side import Headers, Side

PREFIX = 5  # bytes before a gRPC message: whether it is compressed, its length
Ask = Callable[[str, bytes], Awaitable[bytes]]
"""Calls a method of the provider with a message; gives its answer. Raises `Refused`."""
Answer = Callable[[str, bytes, Ask], Awaitable[bytes | None]]
"""What is answered to a call of a method with a message; None: what the provider answers."""
There = tuple[Side, int]
"""A provider's stream."""


class Refused(Exception):
    """The provider answered a call with an error of gRPC's."""


@dataclass
class Held:
    """A request that waits until it is whole."""

    method: str
    headers: Headers
    body: bytearray = field(default_factory=bytearray)


@dataclass
class Own:
    """A call made from here."""

    answered: asyncio.Future[bytes]
    body: bytearray = field(default_factory=bytearray)


class Relay:
    """Passes calls on until one of the peers has gone. `answer` is asked about the methods `held`."""

    def __init__(self, terraform: Side, provider: Side, held: frozenset[str], answer: Answer) -> None:
        self._terraform = terraform
        self._provider = provider
        self._sides = [terraform]
        self._methods = held
        self._answer = answer
        self._held: dict[int, Held] = {}
        self._own: dict[There, Own] = {}
        self._there: dict[int, There] = {}  # by Terraform's stream
        self._here: dict[There, int] = {}
        self._over = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, first: bytes) -> None:
        """`first` is what has come from Terraform."""
        async with asyncio.TaskGroup() as self._group:
            self._begin(self._read(self._terraform, self._from_terraform, first))
            self.turn_to(self._provider)
            await self._over.wait()
            for task in self._tasks:
                task.cancel()
        for side in self._sides:
            side.close()

    def turn_to(self, provider: Side) -> None:
        """Make calls from now on to this provider."""
        self._provider = provider
        self._sides.append(provider)
        self._begin(self._read(provider, partial(self._from_provider, provider)))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = self._group.create_task(self._ending(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ending(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except ProtocolError:  # a peer has gone, or speaks something else
            self._over.set()

    async def _read(self, side: Side, take: Callable[[Event], None], first: bytes = b"") -> None:
        data = first
        self._flush()
        while data or (data := await side.read()):
            for event in side.received(data):
                if isinstance(event, ConnectionTerminated):
                    break
                take(event)
            self._flush()
            data = b""
        self._over.set()

    def _flush(self) -> None:
        for side in self._sides:
            side.flush()

    def _from_terraform(self, event: Event) -> None:
        match event:
            case RequestReceived():
                method = _text(event.headers, b":path").rpartition("/")[2]
                if method in self._methods:
                    self._held[event.stream_id] = Held(method, event.headers)
                else:
                    self._forward(event.stream_id, event.headers)
            case DataReceived(stream_id=stream) if stream in self._held:
                self._held[stream].body += event.data
            case DataReceived(stream_id=stream) if stream in self._there:
                provider, there = self._there[stream]
                provider.send(there, event.data, end=False)
            case StreamEnded(stream_id=stream) if stream in self._held:
                self._begin(self._decide(stream, self._held.pop(stream)))
            case StreamEnded(stream_id=stream) if stream in self._there:
                provider, there = self._there[stream]
                provider.send(there, b"", end=True)
            case StreamReset(stream_id=stream):
                self._held.pop(stream, None)
                if stream in self._there:
                    provider, there = self._forget(stream)
                    provider.reset(there, event.error_code)

    def _from_provider(self, provider: Side, event: Event) -> None:
        there = (provider, getattr(event, "stream_id", 0))
        if there in self._own:
            self._to_own(event, there)
        elif there in self._here:
            self._to_terraform(event, self._here[there])

    def _to_terraform(self, event: Event, stream: int) -> None:
        match event:
            case ResponseReceived() | TrailersReceived():
                end = event.stream_ended is not None
                self._terraform.send(stream, event.headers, end=end)
                if end:
                    self._forget(stream)
            case DataReceived():
                self._terraform.send(stream, event.data, end=False)
            case StreamReset():
                self._forget(stream)
                self._terraform.reset(stream, event.error_code)

    def _to_own(self, event: Event, there: There) -> None:
        own = self._own[there]
        match event:
            case DataReceived():
                own.body += event.data
            case ResponseReceived() | TrailersReceived() if event.stream_ended is not None:
                del self._own[there]
                if own.answered.cancelled():
                    return
                if _text(event.headers, b"grpc-status") == "0":
                    own.answered.set_result(bytes(own.body[PREFIX:]))
                else:
                    own.answered.set_exception(Refused(_text(event.headers, b"grpc-message")))
            case StreamReset():
                del self._own[there]
                own.answered.set_exception(Refused("the provider gave the call up"))

    def _forward(self, stream: int, headers: Headers) -> None:
        there = self._open(headers)
        self._there[stream], self._here[there] = there, stream

    def _open(self, headers: Headers) -> There:
        stream = self._provider.h2.get_next_available_stream_id()
        self._provider.h2.send_headers(stream, headers)
        return self._provider, stream

    def _forget(self, stream: int) -> There:
        there = self._there.pop(stream)
        del self._here[there]
        return there

    async def _decide(self, stream: int, call: Held) -> None:
        async def ask(method: str, message: bytes) -> bytes:
            path = _text(call.headers, b":path").rpartition("/")[0] + f"/{method}"
            headers = [(name, path.encode() if name == b":path" else value) for name, value in call.headers]
            own = Own(asyncio.get_running_loop().create_future())
            provider, there = self._open(headers)
            self._own[provider, there] = own
            provider.send(there, _framed(message), end=True)
            self._flush()
            return await own.answered

        compressed = call.body[:1] != b"\0"
        answer = None if compressed else await self._answer(call.method, bytes(call.body[PREFIX:]), ask)
        if answer is None:
            self._forward(stream, call.headers)
            provider, there = self._there[stream]
            provider.send(there, bytes(call.body), end=True)
        else:
            head = [(b":status", b"200"), (b"content-type", b"application/grpc")]
            self._terraform.send(stream, head, end=False)
            self._terraform.send(stream, _framed(answer), end=False)
            self._terraform.send(stream, [(b"grpc-status", b"0")], end=True)
        self._flush()


def _framed(message: bytes) -> bytes:
    return b"\0" + len(message).to_bytes(4, "big") + message


def _text(headers: Headers | None, name: bytes) -> str:
    return next((value.decode() for each, value in headers or () if each == name), "")
