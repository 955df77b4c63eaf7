"""What was asked and what became of it: a record a request, kept for `localalb requests`."""

from __future__ import annotations

import logging
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
    well. `request_id` is the function's."""

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

    def line(self) -> str:
        words = f"{self.load_balancer}:{self.port} {self.method} {self.target} {self.status}"
        return " ".join(filter(None, (words, self.reason))) + (f": {self.why}" if self.why else "")


class Journal:
    """The latest records, oldest first."""

    def __init__(self, *, show_secrets: bool = False) -> None:
        self._show_secrets = show_secrets
        self._records: deque[Record] = deque(maxlen=KEPT)

    def add(self, record: Record) -> None:
        if not self._show_secrets and "=" in record.target + record.why:
            record = replace(record, target=masked(record.target), why=masked(record.why))
        self._records.append(record)
        if record.why:
            logger.warning("%s", visible_line(record.line()))

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(record) for record in list(self._records)]
