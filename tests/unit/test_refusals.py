"""What the API refuses: each row of tests/cases/calls.py, asked of the pure functions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localalb.control_plane import refusals
from localalb.control_plane.existing import Existing, Listener, LoadBalancer, Subnet, TargetGroup
from tests.cases.calls import FIXED, LISTENERS, LOAD_BALANCERS, TARGET_GROUPS, CallCase, filled, forward

ELB = "arn:aws:elasticloadbalancing:eu-west-2:123456789012"
LAMBDA = "arn:aws:lambda:eu-west-2:123456789012:function"
SUBNETS = {
    "main.a": Subnet("main", "a"),
    "main.b": Subnet("main", "b"),
    "main.c": Subnet("main", "c"),
    "main.aa": Subnet("main", "a"),
    "other.a": Subnet("other", "a"),
    "other.b": Subnet("other", "b"),
}
IDS = {
    **{name: name for name in ("main", *SUBNETS, "main.group", "other.group")},
    "busy": f"{ELB}:loadbalancer/app/busy/1",
    "idle": f"{ELB}:loadbalancer/app/idle/2",
    "busy.80": f"{ELB}:listener/app/busy/1/80",
    "busy.81": f"{ELB}:listener/app/busy/1/81",
    "busy.rule": f"{ELB}:listener-rule/app/busy/1/80/5",
    "used": f"{ELB}:targetgroup/used/3",
    "free": f"{ELB}:targetgroup/free/4",
    "mute": f"{LAMBDA}:mute",
    "heard": f"{LAMBDA}:heard",
}
HEARD = {
    "Effect": "Allow",
    "Principal": {"Service": "elasticloadbalancing.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": IDS["heard"],
    "Condition": {"ArnLike": {"AWS:SourceArn": IDS["free"]}},
}
SETTINGS = {"TargetType": "lambda", "Protocol": None, "Port": None, "VpcId": None} | dict(
    refusals.LAMBDA_HEALTH_CHECK
)


def load_balancer(name: str, **more: Any) -> LoadBalancer:
    subnets = frozenset({"main.a", "main.b"})
    return LoadBalancer(IDS[name], name, "main", subnets, frozenset({"main.group"}), **more)


def existing(**more: Any) -> Existing:
    """The world that tests/cases/calls.py describes."""
    listeners = (
        Listener(IDS["busy.80"], 80, "HTTP", None, tuple(forward(IDS["used"])), frozenset({IDS["used"]})),
        Listener(IDS["busy.81"], 81, "HTTP", None, tuple(FIXED)),
    )
    balancers = load_balancer("busy", protected=True, listeners=listeners), load_balancer("idle")
    groups = (TargetGroup(IDS[name], name, SETTINGS) for name in ("used", "free"))
    policies = {IDS["mute"]: '{"Statement": []}', IDS["heard"]: json.dumps({"Statement": [HEARD]})}
    fields: dict[str, Any] = {
        "load_balancers": {each.arn: each for each in balancers},
        "target_groups": {each.arn: each for each in groups},
        "subnets": SUBNETS,
        "security_groups": {"main.group": "main", "other.group": "other"},
        "policy": policies.get,
    }
    return Existing(**fields | more)


@pytest.mark.parametrize("case", [*LOAD_BALANCERS, *TARGET_GROUPS, *LISTENERS], ids=lambda case: case.id)
def test_call(case: CallCase) -> None:
    found = refusals.refusal(case.operation, filled(case.arguments, IDS), existing())
    if case.code:
        assert found == refusals.Refusal(case.code, filled(case.message, IDS), case.status)
    else:
        assert found is None


def test_what_does_not_exist_is_not_ours_to_refuse() -> None:
    """moto does: with its own words, where the id is asked for."""
    nothing = Existing()
    calls: dict[str, dict[str, Any]] = {
        "SetSubnets": {"LoadBalancerArn": "none", "Subnets": ["none"]},
        "SetSecurityGroups": {"LoadBalancerArn": "none", "SecurityGroups": ["none"]},
        "DeleteLoadBalancer": {"LoadBalancerArn": "none"},
        "DeleteTargetGroup": {"TargetGroupArn": "none"},
        "RegisterTargets": {"TargetGroupArn": "none", "Targets": [{"Id": "none"}]},
        "CreateListener": {"LoadBalancerArn": "none", "Port": 80, "Protocol": "HTTP"},
        "ModifyListener": {"ListenerArn": "none", "Port": 80},
        "CreateRule": {"ListenerArn": "none", "Actions": forward("none")},
        "ModifyRule": {"RuleArn": "none", "Actions": forward("none")},
        "CreateLoadBalancer": {"Name": "new", "Subnets": ["none"]},
        "CreateTargetGroup": {"Name": "new"},
    }
    assert set(calls) == set(refusals.REFUSALS)
    assert not [each for each in calls if refusals.refusal(each, calls[each], nothing) is not None]


def test_a_rule_keeps_its_own_group() -> None:
    """The load balancer of a rule is that of its listener, by its ARN."""
    call = {"RuleArn": IDS["busy.rule"], "Actions": forward(IDS["used"])}
    assert refusals.refusal("ModifyRule", call, existing()) is None
    call = {"RuleArn": IDS["busy.rule"].replace("busy/1", "idle/2"), "Actions": forward(IDS["used"])}
    found = refusals.refusal("ModifyRule", call, existing())
    assert found is not None
    assert found.code == "TargetGroupAssociationLimit"


def test_a_network_load_balancer_may_be_in_one_zone() -> None:
    """ELBv2 API, CreateLoadBalancer: two zones are for Application Load Balancers."""
    call = {"Name": "new", "Type": "network", "Subnets": ["main.a"]}
    assert refusals.refusal("CreateLoadBalancer", call, existing()) is None


def test_an_https_listener_keeps_its_certificate() -> None:
    secure = Listener("secure", 443, "HTTPS", certificate="certificate")
    balancer = load_balancer("busy", listeners=(secure,))
    call = {"ListenerArn": "secure", "Protocol": "HTTPS", "Port": 8443}
    assert refusals.refusal("ModifyListener", call, existing(load_balancers={balancer.arn: balancer})) is None
