"""The log of exactly one invocation, out of the events of its function's log group.

What stands between START and REPORT is of one invocation (`runtime.moments`). What an environment says before
its first START is of its start, and belongs to the invocation that it was started for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from localalb.runtime.moments import moment

Event = Mapping[str, Any]


def of(events: Sequence[Event], stream: str, request_id: str, *, cold: bool) -> list[dict[str, Any]]:
    """The events (of `log_store.read`, in order) of an invocation, by its environment's stream. Where the
    function's log level leaves out what Lambda says itself, those that name it."""
    mine = [event for event in events if event["stream"] == stream]
    moments = [moment(event["message"]) or ("", "", False) for event in mine]
    marks = [(kind, of_request) for kind, of_request, _ in moments]
    begins = next((at for at, mark in enumerate(marks) if mark == ("start", request_id)), None)
    if begins is None:
        found = [event for event in mine if request_id and request_id in event["message"]]
    else:
        ends = next(
            (at for at, mark in enumerate(marks) if at > begins and mark == ("report", request_id)), len(mine)
        )
        found = mine[0 if cold else begins : ends + 1]
    return [{"timestamp": event["time"], "message": event["message"]} for event in found]
