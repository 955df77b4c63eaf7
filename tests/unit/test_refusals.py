"""What the API refuses: each row of tests/cases/calls, asked of the pure functions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localalb.control_plane import refusals
from localalb.control_plane.existing import (
    Existing,
    Function,
    Listener,
    LoadBalancer,
    Rule,
    Subnet,
    TargetGroup,
)
from localalb.control_plane.refusals.target_groups import LAMBDA_HEALTH_CHECK
from tests.cases.calls import FIXED, PATH, SECTIONS, CallCase, filled, forward

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
    "busy.443": f"{ELB}:listener/app/busy/1/443",
    "busy.default": f"{ELB}:listener-rule/app/busy/1/80/0",
    "busy.rule": f"{ELB}:listener-rule/app/busy/1/80/5",
    "busy.second": f"{ELB}:listener-rule/app/busy/1/80/6",
    "mine": "arn:aws:acm:eu-west-2:123456789012:certificate/7",
    "used": f"{ELB}:targetgroup/used/3",
    "free": f"{ELB}:targetgroup/free/4",
    "taken": f"{ELB}:targetgroup/taken/5",
    "plain": f"{ELB}:targetgroup/plain/6",
    "mute": f"{LAMBDA}:mute",
    "heard": f"{LAMBDA}:heard",
    "statement": "taken",
}
HEARD = {
    "Effect": "Allow",
    "Principal": {"Service": "elasticloadbalancing.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": IDS["heard"],
    "Condition": {"ArnLike": {"AWS:SourceArn": [IDS["free"], IDS["taken"]]}},
}
SETTINGS = {"TargetType": "lambda", "Protocol": None, "Port": None, "VpcId": None} | dict(LAMBDA_HEALTH_CHECK)


def load_balancer(name: str, **more: Any) -> LoadBalancer:
    subnets = frozenset({"main.a", "main.b"})
    return LoadBalancer(IDS[name], name, "main", subnets, frozenset({"main.group"}), **more)


def existing(**more: Any) -> Existing:
    """The world that tests/cases/calls describes."""
    rules = (
        Rule(IDS["busy.default"], None),
        Rule(IDS["busy.rule"], 1),
        Rule(IDS["busy.second"], 2),
    )
    used = frozenset({IDS["used"]})
    listeners = (
        Listener(IDS["busy.80"], 80, "HTTP", None, tuple(forward(IDS["used"])), used, rules),
        Listener(IDS["busy.81"], 81, "HTTP", None, tuple(FIXED)),
        Listener(IDS["busy.443"], 443, "HTTPS", IDS["mine"], tuple(FIXED)),
    )
    protected = {"deletion_protection.enabled": "true"}
    balancers = load_balancer("busy", attributes=protected, listeners=listeners), load_balancer("idle")
    groups = (
        TargetGroup(IDS["used"], "used", SETTINGS),
        TargetGroup(IDS["free"], "free", SETTINGS),
        TargetGroup(IDS["taken"], "taken", SETTINGS, frozenset({IDS["heard"]})),
        TargetGroup(
            IDS["plain"], "plain", {"TargetType": "ip", "Protocol": "HTTP", "Port": 80, "VpcId": "main"}
        ),
    )
    functions = {
        "mute": Function(IDS["mute"], "digest"),
        "heard": Function(IDS["heard"], "digest", frozenset({"1", "2"}), {"live": ("1",)}),
    }
    policies = {IDS["mute"]: '{"Statement": []}', IDS["heard"]: json.dumps({"Statement": [HEARD]})}
    fields: dict[str, Any] = {
        "load_balancers": {each.arn: each for each in balancers},
        "target_groups": {each.arn: each for each in groups},
        "subnets": SUBNETS,
        "security_groups": {"main.group": "main", "other.group": "other"},
        "policy": policies.get,
        "certificate": {IDS["mine"]}.__contains__,
        "functions": functions,
    }
    return Existing(**fields | more)


ROWS = [row for rows in SECTIONS.values() for row in rows if not row.by_moto]


@pytest.mark.parametrize("case", ROWS, ids=lambda case: case.id)
def test_call(case: CallCase) -> None:
    found = refusals.refusal(case.operation, filled(case.arguments, IDS), existing())
    if case.code:
        assert found is not None
        assert (found.code, found.status) == (case.code, case.status)
        assert filled(case.message, IDS) in found.message
    else:
        assert found is None


def test_what_does_not_exist_is_not_ours_to_refuse() -> None:
    """moto does: with its own words, where the id is asked for."""
    nothing = Existing()
    rule = {"Conditions": PATH, "Actions": forward("none")}
    listener = {"Port": 80, "DefaultActions": forward("none")}
    calls: dict[str, dict[str, Any]] = {
        "ModifyLoadBalancerAttributes": {"LoadBalancerArn": "none", "Attributes": []},
        "DeleteLoadBalancer": {"LoadBalancerArn": "none"},
        "ModifyTargetGroup": {"TargetGroupArn": "none"},
        "ModifyTargetGroupAttributes": {"TargetGroupArn": "none", "Attributes": []},
        "DeleteTargetGroup": {"TargetGroupArn": "none"},
        "RegisterTargets": {"TargetGroupArn": "none", "Targets": [{"Id": "none"}]},
        "CreateListener": {"LoadBalancerArn": "none", "Protocol": "HTTP", **listener},
        "ModifyListener": {"ListenerArn": "none", "Port": 80},
        "ModifyListenerAttributes": {"ListenerArn": "none", "Attributes": []},
        "AddListenerCertificates": {"ListenerArn": "none", "Certificates": []},
        "RemoveListenerCertificates": {"ListenerArn": "none", "Certificates": []},
        "CreateRule": {"ListenerArn": "none", "Priority": 1, **rule},
        "ModifyRule": {"RuleArn": "none", **rule},
        "DeleteRule": {"RuleArn": "none"},
        "SetRulePriorities": {"RulePriorities": [{"RuleArn": "none", "Priority": 1}]},
        "CreateTargetGroup": {"Name": "new"},
        "UpdateFunctionConfiguration": {"FunctionName": "none"},
        "DeleteFunction": {"FunctionName": "none", "Qualifier": "1"},
        "PutFunctionConcurrency": {"FunctionName": "none", "ReservedConcurrentExecutions": 1},
        "PublishVersion": {"FunctionName": "none", "CodeSha256": "none"},
        "CreateAlias": {"FunctionName": "none", "Name": "none", "FunctionVersion": "1"},
        "UpdateAlias": {"FunctionName": "none", "Name": "none", "FunctionVersion": "1"},
    }
    found = {each: refusals.refusal(each, calls[each], nothing) for each in calls}
    assert found == dict.fromkeys(calls)


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
    secure = Listener(IDS["busy.443"], 443, "HTTPS", certificate="certificate")
    balancer = load_balancer("busy", listeners=(secure,))
    call = {"ListenerArn": secure.arn, "Protocol": "HTTPS", "Port": 8443}
    assert refusals.refusal("ModifyListener", call, existing(load_balancers={balancer.arn: balancer})) is None
