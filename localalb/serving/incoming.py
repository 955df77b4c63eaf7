"""The bytes of a client's request on their way to a target, while the request is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from localalb.http.faults import Fault

AHEAD = 64 * 1024  # bytes that may come while the target takes none


class Incoming:
    """A `http.message.Flow`: fed by the connection, taken from by the transfer. `on_room` is called when a
    full one has room again."""

    def __init__(self, length: int | None, on_room: Callable[[], None]) -> None:
        self.length = length
        self.size = 0
        self.ended = False
        self._on_room = on_room
        self._data = bytearray()
        self._fault: Fault | None = None
        self._unwanted = False
        self._came = asyncio.Event()

    @property
    def full(self) -> bool:
        return len(self._data) > AHEAD

    def feed(self, data: bytes) -> None:
        self.size += len(data)
        if not self._unwanted:
            self._data += data
            self._came.set()

    def end(self) -> None:
        """All has come."""
        self.ended = True
        self._came.set()

    def fail(self, fault: Fault) -> None:
        """The rest will not come."""
        if not self.ended:
            self._fault = fault
            self._came.set()

    async def piece(self) -> bytes:
        while not self._data:
            if self._fault is not None:
                raise self._fault
            if self.ended:
                return b""
            self._came.clear()
            await self._came.wait()
        was_full = self.full
        data = bytes(self._data)
        self._data.clear()
        if was_full:
            self._on_room()
        return data

    def close(self) -> None:
        self._unwanted = True
        self._data.clear()
