"""The rows of tests/cases/responses.py on a socket: the client must get what the pure run gives."""

from __future__ import annotations

import re

import pytest

from localalb.http import faults
from tests.cases import Mode, responses
from tests.cases.responses import BodilessCase, ResponseCase
from tests.conformance.players.responses import play, play_bodiless
from tests.socket.balancer import KNOWN, result
from tests.socket.conftest import Serve

GET = b"GET / HTTP/1.1\r\nHost: demo.example\r\n\r\n"
RUNS = [pytest.param(case, mode, id=f"{case.id}-{mode}") for case in responses.ALL for mode in case.payloads]
DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


@pytest.mark.parametrize(("case", "mode"), RUNS)
def test_response(case: ResponseCase, mode: Mode, serve: Serve) -> None:
    balancer = serve(multi_value=mode == "multi", answer=lambda _: result(case.payloads[mode]))
    outcome = play(case, mode, balancer.connect, KNOWN)
    assert outcome.seen == outcome.expected
    record = balancer.record()
    assert (record.status, record.reason) == (case.status, case.fault)
    assert [piece for piece in case.why if piece not in record.why] == []
    with balancer.connect() as client:
        client.send(GET)
        reply = client.reply()
        body = faults.page(502) if case.fault else case.body
        assert body in (None, reply.body)
        assert DATE.fullmatch(reply.values("date")[0])
        # The connection is as good as before.
        client.send(GET)
        again = client.reply()
        assert (again.status, again.body) == (reply.status, reply.body)


@pytest.mark.parametrize("case", responses.BODILESS, ids=lambda case: case.id)
def test_without_a_body(case: BodilessCase, serve: Serve) -> None:
    failure = "error" if case.status == 502 else ""
    payload = b'{"errorType": "E", "errorMessage": "m"}'
    if not failure:
        payload = b'{"statusCode": %d, "body": "hello"}' % case.status
    balancer = serve(answer=lambda _: result(payload, failure))
    outcome = play_bodiless(case, balancer.connect, KNOWN)
    assert outcome.seen == outcome.expected
