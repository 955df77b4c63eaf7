"""One client's connection over HTTP/2, framed by the h2 library; the same requests and responses.

What a client can make this process keep is bounded. A stream lives from its headers until its answer is
sent. The first `PLACES` streams alive are served: their windows open as data comes, and they are answered
when they are whole. Later ones wait, each with no more than its first window lets in. The connection's own
window stays wide open, as the streams' windows bound it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RemoteSettingsChanged,
    RequestReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from localalb.http import wire
from localalb.http.faults import Fault, malformed
from localalb.http.limits import MAX_BODY, MAX_FIELD, MAX_HEAD, MAX_REQUESTS, MAX_STREAMS
from localalb.serving import budget, http2_request, turns
from localalb.serving.budget import Budget
from localalb.serving.client import Client, Connections, Current, IdleTimer, date
from localalb.serving.field_sizes import FieldSizes
from localalb.serving.http2_stream import Stream
from localalb.serving.incoming import Incoming

if TYPE_CHECKING:
    from localalb.balancer.exchange import Exchange
    from localalb.balancer.reply import Reply
    from localalb.http.message import Flow, Request, Response

logger = logging.getLogger("localalb.serving")

# Of 128 streams. Each may hold a body of 1 MiB, going in or out.
PLACES = 32
PIECE = 64 * 1024  # of a body, handed to the transport at once
LARGEST_WINDOW = 2**31 - 1  # RFC 9113 section 6.9.1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"  # RFC 9113 section 3.4


class Http2(asyncio.Protocol):
    """Requests of one connection, answered as they come, each on its stream."""

    def __init__(
        self, exchange: Exchange, current: Current, connections: Connections, client: Client
    ) -> None:
        self._exchange = exchange
        self._current = current
        self._connections = connections
        self._client = client
        self._place = current()
        self._loop = asyncio.get_running_loop()
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        self._budget = Budget(self._loop.time())
        self._sizes = FieldSizes()
        self._asked = 0
        self._last = 0  # the stream behind which no request is taken
        self._incoming = bytearray()
        self._preface = True
        self._streams: dict[int, Stream] = {}
        self._paused = False
        self._over = False
        self._writable = True
        self._idle = IdleTimer(current, self._timed_out)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self._place[1].arn, self._transport)
        settings: dict[SettingCodes | int, int] = {
            SettingCodes.MAX_CONCURRENT_STREAMS: MAX_STREAMS,
            SettingCodes.MAX_HEADER_LIST_SIZE: MAX_HEAD,
            SettingCodes.ENABLE_CONNECT_PROTOCOL: 0,
        }
        self._h2.initiate_connection()
        self._h2.update_settings(settings)
        self._h2.increment_flow_control_window(LARGEST_WINDOW - self._h2.inbound_flow_control_window)
        self._flush()
        self._idle.restart()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._place[1].arn, self._transport)
        self._idle.close()
        self._end()

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        self._idle.restart()
        self._advance()

    def data_received(self, data: bytes) -> None:
        if self._over:
            return
        self._incoming += data
        if not self._paused:
            self._turn()

    def _turn(self) -> None:
        """Take what has come for as long as a turn lasts, and the rest when the others had theirs."""
        try:
            left = turns.take(self._step)
        except ProtocolError as error:  # h2 has a GOAWAY ready
            self._exchange.finish(self._refusal(malformed(f"the client broke HTTP/2: {error}")), sent=0)
            self._close()
            return
        self._advance()
        if left:
            self._loop.call_soon(self._turn)
            if not self._paused:
                self._transport.pause_reading()
        elif self._paused and not self._transport.is_closing():
            self._transport.resume_reading()
        self._paused = left

    def _step(self) -> bool:
        """Take one frame; False where none is whole. Raises `ProtocolError` where it is none."""
        frame = None
        if self._preface:
            size, forward = len(PREFACE), True
        elif frame := budget.frame(self._incoming):
            size, forward = budget.HEADER + frame.length, budget.brings_forward(frame)
        else:
            return False
        if size > budget.HEADER + budget.MAX_FRAME:  # h2 would wait for all of it before it refused
            self._hang_up(ErrorCodes.FRAME_SIZE_ERROR)
            return False
        if len(self._incoming) < size:
            return False
        if not forward and not self._budget.spend(self._loop.time()):
            self._hang_up(ErrorCodes.ENHANCE_YOUR_CALM)
            return False
        data = bytes(self._incoming[:size])
        del self._incoming[:size]
        if frame and self._sizes.over(frame, data):
            why = f"a header is over {MAX_FIELD} bytes, compressed, which ends an HTTP/2 connection"
            self._exchange.finish(self._refusal(malformed(why)), sent=0)
            self._hang_up(ErrorCodes.ENHANCE_YOUR_CALM)  # guess: the code is nginx's
            return False
        self._preface = False
        for event in self._h2.receive_data(data):
            self._on(event)
        return not self._over

    def _on(self, event: Event) -> None:
        match event:
            case RequestReceived() if self._last:
                pass  # GOAWAY will say that it can be sent again (RFC 9113 section 6.8)
            case RequestReceived():
                self._asked += 1
                if self._asked == MAX_REQUESTS:
                    self._last = event.stream_id
                self._streams[event.stream_id] = Stream(list(event.headers or ()), time.time())
                self._idle.restart()
            case DataReceived():
                self._take(event.stream_id, event.data or b"", event.flow_controlled_length or 0)
                self._idle.restart()
            case StreamEnded():
                if stream := self._streams.get(event.stream_id):
                    stream.whole = True
                    if stream.flow is not None:
                        stream.flow.end()
            case StreamReset():
                self._drop(event.stream_id)
            case WindowUpdated():
                self._idle.restart()  # a PING is no sign of life
            case RemoteSettingsChanged():
                pass  # the windows may have opened: `_advance` sees to it
            case ConnectionTerminated():
                self._transport.close()

    def _take(self, stream_id: int, data: bytes, size: int) -> None:
        """Some of a body, of `size` with its padding."""
        stream = self._streams.get(stream_id)
        if stream is None:
            self._h2.acknowledge_received_data(size, stream_id)
            return
        if stream.flow is not None:
            stream.flow.feed(data)
        else:
            stream.body += data[: max(MAX_BODY + 1 - len(stream.body), 0)]
        stream.held += size

    def _advance(self) -> None:
        """Do what can be done now for the streams that have a place."""
        for stream_id, stream in list(itertools.islice(self._streams.items(), PLACES)):
            if not (stream.whole or stream.asked):
                self._divert(stream)
            if stream.held and not stream.full:
                self._h2.acknowledge_received_data(stream.held, stream_id)
                stream.held = 0
            if stream.unsent is not None:
                self._send_body(stream_id, stream)
            elif (stream.whole or stream.flow is not None) and stream.work is None and self._writable:
                stream.work = self._loop.create_task(self._answer(stream_id, stream))
        self._flush()
        if self._last and not self._streams and not self._over:
            self._h2.close_connection(ErrorCodes.NO_ERROR, last_stream_id=self._last)
            self._close()

    def _divert(self, stream: Stream) -> None:
        """Have a body passed on as it comes, where the target takes it so."""
        stream.asked = True
        with contextlib.suppress(KeyError, Fault):  # the listener is gone; what is wrong is refused later
            if self._exchange.streams(lambda: (self._current()[1], self._request(stream))):
                lengths = [value for name, value in stream.headers if name == b"content-length"]
                stream.flow = Incoming(int(lengths[0]) if lengths else None, self._room)
                if stream.body:
                    stream.flow.feed(bytes(stream.body))
                    stream.body.clear()

    def _room(self) -> None:
        self._loop.call_soon(self._advance)

    async def _answer(self, stream_id: int, stream: Stream) -> None:
        try:
            with contextlib.suppress(KeyError):  # the listener is gone, and this connection ends with it
                self._place = self._current()
            balancer, listener = self._place
            try:
                reply = await self._exchange.answer(balancer, listener, self._request(stream))
            except Fault as fault:
                reply = self._refusal(fault)
            if reply.response.flow is None:
                self._send(stream_id, stream, reply)
            else:
                await self._send_flow(stream_id, stream, reply, reply.response.flow)
        except Exception:
            # A defect of localalb's own; the other streams go on.
            logger.exception("a stream is reset, because answering it failed")
            if self._streams.pop(stream_id, None):
                self._h2.reset_stream(stream_id, ErrorCodes.INTERNAL_ERROR)
        self._advance()

    def _request(self, stream: Stream) -> Request:
        body, port = bytes(stream.body), self._place[1].port
        coming = stream.flow is not None or not stream.whole
        made = http2_request.request(self._client, stream.headers, body, port, stream.received, coming=coming)
        return made if stream.flow is None else replace(made, flow=stream.flow)

    def _refusal(self, fault: Fault) -> Reply:
        nothing = replace(self._client.nothing(), version="2")
        return self._exchange.refuse(*self._place, nothing, fault)

    def _send(self, stream_id: int, stream: Stream, reply: Reply) -> None:
        if stream_id not in self._streams:
            self._exchange.finish(reply, sent=0, gone=True)
            return
        response = reply.response
        body = response.body if wire.has_body(response, reply.request.method) else b""
        size = self._send_head(stream_id, response, end=not body)
        self._exchange.finish(reply, sent=len(body) + size)
        if body:
            stream.body.clear()
            stream.unsent = memoryview(body)
        else:
            self._answered(stream_id)

    def _send_head(self, stream_id: int, response: Response, *, end: bool) -> int:
        """The headers of an answer; how many bytes they are."""
        fields = [(":status", str(response.status))]
        fields += [
            (name.lower(), value) for name, value in wire.headers(response, date=date(int(time.time())))
        ]
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        self._h2.send_headers(stream_id, encoded, end_stream=end)
        self._budget.earn(budget.FOR_AN_ANSWER)
        self._idle.restart()
        return sum(len(name) + len(value) for name, value in fields)

    def _answered(self, stream_id: int) -> None:
        """The answer is sent. Where the request is not, nobody wants the rest (RFC 9113 section 8.1)."""
        stream = self._streams.pop(stream_id)
        if stream.flow is not None and not stream.whole:
            if stream.held:
                self._h2.acknowledge_received_data(stream.held, stream_id)
            self._h2.reset_stream(stream_id, ErrorCodes.NO_ERROR)

    async def _send_flow(self, stream_id: int, stream: Stream, reply: Reply, flow: Flow) -> None:
        """An answer whose body is still coming, each piece when the one before is sent."""
        sent, gone = 0, stream_id not in self._streams
        wanted = wire.has_body(reply.response, reply.request.method)
        try:
            if not gone:
                stream.flows = True
                sent = self._send_head(stream_id, reply.response, end=False)
            while not gone:
                piece = await flow.piece()
                stream.more = bool(piece)
                stream.unsent = memoryview(piece if wanted else b"")
                stream.sent.clear()
                self._advance()
                if not piece:
                    break
                sent += len(piece)
                await stream.sent.wait()
        except Fault as fault:
            reply.fail(fault)
            if self._streams.pop(stream_id, None):
                self._h2.reset_stream(stream_id, ErrorCodes.INTERNAL_ERROR)
        except asyncio.CancelledError:
            gone = True
            raise
        finally:
            flow.close()
            self._exchange.finish(reply, sent=sent, gone=gone)

    def _send_body(self, stream_id: int, stream: Stream) -> None:
        """Send as much as the flow-control window and the transport take; the rest when they open."""
        assert stream.unsent is not None
        piece = 0
        while self._writable and stream.unsent:
            window = self._h2.local_flow_control_window(stream_id)
            size = min(window, self._h2.max_outbound_frame_size, len(stream.unsent))
            if size <= 0:
                return
            last = size == len(stream.unsent) and not stream.more
            self._h2.send_data(stream_id, bytes(stream.unsent[:size]), last)
            self._budget.earn(budget.FOR_DATA)
            stream.unsent = stream.unsent[size:]
            piece += size
            if piece >= PIECE:
                self._flush()
                piece = 0
        if stream.unsent:
            return
        if stream.more:
            stream.unsent = None
            stream.sent.set()
            return
        if stream.flows:
            self._h2.end_stream(stream_id)
        self._answered(stream_id)

    def _drop(self, stream_id: int) -> None:
        """The client wants no answer any more. What waits is taken back; a function that runs goes on."""
        stream = self._streams.pop(stream_id, None)
        if stream is None:
            return
        if stream.held:
            self._h2.acknowledge_received_data(stream.held, stream_id)
        if stream.work is not None:
            # Behind the task's first step, so that the request is in the logs.
            self._loop.call_soon(stream.work.cancel)
        elif stream.whole:
            try:
                request = self._request(stream)
            except Fault:
                request = self._client.nothing()
            reply = self._exchange.refuse(*self._place, request, Fault(460, ""))
            self._exchange.finish(reply, sent=0, gone=True)

    def _flush(self) -> None:
        data = self._h2.data_to_send()
        if data:
            self._transport.write(data)

    def _hang_up(self, code: ErrorCodes) -> None:
        """Say why nothing more is read, and give a client that is still sending a moment to read that."""
        self._h2.close_connection(code)
        self._flush()
        self._end()
        self._loop.call_later(turns.LINGER, self._transport.abort)

    def _close(self) -> None:
        self._flush()
        self._end()
        self._transport.close()
        self._loop.call_later(turns.LINGER, self._transport.abort)  # a client that does not read

    def _end(self) -> None:
        """Nothing more is read, and nobody waits for an answer."""
        self._over = True
        self._incoming.clear()
        for stream_id in list(self._streams):
            self._drop(stream_id)

    def _timed_out(self) -> None:
        if any(stream.work is not None and stream.unsent is None for stream in self._streams.values()):
            self._idle.restart()  # a function takes as long as it takes
        elif not self._writable:
            self._transport.abort()
        else:
            self._h2.close_connection(ErrorCodes.NO_ERROR)
            self._close()
