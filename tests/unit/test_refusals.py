"""What the API refuses: each row of tests/cases/calls, asked of the pure functions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localalb.control_plane import refusals
from localalb.control_plane.existing import (
    Bucket,
    Existing,
    Function,
    Listener,
    LoadBalancer,
    Rule,
    Subnet,
    TargetGroup,
)
from localalb.control_plane.refusals import quotas
from localalb.control_plane.refusals.target_groups import LAMBDA_HEALTH_CHECK
from tests.cases.calls import FIXED, PATH, SECTIONS, CallCase, filled, forward

ELB = "arn:aws:elasticloadbalancing:eu-west-2:123456789012"
LAMBDA = "arn:aws:lambda:eu-west-2:123456789012:function"
VPCS = {"main": "a b c aa", "other": "a b"}
IDS = {
    **{name: name for name in VPCS},
    **{f"{vpc}.{zone}": f"subnet-{vpc}{zone}" for vpc, zones in VPCS.items() for zone in zones.split()},
    **{f"{vpc}.group": f"sg-{vpc}" for vpc in VPCS},
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
    **{name: f"{LAMBDA}:{name}" for name in ("mute", "heard", "kept", "full")},
    "statement": "taken",
    **{f"layer.{number}": f"{LAMBDA[:-9]}:layer:layer:{number}" for number in (1, 2)},
    **{name: f"arn:aws:sqs:eu-west-2:123456789012:{name}" for name in ("queue", "fast")},
    **{name: f"{name}.example" for name in ("open", "closed", "far")},
}
WRITING = {
    "Effect": "Allow",
    "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::open.example/logs/AWSLogs/123456789012/*",
}
SUBNETS = {
    IDS[f"{vpc}.{zone}"]: Subnet(vpc, zone[0]) for vpc, zones in VPCS.items() for zone in zones.split()
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
    subnets = frozenset({IDS["main.a"], IDS["main.b"]})
    return LoadBalancer(IDS[name], name, "main", subnets, frozenset({IDS["main.group"]}), **more)


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
        "mute": Function(IDS["mute"], "digest", timeout=10),
        "heard": Function(IDS["heard"], "digest", versions=frozenset({"1", "2"}), aliases={"live": ("1",)}),
        "kept": Function(
            IDS["kept"], versions=frozenset({"1"}), reserved=2, provisioned={"1": 1}, has_url=True
        ),
        "full": Function(IDS["full"]),
    }
    buckets = {
        "open.example": Bucket("eu-west-2", json.dumps({"Statement": [WRITING]})),
        "closed.example": Bucket("eu-west-2"),
        "far.example": Bucket("us-east-1"),
    }
    policies = {IDS["mute"]: '{"Statement": []}', IDS["heard"]: json.dumps({"Statement": [HEARD]})}
    fields: dict[str, Any] = {
        "load_balancers": {each.arn: each for each in balancers},
        "target_groups": {each.arn: each for each in groups},
        "subnets": SUBNETS,
        "security_groups": {IDS[f"{vpc}.group"]: vpc for vpc in VPCS},
        "policy": policies.get,
        "certificate": {IDS["mine"]}.__contains__,
        "functions": functions,
        "region": "eu-west-2",
        "bucket": buckets.get,
        "stored": lambda bucket, key: False,
        "visibility_timeout": {IDS["queue"]: 30, IDS["fast"]: 1}.get,
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
    call = {"Name": "new", "Type": "network", "Subnets": [IDS["main.a"]]}
    assert refusals.refusal("CreateLoadBalancer", call, existing()) is None


def test_an_https_listener_keeps_its_certificate() -> None:
    secure = Listener(IDS["busy.443"], 443, "HTTPS", certificate="certificate")
    balancer = load_balancer("busy", listeners=(secure,))
    call = {"ListenerArn": secure.arn, "Protocol": "HTTPS", "Port": 8443}
    assert refusals.refusal("ModifyListener", call, existing(load_balancers={balancer.arn: balancer})) is None


def many(groups: int, rules: int) -> Existing:
    """A load balancer whose listener has so many target groups and rules, a default one besides."""
    listener = Listener(
        IDS["busy.80"],
        80,
        "HTTP",
        groups=frozenset(f"group{number}" for number in range(groups)),
        rules=tuple(Rule(f"rule{number}", number or None) for number in range(rules + 1)),
    )
    balancer = load_balancer("busy", listeners=(listener,))
    return existing(load_balancers={balancer.arn: balancer})


RULE = {"ListenerArn": IDS["busy.80"], "Priority": 900, "Conditions": PATH}


def test_the_logs_of_a_network_load_balancer_are_another_services() -> None:
    """Network guide, "Access logs": delivery.logs.amazonaws.com, which is not judged here."""
    network = load_balancer("idle", type="network")
    pairs = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "closed.example"}
    attributes = [{"Key": key, "Value": value} for key, value in pairs.items()]
    call = {"LoadBalancerArn": network.arn, "Attributes": attributes}
    assert refusals.refusal("ModifyLoadBalancerAttributes", call, existing()) is not None
    world = existing(load_balancers={network.arn: network})
    assert refusals.refusal("ModifyLoadBalancerAttributes", call, world) is None


def test_a_load_balancer_has_a_hundred_target_groups() -> None:
    """User guide, "Quotas": not adjustable; a group that it has already is no other one."""
    new, old = RULE | {"Actions": forward("new")}, RULE | {"Actions": forward("group1")}
    assert refusals.refusal("CreateRule", new, many(groups=99, rules=1)) is None
    assert refusals.refusal("CreateRule", old, many(groups=100, rules=1)) is None
    found = refusals.refusal("CreateRule", new, many(groups=100, rules=1))
    assert found is not None
    assert found.code == "TooManyUniqueTargetGroupsPerLoadBalancer"


@pytest.mark.parametrize(("rules", "told"), [(99, False), (100, True), (101, False)])
def test_a_quota_that_can_be_raised_is_told_of_once(rules: int, told: bool) -> None:
    """User guide, "Quotas": rules without the default ones. A stack of 200 is one that AWS may take."""
    world = many(groups=1, rules=rules)
    call = RULE | {"Actions": forward("group0")}
    assert refusals.refusal("CreateRule", call, world) is None
    words = quotas.passed("CreateRule", call, world)
    assert (words is not None) == told
    if words:
        assert "quota of 100 rules of the load balancer busy" in words


@pytest.mark.parametrize(
    ("operation", "call", "has"),
    [
        ("CreateListener", {"LoadBalancerArn": IDS["busy"]}, {"listeners": 50}),
        ("CreateLoadBalancer", {"Name": "new"}, {"balancers": 50}),
    ],
)
def test_so_are_those_of_listeners_and_load_balancers(
    operation: str, call: dict[str, Any], has: dict[str, int]
) -> None:
    listeners = tuple(Listener(str(port), port, "HTTP") for port in range(has.get("listeners", 0)))
    busy = load_balancer("busy", listeners=listeners)
    others = {str(number): load_balancer("idle") for number in range(has.get("balancers", 1) - 1)}
    world = existing(load_balancers={busy.arn: busy, **others})
    assert "quota of 50" in (quotas.passed(operation, call, world) or "")
    fewer = existing(load_balancers={busy.arn: load_balancer("busy")})
    assert quotas.passed(operation, call, fewer) is None
