"""One client's connection over HTTP/2, framed by the h2 library; the same requests and responses."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    PingReceived,
    PriorityUpdated,
    RemoteSettingsChanged,
    RequestReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError, StreamClosedError
from h2.settings import SettingCodes

from localalb.http import wire
from localalb.http.faults import Fault, malformed
from localalb.http.limits import MAX_BODY, MAX_FIELD, MAX_HEAD, MAX_STREAMS
from localalb.http.message import Headers, Request
from localalb.serving.budget import Budget
from localalb.serving.client import Client, Connections, Current, IdleTimer, date

if TYPE_CHECKING:
    from localalb.balancer.exchange import Exchange, Reply


logger = logging.getLogger("localalb.serving")

PIECE = 4096  # bytes of a read that are looked at before the budget is
CRUMB = 16  # bytes of data, of which many make no sense
MOST_UNSENT = 4 * 1024 * 1024  # bytes that wait for a client to read, before its next request is answered


@dataclass(slots=True)
class Stream:
    """A request on its way in."""

    headers: list[tuple[bytes, bytes]]
    received: float
    body: bytearray = field(default_factory=bytearray)


def _idles(event: Event) -> bool:
    """Whether a frame brings no request forward."""
    match event:
        case DataReceived():
            return len(event.data or b"") < CRUMB and event.stream_ended is None
        case PingReceived() | RemoteSettingsChanged() | StreamReset() | PriorityUpdated() | WindowUpdated():
            return True
        case _:
            return False


class Http2(asyncio.Protocol):
    """Requests of one connection, answered as they come, each on its stream."""

    def __init__(
        self, exchange: Exchange, current: Current, connections: Connections, client: Client
    ) -> None:
        self._exchange = exchange
        self._current = current
        self._connections = connections
        self._client = client
        self._arn = current()[1].arn
        self._loop = asyncio.get_running_loop()
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        self._streams: dict[int, Stream] = {}
        self._unsent: dict[int, bytes] = {}
        self._working = 0
        self._held: deque[tuple[int, Stream]] = deque()
        self._answers: dict[int, asyncio.Task[None]] = {}
        self._budget = Budget()
        self._paused = False
        self._idle = IdleTimer(current, self._timed_out)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self._arn, self._transport)
        settings: dict[SettingCodes | int, int] = {
            SettingCodes.MAX_CONCURRENT_STREAMS: MAX_STREAMS,
            SettingCodes.MAX_HEADER_LIST_SIZE: MAX_HEAD,
            SettingCodes.ENABLE_CONNECT_PROTOCOL: 0,
        }
        self._h2.initiate_connection()
        self._h2.update_settings(settings)
        self._flush()
        self._idle.restart()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._arn, self._transport)
        self._idle.stop()
        self._held.clear()
        for task in self._answers.values():
            task.cancel()  # what still waits for an environment is dropped

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        """The client reads again: send what is left, then answer what waits."""
        self._paused = False
        for stream_id in list(self._unsent):
            self._send_body(stream_id)
        self._flush()
        self._begin()

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE):
            if self._transport.is_closing():
                return
            self._receive(data[start : start + PIECE])

    def _receive(self, data: bytes) -> None:
        try:
            events = self._h2.receive_data(data)
        except ProtocolError:
            self._flush()  # h2 has a GOAWAY ready
            self._transport.close()
            return
        for event in events:
            self._on(event)
            if _idles(event):
                self._budget.spend()
        if self._budget.exhausted:
            logger.warning("a client sends frames that ask for nothing: its connection is closed")
            self._h2.close_connection(ErrorCodes.ENHANCE_YOUR_CALM)
            self._flush()
            self._transport.close()
            return
        self._flush()
        self._begin()
        if any(isinstance(event, RequestReceived | DataReceived | WindowUpdated) for event in events):
            self._idle.restart()  # a PING is no sign of life

    def _on(self, event: Event) -> None:
        match event:
            case RequestReceived():
                self._streams[event.stream_id] = Stream(list(event.headers or ()), time.time())
            case DataReceived():
                stream = self._streams.get(event.stream_id)
                if stream is not None and event.data:
                    stream.body += event.data[: max(MAX_BODY + 1 - len(stream.body), 0)]
                if event.flow_controlled_length:
                    self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case StreamEnded():
                if found := self._streams.pop(event.stream_id, None):
                    self._held.append((event.stream_id, found))
            case StreamReset():
                self._streams.pop(event.stream_id, None)
                self._unsent.pop(event.stream_id, None)
                if task := self._answers.get(event.stream_id):
                    task.cancel()
            case WindowUpdated() | RemoteSettingsChanged():
                for stream_id in list(self._unsent):
                    self._send_body(stream_id)
            case ConnectionTerminated():
                self._transport.close()

    def _begin(self) -> None:
        """Answer what has come, but not for a client that does not read what it has been sent."""
        while self._held and not self._paused and sum(map(len, self._unsent.values())) < MOST_UNSENT:
            stream_id, stream = self._held.popleft()
            task = self._loop.create_task(self._answer(stream_id, stream))
            self._answers[stream_id] = task
            task.add_done_callback(partial(self._answered, stream_id))

    def _answered(self, stream_id: int, _: asyncio.Task[None]) -> None:
        del self._answers[stream_id]

    async def _answer(self, stream_id: int, stream: Stream) -> None:
        """Answer one stream. No defect of ours may strand the client."""
        try:
            await self._exchange_one(stream_id, stream)
        except Exception:
            logger.exception("a connection is closed, because answering it failed")
            self._transport.abort()

    async def _exchange_one(self, stream_id: int, stream: Stream) -> None:
        balancer, listener = self._current()
        self._working += 1
        try:
            request = self._request(stream, listener.port)
            reply = await self._exchange.answer(balancer, listener, request)
        except Fault as fault:
            refused = replace(self._client.nothing(), version="2")
            reply = self._exchange.refuse(balancer, listener, refused, fault)
        finally:
            self._working -= 1
        self._send(stream_id, reply)

    def _request(self, stream: Stream, port: int) -> Request:
        """A stream as the request it is. :authority becomes Host. h2 has joined the crumbs of a cookie (RFC
        9113 section 8.2.3; guess: ALB joins them too)."""
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in stream.headers]
        pseudo = dict(pair for pair in fields if pair[0].startswith(":"))
        plain = [pair for pair in fields if not pair[0].startswith(":")]
        if any(len(name) + len(value) > MAX_FIELD for name, value in fields):
            raise malformed(f"a header is over {MAX_FIELD} bytes, the limit over HTTP/2")
        if sum(len(name) + len(value) for name, value in fields) > MAX_HEAD:
            raise malformed(f"the headers are over {MAX_HEAD} bytes in all")
        headers: Headers = tuple(pair for pair in plain if pair[0] != "host")
        authority = pseudo.get(":authority") or next((value for name, value in plain if name == "host"), None)
        if authority is not None:
            headers = (("host", authority), *headers)
        return Request(
            method=pseudo.get(":method", ""),
            target=pseudo.get(":path", ""),
            headers=headers,
            body=bytes(stream.body),
            version="2",
            peer=self._client.peer,
            port=port,
            secure=True,
            cipher=self._client.cipher,
            received=stream.received,
            certificate=self._client.certificate,
            server_name=self._client.server_name,
            size=sum(len(name) + len(value) for name, value in fields) + len(stream.body),
        )

    def _send(self, stream_id: int, reply: Reply) -> None:
        if self._transport.is_closing():
            self._exchange.finish(reply, sent=0, gone=True)
            return
        response = reply.response
        body = response.body if wire.has_body(response, reply.request.method) else b""
        fields = [(":status", str(response.status))]
        fields += [
            (name.lower(), value) for name, value in wire.headers(response, date=date(int(time.time())))
        ]
        try:
            encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
            self._h2.send_headers(stream_id, encoded, end_stream=not body)
        except (StreamClosedError, ProtocolError):
            self._exchange.finish(reply, sent=0, gone=True)
            return
        self._budget.earn()
        self._exchange.finish(reply, sent=len(body) + sum(len(name) + len(value) for name, value in fields))
        if body:
            self._unsent[stream_id] = body
            self._send_body(stream_id)
        self._flush()
        self._begin()

    def _send_body(self, stream_id: int) -> None:
        """Send as much as the flow-control window takes; the rest when it opens."""
        body = self._unsent.pop(stream_id)
        try:
            while body:
                if self._paused:
                    self._unsent[stream_id] = body
                    return
                window = self._h2.local_flow_control_window(stream_id)
                size = min(window, self._h2.max_outbound_frame_size, len(body))
                if size <= 0:
                    self._unsent[stream_id] = body
                    return
                self._h2.send_data(stream_id, body[:size], end_stream=size == len(body))
                body = body[size:]
                self._flush()
        except StreamClosedError:
            return

    def _flush(self) -> None:
        data = self._h2.data_to_send()
        if data:
            self._transport.write(data)

    def _timed_out(self) -> None:
        if self._working:  # a function takes as long as it takes
            self._idle.restart()
            return
        self._h2.close_connection(ErrorCodes.NO_ERROR)
        self._flush()
        self._transport.close()
