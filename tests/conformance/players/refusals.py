"""What a load balancer refuses, targets that fail, its own pages, and attributes of the listener."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.cases import refusals, rules
from tests.cases.calls import forward
from tests.cases.refusals import ListenerCase, PaddedCase, PageCase, RawCase, TargetCase
from tests.conformance.handler import shortened
from tests.conformance.play import Connect, Known, OneOf, Outcome, Play, Setting
from tests.conformance.players.requests import event

GET = refusals.get()
HOW = {"error": "error", "timeout": "timeout", "exit": "exit"}  # X-Fail of a failure, but for `init`
FORWARDED = ", ".join(["192.0.2.1"] * 31)


def plays() -> Iterator[Play]:
    for page in refusals.PAGES:
        yield _page(page)
    for padded in refusals.PADDED:
        yield Play(kind="faults", case=padded, perform=partial(play_padded, padded))
    for raw in refusals.RAW:
        setting = Setting(attributes=raw.attributes)
        yield Play(kind="faults", case=raw, setting=setting, perform=partial(play_raw, raw))
    for target in refusals.TARGETS:
        yield Play(
            kind="faults",
            case=target,
            setting=Setting(default=_group(target)),
            perform=partial(play_target, target),
        )
    for listener in refusals.LISTENER:
        yield Play(
            kind="faults",
            case=listener,
            setting=Setting(listener_attributes=listener.attributes),
            perform=partial(play_listener, listener),
        )


def _group(case: TargetCase) -> Any:
    name: str = case.target
    if case.target == "failing":
        name = "init" if case.failure == "init" else "single"
    return forward(f"{{{name}}}")[0]


def play_target(case: TargetCase, connect: Connect, known: Known) -> Outcome:
    failure = HOW.get(case.failure, "")
    header = (b"X-Fail: " + failure.encode(),) if failure else ()
    with connect() as client:
        client.send(refusals.get(b"/", *header))
        return Outcome({"status": case.status}, {"status": client.reply().status})


def play_raw(case: RawCase, connect: Connect, known: Known) -> Outcome:
    statuses = case.statuses
    expected: dict[str, Any] = {"status": statuses[0] if len(statuses) == 1 else OneOf(*statuses)}
    if case.connection != "either":
        expected["connection"] = case.connection
    with connect() as client:
        client.send(case.sent)
        if case.half_close:
            client.end()
        reply = client.reply()
        seen: dict[str, Any] = {"status": reply.status}
        if case.connection == "closed":
            seen["connection"] = "closed" if client.ends() else "kept"
        elif case.connection == "kept":
            seen["connection"] = "kept"
            try:
                client.send(GET)
                if (again := client.reply().status) != 200:
                    seen["connection"] = f"kept, but the next request gets {again}"
            except (EOFError, ConnectionError):
                seen["connection"] = "closed"
    if reply.status == 200 and case.body is not None:
        expected["body"], seen["body"] = shortened(case.body), event(reply).get("body")
    return Outcome(expected, seen)


def _page(case: PageCase) -> Play:
    """A page is that of a row which is answered with it."""
    redirects = {int(each.config["StatusCode"][5:]): each for each in rules.REDIRECTS if not each.secure}
    refused = {raw.statuses[0]: raw for raw in refusals.RAW if len(raw.statuses) == 1 and not raw.attributes}
    setting, sent, half_close = Setting(), b"", False
    if case.status in redirects:
        config = {"Type": "redirect", "RedirectConfig": redirects[case.status].config}
        setting, sent = Setting(default=config), refusals.get(b"/path")
    elif case.status == 502:
        sent = refusals.get(b"/", b"X-Fail: error")
    elif case.status == 503:
        setting, sent = Setting(default=forward("{none}")[0]), GET
    elif case.status == 463:
        sent = refusals.get(b"/", b"X-Forwarded-For: " + FORWARDED.encode())
    elif case.status in refused:
        sent, half_close = refused[case.status].sent, refused[case.status].half_close
    return Play(
        kind="faults",
        case=case,
        setting=setting,
        perform=partial(play_page, case, sent, half_close),
        unplayable="" if sent else "no row provokes this page for certain",
    )


def play_page(case: PageCase, sent: bytes, half_close: bool, connect: Connect, known: Known) -> Outcome:
    with connect() as client:
        client.send(sent)
        if half_close:
            client.end()
        reply = client.reply()
    return Outcome(
        {"status": case.status, "phrase": case.phrase, "page": case.page},
        {"status": reply.status, "phrase": reply.reason, "page": reply.body},
    )


def play_padded(case: PaddedCase, connect: Connect, known: Known) -> Outcome:
    with connect() as client:
        client.send(refusals.get(b"/", b"X-Fail: error", b"User-Agent: " + case.agent.encode()))
        reply = client.reply()
    return Outcome(
        {"status": 502, "length": case.length}, {"status": reply.status, "length": len(reply.body)}
    )


def play_listener(case: ListenerCase, connect: Connect, known: Known) -> Outcome:
    with connect() as client:
        client.send(GET)
        reply = client.reply()
    return Outcome(
        {"status": 200, case.header: case.values},
        {"status": reply.status, case.header: reply.values(case.header.lower())},
    )
