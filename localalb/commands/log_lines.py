"""What functions logged, for people: the lines of an invocation together, and coloured. Pure.

An execution environment runs one invocation at a time and has a log stream of its own, so what a stream has
up to a REPORT is of one invocation. Environments run at the same time, and so their lines come mixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from localalb.commands.colours import DIM, RED, YELLOW, coloured
from localalb.dev.transcript import moment
from localalb.http.visible import visible

Event = Mapping[str, Any]

_ERROR = re.compile(r'\[(ERROR|CRITICAL)\]|.* Task timed out after |.*"level": ?"(ERROR|CRITICAL|FATAL)"')
_WARNING = re.compile(r'\[WARNING\]|.*"level": ?"WARN')
_TRACEBACK = "Traceback (most recent call last)"


@dataclass(slots=True)
class Invocation:
    """What of an invocation is not shown yet, and what it is called where some of it is."""

    events: list[Event] = field(default_factory=list)
    name: str = ""


class Grouping:
    """Takes events in the order of time, in batches, and gives them back with those of an invocation
    together: at once while a single environment is at work, else when an invocation is over."""

    def __init__(self) -> None:
        self._open: dict[str, Invocation] = {}  # by stream, in the order in which they begin
        self._last = ""

    def feed(self, events: Iterable[Event]) -> list[Event]:
        """What can be shown now."""
        shown: list[Event] = []
        for event in events:
            stream = event["stream"]
            self._open.setdefault(stream, Invocation()).events.append(event)
            if is_end(event):
                shown += self._show(stream)
                del self._open[stream]
        if len(self._open) == 1:
            shown += self._show(next(iter(self._open)))
        return shown

    def rest(self) -> list[Event]:
        """What there is of invocations that go on, once nobody wants to wait for them any longer."""
        return [event for stream in self._open for event in self._show(stream)]

    def _show(self, stream: str) -> list[Event]:
        invocation = self._open[stream]
        events, invocation.events = invocation.events, []
        if not events:
            return []
        if invocation.name and self._last != stream:
            events.insert(0, {**events[0], "message": f"... {invocation.name} goes on"})
        self._last = stream
        invocation.name = invocation.name or _name(events)
        return events


def _name(events: Iterable[Event]) -> str:
    """What an invocation is called that is shown in parts."""
    found = (moment(event["message"]) for event in events)
    ids = (request_id for kind, request_id, _ in filter(None, found) if kind == "start")
    return f"RequestId: {next(ids, '')}".rstrip(": ")


def grouped(events: Iterable[Event]) -> list[Event]:
    """Events in the order of time -> those of an invocation together, in the order in which these begin."""
    begun: list[list[Event]] = []
    by_stream: dict[str, list[Event]] = {}
    for event in events:
        if event["stream"] not in by_stream:
            by_stream[event["stream"]] = []
            begun.append(by_stream[event["stream"]])
        by_stream[event["stream"]].append(event)
        if is_end(event):
            del by_stream[event["stream"]]
    return [event for invocation in begun for event in invocation]


def is_end(event: Event) -> bool:
    """Whether an event is the last of its invocation."""
    found = moment(event["message"])
    return found is not None and found[0] == "report"


def lines(events: Iterable[Event], *, named: bool, colour: bool) -> Iterator[str]:
    """Lines to print; `named` puts the function's name before each."""
    for event in events:
        message = visible(event["message"].rstrip("\n"))
        text = painted(message) if colour else message
        if named:
            name = visible(event["group"].removeprefix("/aws/lambda/"))
            yield from (f"{name} | {line}" for line in text.split("\n"))
        else:
            yield text


def painted(message: str) -> str:
    """What Lambda says itself is dim, errors are red, warnings yellow."""
    if moment(message) is not None:
        return coloured(message, DIM)
    if _ERROR.match(message) or _TRACEBACK in message:
        return coloured(message, RED)
    return coloured(message, YELLOW) if _WARNING.match(message) else message
