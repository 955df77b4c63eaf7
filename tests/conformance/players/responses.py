"""A function's result, and the response that becomes of it."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.cases import Mode, responses
from tests.cases.calls import forward
from tests.cases.responses import BodilessCase, ResponseCase
from tests.conformance.play import Connect, Known, Outcome, Play, Setting

LIMIT = 15_000  # bytes of a header that every load balancer takes


def plays() -> Iterator[Play]:
    for case in responses.ALL:
        for mode, payload in case.payloads.items():
            yield Play(
                kind="responses",
                case=case,
                mode=mode,
                setting=Setting(default=forward(f"{{{mode}}}")[0]),
                perform=partial(play, case, mode),
                unplayable=unplayable(payload),
            )
    for bodiless in responses.BODILESS:
        yield Play(kind="responses", case=bodiless, perform=partial(play_bodiless, bodiless))


def unplayable(payload: bytes) -> str:
    """Why a Python function cannot be made to return a payload, if it cannot."""
    if not _returnable(payload):
        return "no value of a Python function is serialized to this"
    return "" if len(_packed(payload)) < LIMIT else "the payload does not fit into a header"


def _returnable(payload: bytes) -> bool:
    try:
        return bool(_parts(payload.decode()) == _parts(json.dumps(json.loads(payload))))
    except (ValueError, RecursionError):
        return False


def _parts(text: str) -> Any:
    """JSON with what a parser forgets: how numbers are written, the order of members, double ones."""
    return json.loads(
        text,
        object_pairs_hook=tuple,
        parse_int=lambda written: ("number", written),
        parse_float=lambda written: ("number", written),
        parse_constant=lambda written: ("constant", written),
    )


def _packed(payload: bytes) -> bytes:
    return base64.b64encode(zlib.compress(payload, 9))


def raw(header: bytes, method: str = "GET") -> bytes:
    return b"%s / HTTP/1.1\r\nHost: demo.example\r\n%s\r\n\r\n" % (method.encode(), header)


def play(case: ResponseCase, mode: Mode, connect: Connect, known: Known) -> Outcome:
    with connect() as client:
        client.send(raw(b"X-Payload: " + _packed(case.payloads[mode])))
        reply = client.reply()
    order = list if case.in_order else sorted
    expected: dict[str, Any] = {
        "status": case.status,
        "headers": {name: order(values) for name, values in case.headers.items()},
        "there but should be absent": [],
    }
    seen: dict[str, Any] = {
        "status": reply.status,
        "headers": {name: order(reply.values(name)) for name in case.headers},
        "there but should be absent": [name for name in case.absent if reply.values(name)],
    }
    if case.phrase is not None:
        expected["phrase"], seen["phrase"] = case.phrase, reply.reason
    if case.body is not None and not case.fault:
        expected["body"], seen["body"] = case.body, reply.body
    return Outcome(expected, seen)


def play_bodiless(case: BodilessCase, connect: Connect, known: Known) -> Outcome:
    header = b"X-Payload: " + _packed(b'{"statusCode": %d, "body": "hello"}' % case.status)
    if case.status == 502:
        header = b"X-Fail: error"
    with connect() as client:
        client.send(raw(header + b"\r\nConnection: close", case.method))
        reply = client.reply(case.method)
        behind = client.rest()
    return Outcome(
        {"status": case.status, "content-length": case.content_length, "body": b""},
        {"status": reply.status, "content-length": reply.values("content-length"), "body": behind},
    )
