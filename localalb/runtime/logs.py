"""Where a function's output goes: collected here, written to the control plane's CloudWatch Logs in batches.

Written line by line, logs cost a factor of three in throughput, so they are flushed when somebody reads the
logs (the control plane asks before it answers), now and then, and at the end. Of each log group the latest
are kept until then, as many as CloudWatch Logs keeps here: what it would drop at once need not be written.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

KEPT = 8 * 1024 * 1024
"""Bytes a log group keeps, oldest first out: messages and what `OVERHEAD` adds."""
OVERHEAD = 26  # bytes that CloudWatch Logs counts with each message (PutLogEvents)
# A line of more becomes several events, so that none is over the 256 KiB CloudWatch Logs takes. (Guess: where
# Lambda cuts is not documented.)
LONG_LINE = 128 * 1024


class Stream(NamedTuple):
    """A log stream's address."""

    account: str
    region: str
    group: str
    name: str


LogEvent = tuple[int, str]  # milliseconds since the epoch, message
Put = Callable[[Sequence[str]], None]
"""Takes messages of a log stream, in order."""
Write = Callable[[Stream, Sequence[LogEvent]], None]


class Lines:
    """What a worker prints, as log events: one a line, in which a carriage return parts the lines of one
    event (a record, a stack trace)."""

    def __init__(self) -> None:
        self._partial = b""

    def feed(self, chunk: bytes) -> list[str]:
        lines = (self._partial + chunk).split(b"\n")
        self._partial = lines.pop()
        events: list[str] = []
        for line in lines:
            if len(line) <= LONG_LINE:
                events.append(_event(line))
            else:
                events += _events(line)
        return events if len(self._partial) <= LONG_LINE else events + self.end()

    def end(self) -> list[str]:
        """What is left over, when nothing follows."""
        line, self._partial = self._partial, b""
        return _events(line) if line else []


def _events(line: bytes) -> list[str]:
    return [_event(line[start : start + LONG_LINE]) for start in range(0, len(line), LONG_LINE)]


def _event(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r").replace("\r", "\n")


class _Pending:
    """What waits for its log group: of each put the size, the stream's name, the time and the messages.

    Plain tuples of strings and numbers, for there are many of them and the garbage collector looks again and
    again through whatever could be part of a cycle, such as a list or an object of a class.
    """

    def __init__(self) -> None:
        self.puts: deque[tuple[Any, ...]] = deque()
        self.size = 0

    def add(self, size: int, name: str, time: int, messages: Sequence[str]) -> None:
        self.puts.append((size, name, time, *messages))
        self.size += size
        while self.size > KEPT and len(self.puts) > 1:
            self.size -= self.puts.popleft()[0]


class LogBook:
    """Log events on their way to CloudWatch Logs. Safe to use from every thread."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._arrival = threading.Condition(self._lock)
        self._waiting = 0
        self._writing = threading.Lock()
        self._pending: defaultdict[tuple[str, str, str], _Pending] = defaultdict(_Pending)

    def put(self, stream: Stream, messages: Sequence[str]) -> None:
        size = sum(map(len, messages)) + OVERHEAD * len(messages)
        now = int(time.time() * 1000)
        with self._lock:
            self._pending[stream[:3]].add(size, stream.name, now, messages)
            if self._waiting:
                self._arrival.notify_all()

    def wait(self, seconds: float) -> None:
        """Return as soon as there is something to flush, at the latest after `seconds`."""
        with self._arrival:
            self._waiting += 1
            self._arrival.wait_for(lambda: self._pending, seconds)
            self._waiting -= 1

    def flush(self) -> None:
        """Write everything that was put before the call; returns when it is written."""
        with self._writing:
            with self._lock:
                pending, self._pending = self._pending, defaultdict(_Pending)
            for group, waiting in pending.items():
                events: defaultdict[str, list[LogEvent]] = defaultdict(list)
                for _, name, put_at, *messages in waiting.puts:
                    events[name] += [(put_at, message) for message in messages]
                for name, of_stream in events.items():
                    self._write(Stream(*group, name), of_stream)
