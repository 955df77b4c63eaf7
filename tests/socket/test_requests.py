"""The rows of tests/cases/requests.py as bytes on a connection: the events must be those of the pure run."""

from __future__ import annotations

import json

import pytest

from tests.cases import Mode, requests
from tests.cases.compare import found, wanted
from tests.cases.requests import RequestCase
from tests.conformance.players.requests import play
from tests.socket.balancer import KNOWN, played
from tests.socket.conftest import Serve

RUNS = [
    pytest.param(case, mode, id=f"{case.id}-{mode}")
    for case in requests.ALL
    if case.on_a_socket
    for mode in case.modes
]


@pytest.mark.parametrize(("case", "mode"), RUNS)
def test_event(case: RequestCase, mode: Mode, serve: Serve) -> None:
    balancer = serve(port=case.port, attributes=case.attributes, multi_value=mode == "multi", answer=played)
    outcome = play(case, mode, balancer.connect, KNOWN)
    assert outcome.seen == outcome.expected
    if case.status == 200:
        assert found(json.loads(balancer.event()), case, mode) == wanted(case, mode)
    else:
        record = balancer.record()
        assert (record.status, record.reason) == (case.status, case.reason)
        assert record.why
        assert balancer.nothing_invoked()
