"""What was asked and what became of it: a record a request, kept for `localalb requests`."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import asdict, dataclass, replace
from typing import Any

from localalb.http.masking import masked
from localalb.http.visible import visible_line

logger = logging.getLogger("localalb.requests")

KEPT = 1000


@dataclass(frozen=True, slots=True)
class Record:
    """One request. `time` is ISO 8601, `duration_ms` from the last byte read to the response. `reason` is
    the access log's word for a refusal and `why` the sentence for the developer, both empty when all went
    well. `rule` is the access log's word: a priority, 0 for the default, empty or -1 where none was found.
    `request_id` is the function's."""

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

    def line(self) -> str:
        words = f"{self.load_balancer}:{self.port} {self.method} {self.target} {self.status}"
        return " ".join(filter(None, (words, self.reason))) + (f": {self.why}" if self.why else "")


class Journal:
    """The latest records, oldest first, each with a number that grows. Written to by the event loop, read and
    waited for by any thread."""

    def __init__(self, *, show_secrets: bool = False) -> None:
        self._show_secrets = show_secrets
        self._records: deque[tuple[int, Record]] = deque(maxlen=KEPT)
        self._last = 0
        self._arrival = threading.Condition()

    def add(self, record: Record) -> None:
        if not self._show_secrets and "=" in record.target + record.why:
            record = replace(record, target=masked(record.target), why=masked(record.why))
        with self._arrival:
            self._last += 1
            self._records.append((self._last, record))
            self._arrival.notify_all()
        if record.why:
            logger.warning("%s", visible_line(record.line()))

    def as_json(self, after: int = 0) -> list[dict[str, Any]]:
        """The records behind a number, each with its own as `id`."""
        with self._arrival:
            records = list(self._records)
        return [{"id": number} | asdict(record) for number, record in records if number > after]

    def wait(self, after: int, seconds: float) -> None:
        """Return as soon as there is a record behind a number, at the latest after `seconds`."""
        with self._arrival:
            self._arrival.wait_for(lambda: self._last > after, seconds)
