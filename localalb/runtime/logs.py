"""Where a function's output goes: collected here, written to the control plane's CloudWatch Logs in batches.

Written line by line, logs cost a factor of three in throughput, so they are flushed when somebody reads the
logs (the control plane asks before it answers), when many have gathered, and at the end.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

MANY = 5_000


class Stream(NamedTuple):
    """A log stream's address."""

    account: str
    region: str
    group: str
    name: str


LogEvent = tuple[int, str]  # milliseconds since the epoch, message
Write = Callable[[Stream, Sequence[LogEvent]], None]


class LogBook:
    """Log events on their way to CloudWatch Logs. Safe to use from every thread."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._pending: dict[Stream, list[LogEvent]] = defaultdict(list)
        self._count = 0

    def put(self, stream: Stream, message: str) -> None:
        with self._lock:
            self._pending[stream].append((int(time.time() * 1000), message))
            self._count += 1
            full = self._count >= MANY
        if full:
            self.flush()

    def flush(self) -> None:
        """Write everything that was put before the call; returns when it is written."""
        with self._writing:
            with self._lock:
                pending, self._pending, self._count = self._pending, defaultdict(list), 0
            for stream, events in pending.items():
                self._write(stream, events)
