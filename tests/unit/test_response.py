"""What a function returned -> the response or the fault: every row in each of its modes."""

from __future__ import annotations

import pytest

from localalb.balancer import response
from localalb.http import wire
from localalb.http.faults import Fault
from localalb.http.message import Response
from tests.cases import Mode, responses
from tests.cases.responses import ResponseCase

DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
RUNS = [pytest.param(case, mode, id=f"{case.id}-{mode}") for case in responses.ALL for mode in case.payloads]


def values(answer: Response, name: str) -> list[str]:
    """A header's values as they leave, Connection apart: that one belongs to the connection."""
    if name == "connection":
        return ["keep-alive"]
    return [value for key, value in wire.headers(answer, date=DATE) if key.lower() == name]


@pytest.mark.parametrize(("case", "mode"), RUNS)
def test_response(case: ResponseCase, mode: Mode) -> None:
    if case.fault:
        with pytest.raises(Fault) as caught:
            response.parse(case.payloads[mode], multi_value=mode == "multi")
        assert (caught.value.status, caught.value.reason) == (502, case.fault)
        assert [piece for piece in case.why if piece not in caught.value.why] == []
        return
    answer = response.parse(case.payloads[mode], multi_value=mode == "multi")
    order = list if case.in_order else sorted
    assert answer.status == case.status
    assert case.phrase in (None, answer.reason)
    assert {name: order(values(answer, name)) for name in case.headers} == {
        name: order(each) for name, each in case.headers.items()
    }
    assert [name for name in case.absent if values(answer, name)] == []
    assert case.body in (None, answer.body)
