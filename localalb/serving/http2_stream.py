"""One request over HTTP/2, and how far it and its answer have come."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from localalb.serving.incoming import Incoming


@dataclass(slots=True)
class Stream:
    """A request and its answer. `held` counts bytes that came and were not acknowledged. A body that is
    passed on as it comes goes into `flow`, once the exchange was `asked`. An answer that is passed on so
    `flows`: then `more` says that `unsent` is not its end, and `sent` wakes who has the rest."""

    headers: list[tuple[bytes, bytes]]
    received: float
    body: bytearray = field(default_factory=bytearray)
    held: int = 0
    whole: bool = False
    work: asyncio.Task[None] | None = None
    unsent: memoryview | None = None
    flow: Incoming | None = None
    asked: bool = False
    flows: bool = False
    more: bool = False
    sent: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def full(self) -> bool:
        return self.flow is not None and self.flow.full
