"""The latest requests: a record of each, kept for `localalb requests` and the inspector, and beside it what
went through the load balancer.

Records are what terminals, logs and lists show, so values that look like secrets are masked in them. Details
are not masked: they are what a developer opens to see the very bytes, and only who has this run's key does.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Mapping
from itertools import islice
from typing import Any

from localalb.balancer import detail, record
from localalb.balancer.detail import Detail
from localalb.balancer.reply import Reply
from localalb.balancer.topology import TargetGroup
from localalb.http.masking import masked
from localalb.http.visible import visible_line

logger = logging.getLogger("localalb.requests")

KEPT = 10_000  # records
TEXT = 16 * 1024 * 1024  # characters of their targets and reasons: a target may have 16 K
DETAILS = 32 * 1024 * 1024  # bytes of details, the oldest first out


class Journal:
    """The latest records, oldest first, each with a number that grows, and the details of as many of them as
    there is room for. Written to by the event loop, read and waited for by any thread."""

    def __init__(self, *, show_secrets: bool = False, room: int = DETAILS) -> None:
        self._masked = str if show_secrets else masked
        self._room = room
        self._records: deque[record.Kept] = deque()
        self._text = 0
        self._details: deque[detail.Kept] = deque()  # of the latest records
        self._weight = 0
        self._last = 0
        self._lock = threading.Lock()
        self._arrival = threading.Condition(self._lock)
        self._waiting = 0

    def add(self, reply: Reply, groups: Mapping[str, TargetGroup]) -> None:
        """Note a reply that was sent; `groups` are the target groups of now."""
        noted, more = record.kept(reply, groups, self._masked), detail.kept(reply, groups)
        with self._lock:
            self._last += 1
            self._records.append(noted)
            self._text += noted[-1]
            while len(self._records) > KEPT or self._text > TEXT:
                self._text -= self._records.popleft()[-1]
            self._details.append(more)
            self._weight += more[-1]
            while self._weight > self._room or len(self._details) > len(self._records):
                self._weight -= self._details.popleft()[-1]
            if self._waiting:
                self._arrival.notify_all()
        if reply.why:
            logger.warning("%s", visible_line(record.opened(noted).line()))

    def as_json(self, after: int = 0, most: int = KEPT, *, oldest: bool = False) -> list[dict[str, Any]]:
        """The records behind a number, at most so many, the latest or the oldest of them, each with its own
        as `id`; `detail` says whether there is one."""
        with self._lock:
            count = max(min(self._last - after, len(self._records)), 0)
            left = max(count - most, 0) if oldest else 0  # of the latest
            records = list(islice(reversed(self._records), left, min(count, left + most)))
            last, details = self._last - left, len(self._details) - left
        found = [
            {"id": last - back, **record.opened(kept)._asdict(), "detail": back < details}
            for back, kept in enumerate(records)
        ]
        return found[::-1]

    def record(self, number: int) -> dict[str, Any] | None:
        """The record of a number, None where it is not kept any more or not there."""
        found = self.as_json(number - 1, 1, oldest=True)
        return found[0] if found and found[0]["id"] == number else None

    def detail(self, number: int) -> Detail | None:
        """What went through for the record of a number, None where that is not kept any more."""
        with self._lock:
            place = len(self._details) - 1 - (self._last - number)
            kept = self._details[place] if 0 <= place < len(self._details) else None
        return detail.opened(kept) if kept else None

    @property
    def bounds(self) -> tuple[int, int]:
        """The numbers of the oldest record and of the latest; the first is one more where there is none."""
        with self._lock:
            return self._last - len(self._records) + 1, self._last

    def wait(self, after: int, seconds: float) -> None:
        """Return as soon as there is a record behind a number, at the latest after `seconds`."""
        with self._lock:
            self._waiting += 1
            try:
                self._arrival.wait_for(lambda: self._last > after, seconds)
            finally:
                self._waiting -= 1
