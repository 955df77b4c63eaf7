"""A request, and the event that the function gets of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.cases import Mode, requests
from tests.cases.calls import forward
from tests.cases.compare import found, wanted
from tests.cases.requests import RequestCase
from tests.conformance.play import PEER, Connect, Known, Outcome, Play, Setting
from tests.connection import Reply

SUITE = "TLS_AES_128_GCM_SHA256"  # of the rows; which it is here, client and load balancer agree upon


def plays() -> Iterator[Play]:
    for case in requests.ALL:
        for mode in case.modes:
            yield Play(
                kind="requests",
                case=case,
                mode=mode,
                setting=setting(case, mode),
                perform=partial(play, case, mode),
                unplayable="" if case.peer[0] == PEER else f"needs a client at {case.peer[0]}",
            )


def setting(case: RequestCase, mode: Mode) -> Setting:
    default = forward(f"{{{mode}}}")[0]
    return Setting(port=case.port, secure=case.secure, default=default, attributes=case.attributes)


def raw(case: RequestCase) -> bytes:
    """The request of a row on the wire. A chunked body comes in three chunks."""
    lines = [f"{case.method} {case.target} HTTP/{case.version}"]
    lines += [f"{name}: {value}" for name, value in case.sent]
    body = case.body
    if ("transfer-encoding", "chunked") in {(name.lower(), value) for name, value in case.sent}:
        pieces = [body[:1], body[1:4], body[4:]]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def play(case: RequestCase, mode: Mode, connect: Connect, known: Known) -> Outcome:
    with connect() as client:
        client.send(raw(case))
        reply = client.reply(case.method)
        suite = client.cipher
    expected: dict[str, Any] = {"status": case.status}
    seen: dict[str, Any] = {"status": reply.status}
    if case.status == 200:
        expected |= known.here(wanted(case, mode), mode)
        if suite:
            expected["headers"] = {
                name: suite if value == SUITE else [suite] if value == [SUITE] else value
                for name, value in expected["headers"].items()
            }
        if reply.status == 200:
            seen |= found(event(reply), case, mode)
        if not case.whole:  # which fields an event has is a row of its own
            expected.pop("keys")
            seen.pop("keys", None)
    return Outcome(expected, seen)


def event(reply: Reply) -> Any:
    """The event that the function returned. Raises `ValueError` where there is none."""
    carried = reply.values("x-event")
    said = json.loads(base64.b64decode(carried[0]) if carried else reply.body)
    if not isinstance(said, dict):
        raise ValueError(f"the function did not answer with its event, but {reply.body[:200]!r}")
    return said
