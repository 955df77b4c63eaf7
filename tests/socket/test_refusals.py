"""The rows of tests/cases/refusals.py on a socket: bytes in, a status out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from localalb.balancer.topology import FixedResponse
from localalb.runtime.result import Result, Throttled
from tests.cases import refusals
from tests.cases.refusals import ListenerCase, PaddedCase, PageCase, RawCase, TargetCase
from tests.conformance.players.refusals import play_listener, play_padded, play_raw
from tests.socket.balancer import KNOWN, TARGET, played, result
from tests.socket.conftest import Serve

GET = refusals.get()
PAGES = {case.status: case for case in refusals.PAGES}


@pytest.mark.parametrize("case", refusals.RAW, ids=lambda case: case.id)
def test_raw(case: RawCase, serve: Serve) -> None:
    balancer = serve(attributes=case.attributes, answer=played)
    outcome = play_raw(case, balancer.connect, KNOWN)
    assert outcome.seen == outcome.expected
    record = balancer.record()
    assert (record.status, record.reason) == (outcome.seen["status"], case.reason)
    if record.status == 200:
        return
    assert record.why
    assert balancer.nothing_invoked()
    with balancer.connect() as client:
        client.send(case.sent)
        if case.half_close:
            client.end()
        reply = client.reply()
        if case.connection != "either":
            assert reply.values("connection") == ["close" if case.connection == "closed" else "keep-alive"]
        assert reply.body == PAGES[reply.status].page
        assert tuple(name for name, _ in reply.headers) == refusals.HEADER_ORDER


@pytest.mark.parametrize("case", refusals.TARGETS, ids=lambda case: case.id)
def test_target(case: TargetCase, serve: Serve) -> None:
    def answer(_: bytes) -> Result:
        if case.target == "throttled":
            raise Throttled("demo has a reserved concurrency of 0")
        error = {"errorType": case.error, "errorMessage": case.message}
        return result(json.dumps(error).encode(), case.failure)

    targets: dict[str, tuple[Any, ...]] = {
        "none": (),
        "missing": (replace(TARGET, function=None, permitted=False),),
        "forbidden": (replace(TARGET, permitted=False),),
    }
    balancer = serve(targets=targets.get(case.target, (TARGET,)), answer=answer)
    with balancer.connect() as client:
        client.send(GET)
        reply = client.reply()
        assert (reply.status, reply.body) == (case.status, PAGES[case.status].page)
        assert tuple(name for name, _ in reply.headers) == refusals.HEADER_ORDER
        record = balancer.record()
        assert (record.status, record.reason) == (case.status, case.reason)
        assert [piece for piece in case.why if piece not in record.why] == []
        # Such an answer is no reason to hang up.
        client.send(GET)
        assert client.reply().status == case.status


@pytest.mark.parametrize("case", [PAGES[502], PAGES[503]], ids=lambda case: case.id)
def test_the_page_whole(case: PageCase, serve: Serve) -> None:
    """Every byte, the date apart, against the length computed from access logs (uWebSockets.js#939)."""
    failing = result(b'{"errorType": "E", "errorMessage": "m"}', "error")
    balancer = serve(targets=() if case.status == 503 else (TARGET,), answer=lambda _: failing)
    with balancer.connect() as client:
        client.send(refusals.get(b"/", b"Connection: close"))
        head, _, body = client.rest().partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    lines[2] = lines[2][:5]
    assert lines == [
        f"HTTP/1.1 {case.status} {case.phrase}",
        "Server: awselb/2.0",
        "Date:",
        "Content-Type: text/html",
        f"Content-Length: {case.length}",
        "Connection: close",
    ]
    assert body == case.page


@pytest.mark.parametrize("case", refusals.PADDED, ids=lambda case: case.id)
def test_padding(case: PaddedCase, serve: Serve) -> None:
    failing = result(b'{"errorType": "E", "errorMessage": "m"}', "error")
    outcome = play_padded(case, serve(answer=lambda _: failing).connect, KNOWN)
    assert outcome.seen == outcome.expected


def test_only_functions_limit_the_body(serve: Serve) -> None:
    """Troubleshoot, HTTP 413: the target is a Lambda function and the request body exceeds 1 MB."""
    with serve(default=FixedResponse(200, "text/plain", "taken")).connect() as client:
        client.send(refusals.post(b"Content-Length: 2000000", body=b"x" * 2_000_000))
        assert client.reply().body == b"taken"
        client.send(GET)
        assert client.reply().body == b"taken"


@pytest.mark.parametrize("case", refusals.LISTENER, ids=lambda case: case.id)
def test_listener_attribute(case: ListenerCase, serve: Serve) -> None:
    outcome = play_listener(case, serve(listener_attributes=case.attributes).connect, KNOWN)
    assert outcome.seen == outcome.expected
