"""gRPC passed on between Terraform and the provider, both played by h2 here."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, RequestReceived, StreamEnded, StreamReset

from localalb.adoption.relay import Answer, Ask, Refused, Relay
from localalb.adoption.side import Side

HELD = frozenset({"ApplyResourceChange"})
SERVICE = "/tfplugin5.Provider/"
LARGE = bytes(range(256)) * 20_000  # 5 MB: the provider's schema has 20


class Peer:
    """An end of a connection. `events` gets what comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, client: bool) -> None:
        self.h2 = H2Connection(H2Configuration(client_side=client, header_encoding="utf-8"))
        self.events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._reader, self._writer = reader, writer
        self._window = asyncio.Event()
        self.h2.initiate_connection()
        self.flush()
        self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while data := await self._reader.read(1 << 16):
            for event in self.h2.receive_data(data):
                if isinstance(event, DataReceived):
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                self.events.put_nowait(event)
            self._window.set()
            self.flush()
        self.events.put_nowait(None)

    def flush(self) -> None:
        self._writer.write(self.h2.data_to_send())

    async def send(self, stream: int, data: bytes, *, end: bool) -> None:
        while data:
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            self.h2.send_data(stream, data[:room], end_stream=end and room >= len(data))
            data = data[room:]
            self.flush()
            if not room:
                self._window.clear()
                await self._window.wait()

    def close(self) -> None:
        self._task.cancel()
        self._writer.close()


class Terraform(Peer):
    async def call(self, method: str, message: bytes) -> tuple[bytes, dict[str, str]]:
        """The body that is answered, and the headers and trailers."""
        stream = self.h2.get_next_available_stream_id()
        self.h2.send_headers(stream, head(method))
        await self.send(stream, framed(message), end=True)
        body, answered = b"", dict[str, str]()
        while event := await self.events.get():
            if isinstance(event, DataReceived):
                body += event.data
            if isinstance(event, StreamEnded | StreamReset):
                return body, answered
            answered |= dict(getattr(event, "headers", None) or ())
        raise ConnectionError


class Provider(Peer):
    """Answers each call by its method."""

    def __init__(self, *ends: Any, answers: dict[str, Callable[[bytes], bytes]]) -> None:
        super().__init__(*ends, client=False)
        self.asked: list[tuple[str, bytes]] = []
        self._answers = answers
        self._serving = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        methods, bodies = dict[int, str](), dict[int, bytes]()
        while event := await self.events.get():
            match event:
                case RequestReceived(headers=headers):
                    methods[event.stream_id] = method_of(headers)
                    bodies[event.stream_id] = b""
                case DataReceived():
                    bodies[event.stream_id] += event.data
                case StreamEnded():
                    stream = event.stream_id
                    await self._answer(stream, methods[stream], bodies[stream])

    async def _answer(self, stream: int, method: str, body: bytes) -> None:
        self.asked.append((method, body))
        begin = [(":status", "200"), ("content-type", "application/grpc")]
        if method not in self._answers:
            status = [("grpc-status", "12"), ("grpc-message", f"no {method}")]
            self.h2.send_headers(stream, begin + status, end_stream=True)
        else:
            self.h2.send_headers(stream, begin)
            await self.send(stream, framed(self._answers[method](body)), end=False)
            self.h2.send_headers(stream, [("grpc-status", "0")], end_stream=True)
        self.flush()


def head(method: str) -> list[tuple[str, str]]:
    """As grpc-go sends it."""
    pseudo = [(":method", "POST"), (":scheme", "http"), (":path", SERVICE + method), (":authority", "unused")]
    return [*pseudo, ("content-type", "application/grpc"), ("te", "trailers")]


def method_of(headers: Any) -> str:
    return str(dict(headers)[":path"]).removeprefix(SERVICE)


def framed(message: bytes) -> bytes:
    return b"\0" + len(message).to_bytes(4, "big") + message


async def nothing(method: str, message: bytes, ask: Ask) -> bytes | None:
    return None


@asynccontextmanager
async def relayed(
    answers: dict[str, Callable[[bytes], bytes]], answer: Answer = nothing
) -> AsyncIterator[tuple[Terraform, Provider, asyncio.Task[None]]]:
    here, there = socket.socketpair(), socket.socketpair()
    terraform = Terraform(*await asyncio.open_connection(sock=here[0]), client=True)
    provider = Provider(*await asyncio.open_connection(sock=there[1]), answers=answers)
    ours = Side(*await asyncio.open_connection(sock=here[1]), client=False)
    theirs = Side(*await asyncio.open_connection(sock=there[0]), client=True)
    relay = asyncio.create_task(Relay(ours, theirs, HELD, answer).run(await ours.read()))
    try:
        yield terraform, provider, relay
    finally:
        terraform.close()
        await asyncio.wait_for(relay, 10)
        provider.close()


def run(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """A test that is a coroutine, which may take ten seconds."""

    def function() -> None:
        async def bounded() -> None:
            async with asyncio.timeout(10):
                await test()

        asyncio.run(bounded())

    function.__name__ = test.__name__
    return function


@run
async def test_a_call_passes_whatever_its_size() -> None:
    async with relayed({"GetSchema": lambda body: LARGE}) as (terraform, provider, _):
        body, answered = await terraform.call("GetSchema", LARGE[:300_000])
        assert provider.asked == [("GetSchema", framed(LARGE[:300_000]))]
        assert body == framed(LARGE)
        assert answered == {":status": "200", "content-type": "application/grpc", "grpc-status": "0"}


@run
async def test_an_error_passes() -> None:
    async with relayed({}) as (terraform, _, _):
        body, answered = await terraform.call("GetSchema", b"")
        assert (body, answered["grpc-status"], answered["grpc-message"]) == (b"", "12", "no GetSchema")


@run
async def test_a_held_call_may_be_answered_without_the_provider() -> None:
    async def answer(method: str, message: bytes, ask: Ask) -> bytes:
        return method.encode() + message

    async with relayed({"ReadResource": lambda body: b"read"}, answer) as (terraform, provider, _):
        body, answered = await terraform.call("ApplyResourceChange", b" now")
        assert (body, answered["grpc-status"]) == (framed(b"ApplyResourceChange now"), "0")
        assert (await terraform.call("ReadResource", b""))[0] == framed(b"read")
        assert [method for method, _ in provider.asked] == ["ReadResource"]


@run
async def test_a_held_call_that_is_not_answered_is_the_provider_s() -> None:
    async with relayed({"ApplyResourceChange": lambda body: b"made"}) as (terraform, provider, _):
        body, _ = await terraform.call("ApplyResourceChange", LARGE[:100_000])
        assert body == framed(b"made")
        assert provider.asked == [("ApplyResourceChange", framed(LARGE[:100_000]))]


@run
async def test_an_answer_may_ask_the_provider() -> None:
    async def answer(method: str, message: bytes, ask: Ask) -> bytes:
        return await ask("ReadResource", message + b"?") + b"!"

    async with relayed({"ReadResource": lambda body: LARGE}, answer) as (terraform, provider, _):
        assert (await terraform.call("ApplyResourceChange", b"it"))[0] == framed(LARGE + b"!")
        assert provider.asked == [("ReadResource", framed(b"it?"))]


@run
async def test_what_the_provider_refuses_is_told() -> None:
    async def answer(method: str, message: bytes, ask: Ask) -> bytes:
        with pytest.raises(Refused, match="no ReadResource"):
            await ask("ReadResource", message)
        return b"refused"

    async with relayed({}, answer) as (terraform, _, _):
        assert (await terraform.call("ApplyResourceChange", b""))[0] == framed(b"refused")


@run
async def test_what_terraform_gives_up_the_provider_need_not_do() -> None:
    async with relayed({}) as (terraform, provider, _):
        provider._serving.cancel()
        terraform.h2.send_headers(1, head("Stop"))
        terraform.flush()
        while not isinstance(await provider.events.get(), RequestReceived):
            pass
        terraform.h2.reset_stream(1)
        terraform.flush()
        while not isinstance(await provider.events.get(), StreamReset):
            pass


@run
async def test_where_the_provider_ends_so_does_the_relay() -> None:
    async with relayed({}) as (_, provider, relay):
        provider.close()
        await relay
