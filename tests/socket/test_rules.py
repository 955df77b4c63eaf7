"""The rows of tests/cases/rules.py on a socket: each rule answers with its own priority."""

from __future__ import annotations

from typing import Any

import pytest

from localalb.balancer.topology import Forward, Rule, TargetGroup
from localalb.control_plane.discovery import rules as read_rules
from localalb.http import faults
from tests.cases import rules
from tests.cases.rules import FixedCase, RedirectCase, RuleCase, StickyCase
from tests.conformance.play import Known
from tests.conformance.players.rules import play, play_fixed, play_redirect, play_sticky, raw
from tests.socket.balancer import KNOWN, TARGET, played
from tests.socket.conftest import Serve


def api_rules(case: RuleCase) -> tuple[Rule, ...]:
    api: list[dict[str, Any]] = [
        {
            "RuleArn": str(priority),
            "Priority": str(priority),
            "Conditions": conditions,
            "Actions": [rules.fixed(200, str(priority))],
        }
        for priority, conditions in case.rules
    ]
    return read_rules.in_order(read_rules.rule(each) for each in api)


@pytest.mark.parametrize(
    "case", [case for case in rules.RULES if case.peer == rules.LISTENER_PEER], ids=lambda case: case.id
)
def test_rule(case: RuleCase, serve: Serve) -> None:
    balancer = serve(
        port=case.port,
        attributes=case.attributes,
        rules=api_rules(case),
        default=read_rules.action([rules.fixed(200, "default")]),
    )
    outcome = play(case, balancer.connect, KNOWN)
    assert outcome.seen == outcome.expected


@pytest.mark.parametrize(
    "case", [case for case in rules.REDIRECTS if not case.secure], ids=lambda case: case.id
)
def test_redirect(case: RedirectCase, serve: Serve) -> None:
    action = read_rules.action([{"Type": "redirect", "RedirectConfig": case.config}])
    balancer = serve(port=case.port, default=action)
    outcome = play_redirect(case, balancer.connect, KNOWN)
    assert outcome.seen == outcome.expected
    with balancer.connect() as client:
        client.send(raw("GET", case.target, (("Host", case.host),)))
        reply = client.reply()
        assert reply.values("content-type") == ["text/html"]
        assert reply.body == faults.page(case.status)
        names = [name for name, _ in reply.headers]
        assert names == ["Server", "Date", "Content-Type", "Content-Length", "Connection", "Location"]


@pytest.mark.parametrize("case", rules.FIXED, ids=lambda case: case.id)
def test_fixed(case: FixedCase, serve: Serve) -> None:
    balancer = serve(default=read_rules.action([case.action]))
    outcome = play_fixed(case, balancer.connect, KNOWN)
    assert outcome.seen == outcome.expected


@pytest.mark.parametrize("case", rules.STICKINESS, ids=lambda case: case.id)
def test_stickiness(case: StickyCase, serve: Serve) -> None:
    arns = [f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/{name}/1" for name in "ab"]
    balancer = serve(
        default=Forward(tuple((arn, 1) for arn in arns), stickiness=60 if case.enabled else None),
        groups={arn: TargetGroup(arn, arn, targets=(TARGET,)) for arn in arns},
        answer=played,
    )

    known = Known(dict(zip(("single", "second"), arns, strict=True)))
    outcome = play_sticky(case, balancer.connect, known)
    assert outcome.seen == outcome.expected
