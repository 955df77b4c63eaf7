"""What was asked and what became of it: a record a request, kept for `localalb requests` and the inspector,
and beside it what went through the load balancer.

Records are what terminals, logs and lists show, so values that look like secrets are masked in them. Details
are not masked: they are what a developer opens to see the very bytes, and only who has this run's key does.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from localalb.balancer.detail import Detail
from localalb.http.masking import masked
from localalb.http.visible import visible_line

logger = logging.getLogger("localalb.requests")

KEPT = 10_000  # records
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


class Journal:
    """The latest records, oldest first, each with a number that grows, and the details of as many of them as
    there is room for. Written to by the event loop, read and waited for by any thread."""

    def __init__(self, *, show_secrets: bool = False, room: int = DETAILS) -> None:
        self._show_secrets = show_secrets
        self._room = room
        self._records: deque[Record] = deque(maxlen=KEPT)
        self._details: deque[tuple[int, Detail | None]] = deque()  # of the latest records, with their weights
        self._weight = 0
        self._last = 0
        self._arrival = threading.Condition()

    def add(self, record: Record, detail: Detail | None = None) -> None:
        if not self._show_secrets and "=" in record.target + record.why:
            record = replace(record, target=masked(record.target), why=masked(record.why))
        weight = detail.weight if detail else 0
        with self._arrival:
            self._last += 1
            self._records.append(record)
            self._details.append((weight, detail))
            self._weight += weight
            while self._weight > self._room or len(self._details) > len(self._records):
                self._weight -= self._details.popleft()[0]
            self._arrival.notify_all()
        if record.why:
            logger.warning("%s", visible_line(record.line()))

    def as_json(self, after: int = 0, most: int = KEPT) -> list[dict[str, Any]]:
        """The records behind a number, at most the latest so many, each with its own as `id`; `detail` says
        whether there is one."""
        with self._arrival:
            count = max(min(self._last - after, len(self._records), most), 0)
            records = list(islice(reversed(self._records), count))
            last, kept = self._last, len(self._details)
        found = [
            {"id": last - back, **{name: getattr(record, name) for name in Record.__slots__}}
            | {"detail": back < kept}
            for back, record in enumerate(records)
        ]
        return found[::-1]

    def detail(self, number: int) -> Detail | None:
        """What went through for the record of a number, None where that is not kept any more."""
        with self._arrival:
            place = len(self._details) - 1 - (self._last - number)
            return self._details[place][1] if 0 <= place < len(self._details) else None

    @property
    def bounds(self) -> tuple[int, int]:
        """The numbers of the oldest record and of the latest; the first is one more where there is none."""
        with self._arrival:
            return self._last - len(self._records) + 1, self._last

    def wait(self, after: int, seconds: float) -> None:
        """Return as soon as there is a record behind a number, at the latest after `seconds`."""
        with self._arrival:
            self._arrival.wait_for(lambda: self._last > after, seconds)
