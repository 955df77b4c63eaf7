"""One HTTP/2 connection of the two between which calls are passed on."""

from __future__ import annotations

import asyncio
from collections import deque

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

WINDOW = 2**31 - 1  # RFC 9113 section 6.9.1: neither of the two floods this process
STREAMS = 1000  # Terraform's -parallelism bounds them
Headers = list[tuple[bytes, bytes]]


class Side:
    """One of the two connections. What its peer's windows do not let out waits here."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, client: bool) -> None:
        self._reader = reader
        self._writer = writer
        self._unsent: dict[int, deque[tuple[Headers | bytes, bool]]] = {}
        self.h2 = H2Connection(
            H2Configuration(
                client_side=client,
                header_encoding=None,
                validate_inbound_headers=False,
                normalize_inbound_headers=False,
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self.h2.initiate_connection()
        self.h2.update_settings(
            {SettingCodes.INITIAL_WINDOW_SIZE: WINDOW, SettingCodes.MAX_CONCURRENT_STREAMS: STREAMS}
        )
        self.h2.increment_flow_control_window(WINDOW - self.h2.inbound_flow_control_window)

    async def read(self) -> bytes:
        """What comes next; nothing when the peer has gone."""
        try:
            return await self._reader.read(1 << 20)
        except ConnectionError:
            return b""

    def received(self, data: bytes) -> list[Event]:
        events = self.h2.receive_data(data)
        for event in events:
            if isinstance(event, DataReceived):
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        return events

    def send(self, stream: int, piece: Headers | bytes, *, end: bool) -> None:
        self._unsent.setdefault(stream, deque()).append((piece, end))

    def reset(self, stream: int, code: ErrorCodes | int) -> None:
        self._unsent.pop(stream, None)
        try:
            self.h2.reset_stream(stream, code)
        except ProtocolError:
            return  # it has ended

    def flush(self) -> None:
        """Give the transport what may be sent."""
        for stream in list(self._unsent):
            try:
                self._send(stream, self._unsent[stream])
            except ProtocolError:  # the peer has closed the stream
                self._unsent[stream].clear()
            if not self._unsent[stream]:
                del self._unsent[stream]
        self._writer.write(self.h2.data_to_send())

    def close(self) -> None:
        self._writer.close()

    def _send(self, stream: int, unsent: deque[tuple[Headers | bytes, bool]]) -> None:
        while unsent:
            piece, end = unsent[0]
            if isinstance(piece, list):
                self.h2.send_headers(stream, piece, end_stream=end)
            elif len(piece) <= (room := self._room(stream)):
                self.h2.send_data(stream, piece, end_stream=end)
            elif room > 0:
                self.h2.send_data(stream, piece[:room])
                unsent[0] = (piece[room:], end)
                continue
            else:
                return
            unsent.popleft()

    def _room(self, stream: int) -> int:
        return min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
