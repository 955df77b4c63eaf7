"""The rows of tests/cases/requests.py as bytes on a connection: the events must be those of the pure run."""

from __future__ import annotations

import json

import pytest

from tests.cases import Mode, requests
from tests.cases.compare import found, wanted
from tests.cases.requests import RequestCase
from tests.socket.balancer import result
from tests.socket.conftest import Serve

RUNS = [
    pytest.param(case, mode, id=f"{case.id}-{mode}")
    for case in requests.ALL
    if case.on_a_socket
    for mode in case.modes
]


def raw(case: RequestCase) -> bytes:
    """The request of a row on the wire. A chunked body comes in three chunks."""
    lines = [f"{case.method} {case.target} HTTP/{case.version}"]
    lines += [f"{name}: {value}" for name, value in case.sent]
    body = case.body
    if ("transfer-encoding", "chunked") in {(name.lower(), value) for name, value in case.sent}:
        pieces = [body[:1], body[1:4], body[4:]]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


@pytest.mark.parametrize(("case", "mode"), RUNS)
def test_event(case: RequestCase, mode: Mode, serve: Serve) -> None:
    balancer = serve(
        port=case.port,
        attributes=case.attributes,
        multi_value=mode == "multi",
        answer=lambda _: result(b'{"statusCode": 200}'),
    )
    with balancer.connect() as client:
        client.send(raw(case))
        assert client.reply(case.method).status == case.status
    if case.status == 200:
        assert found(json.loads(balancer.event()), case, mode) == wanted(case, mode)
    else:
        record = balancer.record()
        assert (record.status, record.reason) == (case.status, case.reason)
        assert record.why
        assert balancer.nothing_invoked()
