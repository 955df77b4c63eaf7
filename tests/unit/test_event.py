"""A request -> the event of a function: every row in each of its modes, without a socket."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localalb.balancer import event
from localalb.balancer.event import Settings
from localalb.balancer.exchange import check
from localalb.http.faults import Fault
from localalb.http.message import Request
from tests.cases import Mode, requests
from tests.cases.compare import found, wanted
from tests.cases.requests import HealthCase, RequestCase

TRACE = "1-67891233-fedcba987654321012345678"
RUNS = [pytest.param(case, mode, id=f"{case.id}-{mode}") for case in requests.ALL for mode in case.modes]


def built(case: RequestCase, mode: Mode) -> Any:
    """The event as the function reads it: out of JSON."""
    request = Request(
        method=case.method,
        target=case.target,
        headers=case.sent,
        body=case.body,
        version=case.version,
        peer=case.peer,
        port=case.port,
        secure=case.secure,
        cipher=case.cipher,
    )
    check(request)
    trace = event.trace_of(request, TRACE)
    headers = event.forwarded(request, Settings.of(case.attributes), dns_name=requests.DNS_NAME, trace=trace)
    return json.loads(
        json.dumps(
            event.build(
                request, target_group=requests.TARGET_GROUP, multi_value=mode == "multi", headers=headers
            )
        )
    )


@pytest.mark.parametrize(("case", "mode"), RUNS)
def test_event(case: RequestCase, mode: Mode) -> None:
    if case.status != 200:
        with pytest.raises(Fault) as caught:
            built(case, mode)
        assert (caught.value.status, caught.value.reason) == (case.status, case.reason)
        assert caught.value.why
    else:
        assert found(built(case, mode), case, mode) == wanted(case, mode)


@pytest.mark.parametrize("case", requests.HEALTH, ids=lambda case: case.id)
def test_health_check(case: HealthCase) -> None:
    assert (
        event.health_check(
            target_group=requests.TARGET_GROUP, multi_value=case.mode == "multi", path=case.path
        )
        == case.event
    )
