"""One request opened: everything that is kept of it, for the page.

The record in the list has secrets masked. Here nothing is: the page belongs to the developer, who has the
key, and opens a request to see the very bytes; a header that is masked explains no login. What leaves the
page to be kept is another matter: `as_test` writes no credentials down.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from localalb.balancer.detail import Detail
from localalb.balancer.explanation import Explanation, Refusal
from localalb.balancer.overheard import LONGEST
from localalb.http.message import Headers, Request
from localalb.inspector import as_test, curl
from localalb.inspector.text import body, decoded, parsed, shown


def opened(
    summary: dict[str, Any],
    detail: Detail,
    explanation: Explanation,
    log: Sequence[dict[str, Any]],
    address: str,
) -> dict[str, Any]:
    """`explanation` is of the rules as they were then, `address` where the listener is served."""
    came = detail.entry.request
    content, size = detail.request.body, detail.body_size
    event = parsed(detail.payload)
    if event is None and detail.payload:  # it is cut: what it begins with
        event = explanation.event
    status = summary["status"]
    return {
        "summary": summary,
        "received": {
            "head": head(came),
            "protocol": "h2" if came.version == "2" else f"HTTP/{came.version}",
            "body": body(content),
            "body_length": size,
            "truncated": size > len(content),
        },
        "understood": understood(came),
        "explanation": asdict(told(explanation, detail, event)),
        "event": event,
        "result": result(detail),
        "response": {
            "status": status,
            "headers": _pairs(detail.response.headers),
            "body": body(detail.response.body),
            "body_length": detail.response_size,
            "truncated": detail.response_size > len(detail.response.body),
        },
        "log": list(log),
        "timings": timings(detail),
        "advice": summary["why"],
        "curl": curl.command(came, content, address, size=size),
        "test": as_test.source(
            came,
            content,
            status,
            names=(address, detail.balancer.dns_name, f"{detail.balancer.dns_name}:{detail.listener.port}"),
            size=size,
        ),
    }


def head(request: Request) -> str:
    """The head as it came; of HTTP/2, which packs it, the fields."""
    if request.head or request.version != "2" or request.method == "-":
        return decoded(request.head)
    lines = [f":method: {request.method}", f":scheme: {request.scheme}", f":path: {request.target}"]
    lines += [f"{':authority' if name == 'host' else name}: {value}" for name, value in request.headers]
    return "\n".join(map(shown, lines))


def understood(request: Request) -> dict[str, Any]:
    return {
        "scheme": request.scheme,
        "host": shown(request.host),
        "port": request.port,
        "path": shown(request.path),
        "query": shown(request.query),
        "method": shown(request.method),
        "headers": _pairs(request.headers),
        "source": "{}:{}".format(*request.peer),
    }


def told(explanation: Explanation, detail: Detail, event: Any) -> Explanation:
    """The explanation with what is known of then: the event that was sent, and the refusal of a body that is
    not kept."""
    if detail.payload:
        return replace(explanation, event=event)
    if detail.entry.reason and explanation.refusal is None and detail.body_size > LONGEST:
        refusal = Refusal(detail.entry.status, detail.entry.reason, "")
        return replace(explanation, status=refusal.status, refusal=refusal, event=None)
    return explanation


def result(detail: Detail) -> dict[str, Any] | None:
    found = detail.result
    if found is None:
        return None
    described = parsed(found.payload)
    problem = found.problem() if found.failure and isinstance(described, dict) else ""
    return {"payload": body(found.payload), "failure": found.failure, "problem": problem}


def timings(detail: Detail) -> dict[str, float | None]:
    """Where the time went, in ms. `queue` is from the load balancer to the function, without `init`, the
    start of an environment for it (the log's Init Duration); `write` is all that followed the target's
    answer, or all where no target was asked."""
    entry, result = detail.entry, detail.result
    read = (entry.created - entry.request.began) * 1000 if entry.request.began else None
    asked = detail.invoked or entry.dispatched
    target = entry.target_duration * 1000 if entry.target_duration >= 0 else None
    if not asked or target is None:
        whole = (entry.finished - entry.created) * 1000
        return _rounded(read=read, queue=None, init=None, run=None, write=None if asked else whole)
    write = (entry.finished - asked) * 1000 - target
    if result is None:
        return _rounded(read=read, queue=None, init=None, run=target, write=write)
    waited = max(target - result.duration, 0.0)
    init = None if result.init is None else min(result.init, waited)
    return _rounded(read=read, queue=waited - (init or 0.0), init=init, run=result.duration, write=write)


def _rounded(**times: float | None) -> dict[str, float | None]:
    return {name: None if time is None else round(max(time, 0.0), 3) for name, time in times.items()}


def _pairs(headers: Headers) -> list[list[str]]:
    return [[shown(name), shown(value)] for name, value in headers]


def lines(headers: Any) -> list[str]:
    """Headers of the page, as curl's lines. Raises `ValueError`."""
    try:
        return [f"{name}: {value}" if value else f"{name};" for name, value in headers or ()]
    except (TypeError, ValueError):
        raise ValueError(
            f"headers is {json.dumps(headers)[:80]}: write pairs of a name and a value"
        ) from None
