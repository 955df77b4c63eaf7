"""The rows of tests/cases/rules.py on a socket: each rule answers with its own priority."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localalb.balancer.topology import Forward, Rule, TargetGroup
from localalb.control_plane.discovery import rules as read_rules
from localalb.http import faults
from tests.cases import rules
from tests.cases.rules import FixedCase, RedirectCase, RuleCase, StickyCase
from tests.socket.balancer import TARGET
from tests.socket.conftest import Serve


def raw(method: str, target: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


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
    with balancer.connect() as client:
        client.send(raw(case.method, case.target, case.sent))
        reply = client.reply(case.method)
        assert reply.status == 200
        taken = str(case.taken or "default")
        assert reply.values("content-length") == [str(len(taken))]
        assert reply.body == (b"" if case.method == "HEAD" else taken.encode())


@pytest.mark.parametrize(
    "case", [case for case in rules.REDIRECTS if not case.secure], ids=lambda case: case.id
)
def test_redirect(case: RedirectCase, serve: Serve) -> None:
    action = read_rules.action([{"Type": "redirect", "RedirectConfig": case.config}])
    with serve(port=case.port, default=action).connect() as client:
        client.send(raw("GET", case.target, (("Host", case.host),)))
        reply = client.reply()
        assert (reply.status, reply.values("location")) == (case.status, [case.location])
        assert reply.values("content-type") == ["text/html"]
        assert reply.body == faults.page(case.status)
        names = [name for name, _ in reply.headers]
        assert names == ["Server", "Date", "Content-Type", "Content-Length", "Connection", "Location"]


@pytest.mark.parametrize("case", rules.FIXED, ids=lambda case: case.id)
def test_fixed(case: FixedCase, serve: Serve) -> None:
    with serve(default=read_rules.action([case.action])).connect() as client:
        client.send(raw("GET", "/", (("Host", "demo.example"),)))
        reply = client.reply()
        assert (reply.status, reply.reason, reply.body) == (case.status, case.phrase, case.body)
        assert reply.values("content-type") == [case.content_type]


@pytest.mark.parametrize("case", rules.STICKINESS, ids=lambda case: case.id)
def test_stickiness(case: StickyCase, serve: Serve) -> None:
    arns = [f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/{name}/1" for name in "ab"]
    balancer = serve(
        default=Forward(tuple((arn, 1) for arn in arns), stickiness=60 if case.enabled else None),
        groups={arn: TargetGroup(arn, arn, targets=(TARGET,)) for arn in arns},
    )

    def group() -> str:
        return str(json.loads(balancer.event())["requestContext"]["elb"]["targetGroupArn"])

    with balancer.connect() as client:
        client.send(raw("GET", "/", (("Host", "demo.example"),)))
        given = [value.partition(";") for value in client.reply().values("set-cookie")]
        first = group()
        cookies = dict(value.split("=", 1) for value, _, _ in given)
        assert set(cookies) == ({"AWSALBTG", "AWSALBTGCORS"} if case.given else set())
        assert not any(first in value for value in cookies.values())
        for value, _, attributes in given:
            if value.startswith("AWSALBTGCORS"):
                assert "SameSite=None" in attributes
                assert "Secure" in attributes
        cookie = f"{case.cookie}={cookies[case.cookie]}" if case.stays else "AWSALBTG=Zm9yZ2Vk"
        if case.reason:
            encoded = cookies["AWSALBTG"].replace("=", "%3D")
            client.send(raw("GET", "/", (("Host", "demo.example"), ("Cookie", f"AWSALBTG={encoded}"))))
            assert client.reply().status == 400
            assert [balancer.entry().reason for _ in range(2)] == ["", case.reason]
            return
        for _ in range(40):
            client.send(raw("GET", "/", (("Host", "demo.example"), ("Cookie", f"a=b; {cookie}; c=d"))))
            assert client.reply().status == 200
        assert {group() for _ in range(40)} == ({first} if case.stays else set(arns))
