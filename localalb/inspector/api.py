"""What the page asks and gets: `/api/...`, as values. What it changes is what a request or an invocation
changes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from localalb.balancer.detail import Detail
from localalb.balancer.explain import unreadable
from localalb.balancer.explanation import Explanation
from localalb.control_plane import moto_models
from localalb.control_plane.sight import Sight
from localalb.http.faults import Fault
from localalb.inspector import invocation_log, overview
from localalb.inspector.opened import lines, opened
from localalb.inspector.text import body, parsed, taken
from localalb.runtime.function import Invocable
from localalb.runtime.result import Result, Throttled
from localalb.serving import imagined, sent
from localalb.serving.imagined import Asked

SOURCE = "127.0.0.1"
TO_BE_NOTED = 2.0  # seconds; a record is made when its response has been written
LATER = 1000  # ms; what a function logged is there when it has answered


@dataclass(frozen=True, slots=True)
class Api:
    """`function` gives what is invoked by an ARN, None for nothing; `invoke` runs it once and raises
    `Throttled`."""

    sight: Sight
    function: Callable[[str], Invocable | None]
    invoke: Callable[[Invocable, bytes], Result]

    def get(self, path: str, query: Mapping[str, str]) -> Any:
        """Raises `LookupError` for what there is not, `ValueError` for what is wrong."""
        match path.split("/")[2:]:
            case ["requests"]:
                first, last = self.sight.journal.bounds
                found = self.sight.journal.as_json(int(query.get("after", 0)))
                return {"requests": found, "first": first, "last": last}
            case ["requests", number] if number.isdecimal():
                return self._opened(int(number))
            case ["topology"]:
                return self._topology()
            case _:
                raise LookupError(f"GET {path} is nothing that the inspector answers")

    def post(self, path: str, sent: Mapping[str, Any]) -> Any:
        """Raises as `get` does."""
        match path:
            case "/api/send":
                return self._send(sent)
            case "/api/explain":
                return asdict(self._explain(sent))
            case "/api/invoke":
                return self._invoke(sent)
            case _:
                raise LookupError(f"POST {path} is nothing that the inspector answers")

    def _opened(self, number: int) -> dict[str, Any]:
        journal = self.sight.journal
        detail = journal.detail(number)
        summary = journal.record(number)
        if detail is None or summary is None:
            gone = number <= journal.bounds[1]
            raise LookupError(
                f"request {number} is not kept any more" if gone else f"there is no request {number}"
            )
        listeners = self.sight.data.listeners()
        arn = detail.listener.arn
        local = next((each.local for each in listeners if each.listener.arn == arn), None)
        address = f"127.0.0.1:{local}" if local else f"{detail.balancer.dns_name}:{detail.listener.port}"
        return opened(summary, detail, self._explained(detail, summary["why"]), self._log(detail), address)

    def _explained(self, detail: Detail, why: str) -> Explanation:
        """What the rules of then make of the request of then."""
        entry = detail.entry
        if entry.request.method == "-":
            fault = Fault(entry.status, why, entry.reason)
            return unreadable(detail.balancer, detail.listener, entry.request, fault)
        explain = self.sight.explainer(detail.groups, entry.created)
        ports = imagined.local_ports(self.sight.data.listeners(), detail.balancer.arn)
        return explain(detail.balancer, detail.listener, entry.request, ports=ports)

    def _log(self, detail: Detail) -> list[dict[str, Any]]:
        result, group = detail.result, detail.groups.get(detail.entry.target_group)
        function = next((each.function for each in group.targets), None) if group else None
        if result is None or function is None or not detail.invoked:
            return []
        began, ended = int(detail.entry.created * 1000), int(detail.entry.finished * 1000)
        return self._log_of(function, result, began, ended)

    def _log_of(self, function: Invocable, result: Result, since: int, until: int) -> list[dict[str, Any]]:
        first = function.versions[0]
        group = f"arn:aws:logs:{first.region}:{first.account}:log-group:{first.log_group}"
        since -= int(result.init or 0)  # it may have been started for another, which then found one free
        try:
            events = self.sight.log(group, since=since, until=until + LATER)
        except LookupError:
            return []
        found = invocation_log.of(events, result.stream, result.request_id, cold=result.init is not None)
        return [{**event, "message": self.sight.named(event["message"])} for event in found]

    def _topology(self) -> dict[str, Any]:
        sight = self.sight
        counted = overview.counts(sight.journal.as_json())
        balancers = sight.data.topology.load_balancers
        return {
            "load_balancers": overview.load_balancers(sight.data.listeners(), balancers, counted),
            "target_groups": overview.target_groups(sight.groups().values(), sight.health, counted),
            "functions": overview.functions(
                moto_models.runtimes(), sight.pool.environments(), sight.pool.metrics.samples()
            ),
        }

    def _asked(self, wanted: Mapping[str, Any]) -> tuple[Asked, str, list[str], bytes]:
        method, target = _text(wanted, "method"), _text(wanted, "target")
        meant = imagined.of_listener(_text(wanted, "listener"), target, self.sight.data.listeners())
        return meant, method, lines(wanted.get("headers")), taken(wanted.get("body"))

    def _explain(self, wanted: Mapping[str, Any]) -> Explanation:
        meant, method, headers, data = self._asked(wanted)
        listeners = self.sight.data.listeners()
        raw = imagined.raw(method, meant, headers, data)
        return imagined.explained_at(meant, method, raw, SOURCE, listeners, self.sight.explainer())

    def _send(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        before = self.sight.journal.bounds[1]
        meant, method, headers, data = self._asked(wanted)
        answer = sent.send(meant, method, headers, data)
        return {"id": self._number(answer.client, before), "status": answer.status, "error": answer.error}

    def _number(self, client: str, before: int) -> int | None:
        """The number of the record of a client's request."""
        journal, after = self.sight.journal, before
        while client:
            journal.wait(after, TO_BE_NOTED)
            found = journal.as_json(after)
            if not found:
                return None
            if mine := [each["id"] for each in found if each["client"] == client]:
                return int(mine[0])
            after = found[-1]["id"]
        return None

    def _invoke(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        arn, event = _text(wanted, "function"), _text(wanted, "event")
        try:
            json.loads(event)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"the event is no JSON: {error}") from None
        function = self.function(arn) if arn.startswith("arn:aws:lambda:") else None
        if function is None:
            raise LookupError(f"there is no function {arn!r}: write its ARN")
        began = _now()
        try:
            found = self.invoke(function, event.encode())
        except Throttled as error:
            found = Result("", b"", "throttled")
            problem = str(error)
        else:
            problem = found.problem() if found.failure and isinstance(parsed(found.payload), dict) else ""
        return {
            "request_id": found.request_id,
            "result": body(found.payload),
            "failure": found.failure,
            "problem": problem,
            "log": self._log_of(function, found, began, _now()),
            "duration_ms": round(found.duration, 3),
            "cold": found.init is not None,
        }


def _text(wanted: Mapping[str, Any], name: str) -> str:
    if not isinstance(found := wanted.get(name), str):
        raise ValueError(f"{name} is {json.dumps(found)[:80]}: write a string")
    return found


def _now() -> int:
    return int(time.time() * 1000)
