"""CloudWatch Logs as moto keeps them, but read in the time that takes what is read, and bounded.

moto filters and sorts everything it has for each page (130,000 lines took three minutes) and keeps it for
ever. Here the events of a stream stay in order of time, so a page is found by bisection, and a log group
keeps its latest `KEPT` bytes.
"""

from __future__ import annotations

import heapq
import threading
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogEvent, LogGroup, LogStream, logs_backends
from moto.logs.utils import EventMessageFilter

from localalb.control_plane.seam import Replacement, Seam
from localalb.runtime.logs import KEPT, OVERHEAD

PAGE = 10_000  # the most that FilterLogEvents answers with

Event = dict[str, Any]

SEAMS: tuple[Seam, ...] = (
    (LogGroup, "put_log_events"),
    (LogGroup, "filter_log_events"),
    (LogStream, "_update"),
)


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` as they should be."""
    put_log_events = LogGroup.put_log_events
    lock = threading.Lock()  # moto's server has a thread a request

    def put(self: LogGroup, log_stream_name: str, log_events: list[Event]) -> str:
        with lock:
            token = put_log_events(self, log_stream_name, log_events)
            _into_order(self.streams[log_stream_name].events, len(log_events))
            _keep_within(self, sum(map(_size, self.streams[log_stream_name].events[-len(log_events) :])))
        return token

    def filter_events(
        self: LogGroup,
        log_group_name: str,
        log_stream_names: Sequence[str],
        start_time: int | None,
        end_time: int | None,
        limit: int | None,
        next_token: str | None,
        filter_pattern: str | None,
        interleaved: bool,
    ) -> tuple[list[Event], str | None, list[dict[str, Any]]]:
        """FilterLogEvents: interleaved by time, as it always is today ("interleaved" is deprecated)."""
        wanted = EventMessageFilter(filter_pattern or "")
        count = limit or PAGE
        streams = [
            stream
            for name, stream in list(self.streams.items())
            if not log_stream_names or name in log_stream_names
        ]
        after = _position(next_token) if next_token else (start_time or 0, -1)
        with lock:
            found = (
                pair
                for pair in heapq.merge(*(_from(stream, after) for stream in streams), key=_time_and_id)
                if wanted.matches(pair[1].message)
            )
            page = list(islice(_until(found, end_time), count + 1))
        more = len(page) > count
        events = [event.to_filter_dict() | {"logStreamName": name} for name, event in page[:count]]
        token = "@".join(map(str, _time_and_id(page[count - 1]))) if more else None
        searched = [
            {"logStreamName": stream.log_stream_name, "searchedCompletely": True} for stream in streams
        ]
        return events, token, searched

    def update(self: LogStream) -> None:
        times: Any = self
        times.first_event_timestamp = self.events[0].timestamp if self.events else None
        times.last_event_timestamp = self.events[-1].timestamp if self.events else None

    return [
        (LogGroup, "put_log_events", put),
        (LogGroup, "filter_log_events", filter_events),
        (LogStream, "_update", update),
    ]


def _order(event: LogEvent) -> tuple[int, int]:
    return int(event.timestamp), event.event_id


def _time_and_id(pair: tuple[str, LogEvent]) -> tuple[int, int]:
    return _order(pair[1])


def _position(token: str) -> tuple[int, int]:
    """The event a page ended with: its time and id."""
    try:
        time, event_id = token.split("@")
        return int(time), int(event_id)
    except ValueError:
        raise InvalidParameterException("The specified nextToken is invalid.") from None


def _from(stream: LogStream, after: tuple[int, int]) -> Iterator[tuple[str, LogEvent]]:
    """A stream's events behind a position, each with the stream's name."""
    events = stream.events
    start = bisect_right(events, after, key=_order)
    return ((stream.log_stream_name, events[index]) for index in range(start, len(events)))


def _until(pairs: Iterable[tuple[str, LogEvent]], end: int | None) -> Iterator[tuple[str, LogEvent]]:
    for pair in pairs:
        if end is not None and pair[1].timestamp > end:
            return
        yield pair


def _into_order(events: list[LogEvent], added: int) -> None:
    """Sort a stream's events where those just added are older than what it had."""
    first = max(len(events) - added - 1, 0)
    if any(events[n].timestamp > events[n + 1].timestamp for n in range(first, len(events) - 1)):
        events.sort(key=_order)


def _size(event: LogEvent) -> int:
    return len(event.message) + OVERHEAD


def _keep_within(group: Any, added: int) -> None:
    """Drop a group's oldest events where it has more than `KEPT` bytes: a quarter, so that it is not each
    time. `group.kept` is an upper bound of what it has."""
    group.kept = getattr(group, "kept", 0) + added
    if group.kept <= KEPT:
        return
    events = sorted(
        ((name, event) for name, stream in group.streams.items() for event in stream.events),
        key=_time_and_id,
    )
    group.kept = sum(_size(event) for _, event in events)
    dropped: Counter[str] = Counter()
    for name, event in events if group.kept > KEPT else ():
        if group.kept <= KEPT * 3 // 4:
            break
        group.kept -= _size(event)
        dropped[name] += 1
    for name, count in dropped.items():
        del group.streams[name].events[:count]


def groups() -> list[str]:
    """The ARNs of all log groups, in every account and region."""
    return [str(each.arn).removesuffix(":*") for each in _groups()]


def read(
    group: str | None,
    region: str | None = None,
    *,
    since: int = 0,
    until: int | None = None,
    after: int = -1,
    tail: int | None = None,
) -> list[Event]:
    """The events of a log group (an ARN), or of all groups of all accounts in a region or in all, in order of
    time.

    `since` and `until` are in milliseconds since the epoch, `after` is an event's id, `tail` how many to give
    of the latest. Each has id, time, group, stream and message. Raises `LookupError` where there is no such
    group.
    """
    groups = [
        each
        for each in _groups()
        if region in (None, each.region) and group in (None, str(each.arn).removesuffix(":*"))
    ]
    if group is not None and not groups:
        raise LookupError(f"there is no log group {group}")
    streams = [stream for each in groups for stream in list(each.streams.values())]
    latest = heapq.merge(
        *(_latest(stream, since, until, after) for stream in streams),
        key=lambda event: (event["time"], event["id"]),
        reverse=True,
    )
    return list(islice(latest, tail))[::-1]


def _groups() -> list[LogGroup]:
    return [
        found
        for regions in list(logs_backends.values())
        for backend in list(regions.values())
        for found in list(backend.groups.values())
    ]


def _latest(stream: LogStream, since: int, until: int | None, after: int) -> Iterator[Event]:
    """A stream's events, the latest first, from a time back to a time and an id."""

    def time(event: LogEvent) -> int:
        return int(event.timestamp)

    end = None if until is None else bisect_right(stream.events, until, key=time)
    events = stream.events[bisect_left(stream.events, since, key=time) : end]
    for event in reversed(events):
        if event.event_id > after:
            yield {
                "id": event.event_id,
                "time": event.timestamp,
                "group": stream.log_group.name,
                "stream": stream.log_stream_name,
                "message": event.message,
            }
