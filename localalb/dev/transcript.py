"""What the terminal shows of a cloud at work: a line a request, under it what its function logged.

Which lines are whose, `runtime.moments` tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from localalb.http.visible import visible, visible_line
from localalb.runtime.moments import moment as moment  # `commands` ask for it here
from localalb.runtime.sources import with_sources


@dataclass(slots=True)
class Invocation:
    """What an environment logged since its last REPORT."""

    function: str
    request_id: str = ""
    cold: bool = False
    lines: list[str] = field(default_factory=list)


class Transcript:
    """Takes records of requests and events of logs as the cloud gives them, and makes lines of them. `quiet`
    leaves refusals alone."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._sources: dict[str, str] = {}
        self._running: dict[str, Invocation] = {}  # by log stream
        self._over: dict[str, Invocation] = {}  # by request id

    def feed(
        self,
        records: Sequence[Mapping[str, Any]],
        events: Sequence[Mapping[str, Any]],
        sources: Mapping[str, str] = MappingProxyType({}),
    ) -> list[str]:
        """The lines to print. Files of the user's are named in the place of their unpacked copies: `sources`
        are those of `runtime.sources.with_sources`. The log events must have been read after the records: a
        record then finds its invocation here. One that no record asked for by the next time was nobody's
        request: it stands alone."""
        unasked = set(self._over)
        self._sources |= sources
        for event in events:
            self._take(event)
        lines: list[str] = []
        for record in records:
            lines += self._of(record, self._over.pop(record["request_id"], None))
        for request_id in unasked & self._over.keys():
            lines += self._alone(self._over.pop(request_id))
        for stream in [name for name, each in self._running.items() if each.lines and not each.request_id]:
            lines += self._alone(self._running.pop(stream))
        return lines

    def _take(self, event: Mapping[str, Any]) -> None:
        stream, message = event["stream"], event["message"]
        name = event["group"].removeprefix("/aws/lambda/")
        invocation = self._running.setdefault(stream, Invocation(name))
        match moment(message):
            case "start", request_id, _:
                invocation.request_id = request_id
            case "report", request_id, cold:
                invocation.request_id, invocation.cold = request_id, cold
                self._over[request_id] = self._running.pop(stream)
            case "other", _, _:
                pass
            case None:
                invocation.lines += message.rstrip("\n").split("\n")

    def _of(self, record: Mapping[str, Any], invocation: Invocation | None) -> Iterator[str]:
        if self._quiet and not record["why"]:
            return
        time = datetime.fromisoformat(record["time"]).astimezone()
        words = [f"{time:%H:%M:%S}  {record['status']}  {record['duration_ms']:8.1f} ms"]
        words.append(visible_line(f"{record['method']} {record['target']}"))
        words += filter(None, [rule(record["rule"]), record["function"] or record["target_group"]])
        if invocation and invocation.cold:
            words.append("cold start")
        yield "  ".join(words)
        if record["why"]:
            yield "    " + visible_line(": ".join(filter(None, (record["reason"], record["why"]))))
        if invocation and not self._quiet:
            yield from self._indented(invocation)

    def _alone(self, invocation: Invocation) -> Iterator[str]:
        if invocation.lines and not self._quiet:
            yield f"          {invocation.function} logged" + ("  cold start" if invocation.cold else "")
            yield from self._indented(invocation)

    def _indented(self, invocation: Invocation) -> Iterator[str]:
        yield from ("    | " + visible(named(line, self._sources)) for line in invocation.lines)


def named(text: str, sources: Mapping[str, str]) -> str:
    """What a function logged, with the user's own files in the place of their unpacked copies."""
    return with_sources(text, sources, shown)


def shown(path: Path) -> str:
    """A path as somebody in the current directory writes it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def rule(priority: str) -> str:
    """A rule by the access log's word for it."""
    return {"": "", "-1": "", "0": "default rule"}.get(priority, f"rule {priority}")
