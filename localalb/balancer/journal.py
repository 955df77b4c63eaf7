"""What was asked and what became of it: a record a request, kept for `localalb requests` and the inspector,
and beside it what went through the load balancer.

Records are what terminals, logs and lists show, so values that look like secrets are masked in them. Details
are not masked: they are what a developer opens to see the very bytes, and only who has this run's key does.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass, fields, replace
from itertools import islice
from operator import attrgetter
from typing import Any

from localalb.balancer import detail
from localalb.balancer.detail import Detail, Kept
from localalb.http.masking import masked
from localalb.http.visible import visible_line

logger = logging.getLogger("localalb.requests")

KEPT = 10_000  # records
TEXT = 16 * 1024 * 1024  # characters of their targets and reasons: a target may have 16 K
DETAILS = 32 * 1024 * 1024  # bytes of details, the oldest first out


@dataclass(frozen=True, slots=True)
class Record:
    """One request. `time` is ISO 8601, `duration_ms` from the last byte read to the response. `reason` is
    the access log's word for a refusal and `why` the sentence for the developer, both empty when all went
    well. `rule` is the access log's word: a priority, 0 for the default, empty or -1 where none was found.
    `request_id` is the function's; `cold` says that its environment was started for it."""

    time: str
    region: str
    load_balancer: str
    port: int
    client: str
    method: str
    target: str
    status: int
    duration_ms: float
    reason: str = ""
    why: str = ""
    target_group: str = ""
    request_id: str = ""
    rule: str = ""
    function: str = ""
    cold: bool = False

    def line(self) -> str:
        words = f"{self.load_balancer}:{self.port} {self.method} {self.target} {self.status}"
        return " ".join(filter(None, (words, self.reason))) + (f": {self.why}" if self.why else "")


_NAMES = tuple(each.name for each in fields(Record))
_values = attrgetter(*_NAMES)
_TARGET, _WHY = _NAMES.index("target"), _NAMES.index("why")


def _described(number: int, record: tuple[Any, ...], detail: bool) -> dict[str, Any]:
    return {"id": number, **dict(zip(_NAMES, record, strict=True)), "detail": detail}


class Journal:
    """The latest records, oldest first, each with a number that grows, and the details of as many of them as
    there is room for. Written to by the event loop, read and waited for by any thread."""

    def __init__(self, *, show_secrets: bool = False, room: int = DETAILS) -> None:
        self._show_secrets = show_secrets
        self._room = room
        # As tuples, in which the garbage collector has nothing to look for.
        self._records: deque[tuple[Any, ...]] = deque()
        self._text = 0
        self._details: deque[Kept | None] = deque()  # of the latest records
        self._weight = 0
        self._last = 0
        self._arrival = threading.Condition()

    def add(self, record: Record, kept: Kept | None = None) -> None:
        if not self._show_secrets and "=" in record.target + record.why:
            record = replace(record, target=masked(record.target), why=masked(record.why))
        weight: int = kept[-1] if kept else 0
        with self._arrival:
            self._last += 1
            self._records.append(_values(record))
            self._text += len(record.target) + len(record.why)
            while len(self._records) > KEPT or self._text > TEXT:
                dropped = self._records.popleft()
                self._text -= len(dropped[_TARGET]) + len(dropped[_WHY])
            self._details.append(kept)
            self._weight += weight
            while self._weight > self._room or len(self._details) > len(self._records):
                oldest = self._details.popleft()
                self._weight -= oldest[-1] if oldest else 0
            self._arrival.notify_all()
        if record.why:
            logger.warning("%s", visible_line(record.line()))

    def as_json(self, after: int = 0, most: int = KEPT, *, oldest: bool = False) -> list[dict[str, Any]]:
        """The records behind a number, at most so many, the latest or the oldest of them, each with its own
        as `id`; `detail` says whether there is one."""
        with self._arrival:
            count = max(min(self._last - after, len(self._records)), 0)
            left = max(count - most, 0) if oldest else 0  # of the latest
            records = list(islice(reversed(self._records), left, min(count, left + most)))
            last, details = self._last - left, len(self._details) - left
        found = [_described(last - back, record, back < details) for back, record in enumerate(records)]
        return found[::-1]

    def record(self, number: int) -> dict[str, Any] | None:
        """The record of a number, None where it is not kept any more or not there."""
        found = self.as_json(number - 1, 1, oldest=True)
        return found[0] if found and found[0]["id"] == number else None

    def detail(self, number: int) -> Detail | None:
        """What went through for the record of a number, None where that is not kept any more."""
        with self._arrival:
            place = len(self._details) - 1 - (self._last - number)
            kept = self._details[place] if 0 <= place < len(self._details) else None
        return detail.opened(kept) if kept else None

    @property
    def bounds(self) -> tuple[int, int]:
        """The numbers of the oldest record and of the latest; the first is one more where there is none."""
        with self._arrival:
            return self._last - len(self._records) + 1, self._last

    def wait(self, after: int, seconds: float) -> None:
        """Return as soon as there is a record behind a number, at the latest after `seconds`."""
        with self._arrival:
            self._arrival.wait_for(lambda: self._last > after, seconds)
