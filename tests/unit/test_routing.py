"""Listener rules without a socket, read from the words of the API as the topology reads them."""

from __future__ import annotations

import pytest

from localalb.balancer import routing
from localalb.balancer.topology import FixedResponse, Forward, Listener, Redirect
from localalb.control_plane.discovery import rules as read_rules
from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.message import Request
from tests.cases import rules
from tests.cases.rules import FixedCase, RedirectCase, RuleCase, WeightCase


def listener(case: RuleCase) -> Listener:
    api = [
        {
            "RuleArn": str(priority),
            "Priority": str(priority),
            "Conditions": conditions,
            "Actions": [rules.fixed(200)],
        }
        for priority, conditions in (*case.rules, ("default", ()))
    ]
    return Listener("listener", case.port, "HTTP", read_rules.in_order(read_rules.rule(each) for each in api))


# What depends on the load balancer's attributes is proved on a socket.
@pytest.mark.parametrize(
    "case", [case for case in rules.RULES if not case.attributes], ids=lambda case: case.id
)
def test_rule(case: RuleCase) -> None:
    request = Request(case.method, case.target, case.sent, peer=case.peer, port=case.port)
    assert routing.route(listener(case), request).priority == case.taken


@pytest.mark.parametrize("case", rules.REDIRECTS, ids=lambda case: case.id)
def test_redirect(case: RedirectCase) -> None:
    action = read_rules.action([{"Type": "redirect", "RedirectConfig": case.config}])
    assert isinstance(action, Redirect)
    request = Request("GET", case.target, (("Host", case.host),), port=case.port, secure=case.secure)
    response = routing.redirect(action, request)
    assert response.status == case.status
    assert dict(response.headers) == {"Content-Type": "text/html", "Location": case.location}
    assert response.body == faults.page(case.status)


@pytest.mark.parametrize("case", rules.FIXED, ids=lambda case: case.id)
def test_fixed(case: FixedCase) -> None:
    action = read_rules.action([case.action])
    assert isinstance(action, FixedResponse)
    response = routing.fixed(action)
    assert (response.status, response.reason, response.body) == (case.status, case.phrase, case.body)
    assert response.headers == (("Content-Type", case.content_type),)


@pytest.mark.parametrize("case", rules.WEIGHTS, ids=lambda case: case.id)
def test_weights(case: WeightCase) -> None:
    """Draws spread evenly over [0, 1) fall to the groups in proportion to their weights."""
    forward = Forward(tuple((str(number), weight) for number, weight in enumerate(case.weights)))
    if case.shares is None:
        with pytest.raises(Fault) as caught:
            routing.pick(forward, 0.5)
        assert caught.value.status == 503
        return
    draws = [0.0, 1 - 2**-53, *(n / 2000 for n in range(2000))]
    picked = [int(routing.pick(forward, draw)) for draw in draws]
    found = [picked.count(number) / len(draws) for number in range(len(case.weights))]
    assert found == pytest.approx(case.shares, abs=0.002)
    assert [share for share, weight in zip(found, case.weights, strict=True) if weight == 0 and share] == []
