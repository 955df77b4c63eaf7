"""Frames between localalb and a worker: see `bootstrap`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from localalb.runtime.bootstrap import FRAME

Answer = Callable[[bytes, dict[str, Any], bytes], None]
"""Takes a frame: its kind, head and payload. The kind `x` is the end of the worker."""


def packed(head: dict[str, Any], payload: bytes) -> bytes:
    """The frame of an invocation."""
    encoded = json.dumps(head).encode()
    return FRAME.pack(b"I", len(encoded), len(payload)) + encoded + payload


class Frames(asyncio.Protocol):
    """The worker's frames, handed on as they are complete."""

    def __init__(self, answered: Answer) -> None:
        self._answered = answered
        self._buffer = bytearray()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        while len(buffer) >= FRAME.size:
            kind, head_length, length = FRAME.unpack_from(buffer)
            body = FRAME.size + head_length
            if len(buffer) < body + length:
                return
            head = json.loads(buffer[FRAME.size : body])
            payload = bytes(buffer[body : body + length])
            del buffer[: body + length]
            self._answered(kind, head, payload)

    def connection_lost(self, exc: Exception | None) -> None:
        self._answered(b"x", {}, b"")
