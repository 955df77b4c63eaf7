"""The log of exactly one invocation, out of the events of its function's log group.

An environment runs one invocation at a time, so in its log stream what stands between START and REPORT is of
that one (Lambda guide, "View CloudWatch logs for Lambda functions"). What an environment says before its
first START is of its start, and belongs to the invocation that it was started for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Event = Mapping[str, Any]


def of(events: Sequence[Event], stream: str, request_id: str, *, cold: bool) -> list[dict[str, Any]]:
    """The events (of `log_store.read`, in order) of an invocation, by its environment's stream. Where the
    function's log level leaves out what Lambda says itself, those that name it."""
    mine = [event for event in events if event["stream"] == stream]
    marks = [_mark(event["message"]) for event in mine]
    begins = next((at for at, mark in enumerate(marks) if mark == ("start", request_id)), None)
    if begins is None:
        found = [event for event in mine if request_id and request_id in event["message"]]
    else:
        ends = next(
            (at for at, mark in enumerate(marks) if at > begins and mark == ("report", request_id)), len(mine)
        )
        found = mine[0 if cold else begins : ends + 1]
    return [{"timestamp": event["time"], "message": event["message"]} for event in found]


def _mark(message: str) -> tuple[str, str] | None:
    """What Lambda itself says: the kind of a moment and the request's id. None for what a function logged."""
    for kind in ("START", "REPORT"):
        if message.startswith(f"{kind} RequestId: "):
            return kind.lower(), message.split(maxsplit=3)[2]
    if '"type":"platform.' not in message:
        return None
    try:
        event = json.loads(message)
        return event["type"].removeprefix("platform."), str(event["record"].get("requestId", ""))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
