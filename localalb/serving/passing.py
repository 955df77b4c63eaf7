"""What a target says, passed on to a client as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from localalb.http import wire
from localalb.http.faults import Fault
from localalb.http.message import Flow
from localalb.serving.incoming import Incoming

Write = Callable[[bytes], Awaitable[None]]
"""Sends bytes; returns when the client takes more."""


async def body(flow: Flow, write: Write, *, chunked: bool, wanted: bool) -> None:
    """The body of a response, in HTTP/1.1. Where it is not `wanted`, as after HEAD, only its end is. Raises
    `Fault` where it breaks off."""
    while piece := await flow.piece():
        if wanted:
            await write(wire.chunk(piece) if chunked else piece)
    if chunked and wanted:
        await write(b"0\r\n\r\n")


async def talk(flow: Flow, write: Write, incoming: Incoming, back: Write) -> None:
    """Both ways, until the target has nothing more to say. Raises `Fault` where it breaks off."""

    async def other_way() -> None:
        while data := await incoming.piece():
            await back(data)
        await back(b"")

    other = asyncio.create_task(other_way())
    try:
        while piece := await flow.piece():
            await write(piece)
    finally:
        other.cancel()
        await asyncio.wait({other})
        if not other.cancelled() and isinstance(error := other.exception(), Exception):
            # Whoever could not be written to is heard of by the other way too.
            assert isinstance(error, Fault), error
