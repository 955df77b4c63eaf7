"""Frames between localalb and a worker: see `bootstrap`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from localalb.runtime.bootstrap import FRAME, Head

Answer = Callable[[bytes, int, bytes], None]
"""Takes a frame: its kind, the worker's memory in MB, the payload. Kind `x` is the end of the worker."""


def packed(head: Head, payload: bytes) -> bytes:
    """The frame of an invocation."""
    encoded = head.written()
    return FRAME.pack(b"I", len(encoded), len(payload)) + encoded + payload


class Frames(asyncio.Protocol):
    """The worker's frames, handed on as they are complete. Most come in one piece."""

    def __init__(self, answered: Answer) -> None:
        self._answered = answered
        self._buffer = bytearray()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        if not buffer and len(data) >= FRAME.size:
            kind, memory, length = FRAME.unpack_from(data)
            if len(data) == FRAME.size + length:
                self._answered(kind, memory, data[FRAME.size :])
                return
        buffer += data
        while len(buffer) >= FRAME.size:
            kind, memory, length = FRAME.unpack_from(buffer)
            end = FRAME.size + length
            if len(buffer) < end:
                return
            payload = bytes(buffer[FRAME.size : end])
            del buffer[:end]
            self._answered(kind, memory, payload)

    def connection_lost(self, exc: Exception | None) -> None:
        self._answered(b"x", 0, b"")
