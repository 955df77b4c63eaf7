"""Reads the topology of a region through boto3, as any AWS client would: nothing here knows of moto.

`read` and the private functions it calls ask the API; the public ones turn its answers into values.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from localalb.balancer.topology import (
    Action,
    Condition,
    FixedResponse,
    Forward,
    HealthCheck,
    Listener,
    LoadBalancer,
    Redirect,
    Rule,
    Target,
    TargetGroup,
    Topology,
    Unsupported,
)
from localalb.control_plane import permission
from localalb.runtime.function import Function, Invocable, routed

logger = logging.getLogger("localalb.discovery")

Api = Mapping[str, Any]
Read = TypeVar("Read")


def read(elbv2: Any, lambda_: Any) -> Topology:
    """The application load balancers of one region, through two boto3 clients of that region.

    One that cannot be read is left out and told of: a defect of one would end every change of the others.
    """
    groups = (
        _readable(group["TargetGroupArn"], partial(_target_group, elbv2, lambda_, group))
        for group in _pages(elbv2, "describe_target_groups", "TargetGroups")
        if group["TargetType"] == "lambda"
    )
    balancers = (
        _readable(balancer["LoadBalancerArn"], partial(_load_balancer, elbv2, balancer))
        for balancer in _pages(elbv2, "describe_load_balancers", "LoadBalancers")
        if balancer["Type"] == "application"
    )
    return Topology(tuple(filter(None, balancers)), {group.arn: group for group in groups if group})


def _readable(arn: str, read: Callable[[], Read]) -> Read | None:
    """What `read` makes of the API's answers; None where they cannot be what the API says they are.

    Raises `ClientError` where something was deleted meanwhile: then all is read again.
    """
    try:
        return read()
    except ClientError as error:
        if "NotFound" in error.response["Error"]["Code"]:
            raise
        reason: Exception = error
    except (LookupError, TypeError, ValueError) as error:
        reason = error
    logger.error("%s is not served, because it cannot be read: %r", arn, reason)
    return None


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> list[Api]:
    pages = client.get_paginator(operation).paginate(**arguments)
    return [item for page in pages for item in page[key]]


def _load_balancer(elbv2: Any, api: Api) -> LoadBalancer:
    arn = api["LoadBalancerArn"]
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return LoadBalancer(
        arn=arn,
        name=api["LoadBalancerName"],
        dns_name=api["DNSName"],
        listeners=tuple(
            _listener(elbv2, listener)
            for listener in _pages(elbv2, "describe_listeners", "Listeners", LoadBalancerArn=arn)
        ),
        attributes={pair["Key"]: pair["Value"] for pair in attributes},
    )


def _listener(elbv2: Any, api: Api) -> Listener:
    arn = api["ListenerArn"]
    rules = _pages(elbv2, "describe_rules", "Rules", ListenerArn=arn)
    attributes = elbv2.describe_listener_attributes(ListenerArn=arn)["Attributes"]
    return Listener(
        arn=arn,
        port=api["Port"],
        protocol=api["Protocol"],
        rules=in_order(refused(rule(each), api) for each in rules),
        certificates=_certificates(elbv2, api),
        attributes={pair["Key"]: pair["Value"] for pair in attributes},
    )


def refused(rule: Rule, listener: Api) -> Rule:
    """The rule; without its action where the listener verifies client certificates.

    A load balancer ends the handshake of a client without one. localalb asks for none, so it lets nobody in.
    """
    if (listener.get("MutualAuthentication") or {}).get("Mode") != "verify":
        return rule
    return replace(
        rule, action=Unsupported("mutual TLS, so it answers nobody behind a listener that verifies")
    )


def _certificates(elbv2: Any, api: Api) -> tuple[str, ...]:
    """The ARNs of a listener's certificates, its default first."""
    if api["Protocol"] != "HTTPS":
        return ()
    found = elbv2.describe_listener_certificates(ListenerArn=api["ListenerArn"])["Certificates"]
    arns = [each["CertificateArn"] for each in (*api.get("Certificates", ()), *found)]
    return tuple(dict.fromkeys(arns))


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Ascending priority, the default rule last (user guide, "Listener rules")."""
    return tuple(sorted(rules, key=lambda rule: (rule.priority is None, rule.priority or 0)))


def rule(api: Api) -> Rule:
    """A rule of DescribeRules."""
    priority = str(api["Priority"])
    return Rule(
        arn=api["RuleArn"],
        priority=None if priority == "default" else int(priority),
        conditions=tuple(condition(each) for each in api.get("Conditions", ())),
        action=action(api["Actions"], api.get("Transforms", ())),
    )


def condition(api: Api) -> Condition:
    """A condition of DescribeRules; the old form (`Values`) and the new (`HostHeaderConfig`, ...)."""
    name = api["Field"]
    key = "".join(part.capitalize() for part in name.split("-")) + "Config"
    config: Api = api.get(key) or {}
    if config.get("RegexValues") or api.get("RegexValues"):
        return Condition(name, unsupported="regular expressions in a condition")
    if name == "query-string":
        pairs = tuple((each.get("Key"), each["Value"]) for each in config.get("Values", ()))
        return Condition(name, pairs=pairs)
    values = tuple(config.get("Values") or api.get("Values") or ())
    return Condition(name, values=values, header=config.get("HttpHeaderName", ""))


def action(actions: Iterable[Api], transforms: Iterable[Api] = ()) -> Action:
    """The action of a rule: the last in order is the routing action, those before authenticate."""
    ordered = sorted(actions, key=lambda each: each.get("Order") or 0)
    for each in ordered:
        if each["Type"] not in ("forward", "redirect", "fixed-response"):
            return Unsupported(f"the action {each['Type']}")
    if any(True for _ in transforms):
        return Unsupported("a rule's transforms")
    last = ordered[-1]
    match last["Type"]:
        case "redirect":
            return _redirect(last["RedirectConfig"])
        case "fixed-response":
            config = last["FixedResponseConfig"]
            return FixedResponse(
                int(config["StatusCode"]), config.get("ContentType"), config.get("MessageBody") or ""
            )
        case _:
            return _forward(last)


def _forward(api: Api) -> Forward:
    config: Api = api.get("ForwardConfig") or {}
    groups = tuple(
        (each["TargetGroupArn"], int(each.get("Weight", 1))) for each in config.get("TargetGroups", ())
    )
    stickiness: Api = config.get("TargetGroupStickinessConfig") or {}
    seconds = int(stickiness.get("DurationSeconds") or 0) if stickiness.get("Enabled") else None
    return Forward(groups or ((api["TargetGroupArn"], 1),), seconds)


def _redirect(api: Api) -> Redirect:
    names = ("protocol", "host", "port", "path", "query")
    parts = {name: api[name.capitalize()] for name in names if api.get(name.capitalize()) is not None}
    return Redirect(int(api["StatusCode"].removeprefix("HTTP_")), **parts)


def _target_group(elbv2: Any, lambda_: Any, api: Api) -> TargetGroup:
    arn = api["TargetGroupArn"]
    attributes = {
        pair["Key"]: pair["Value"]
        for pair in elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    }
    health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return TargetGroup(
        arn=arn,
        name=api["TargetGroupName"],
        multi_value_headers=attributes.get("lambda.multi_value_headers.enabled") == "true",
        targets=tuple(_target(lambda_, each["Target"]["Id"], arn) for each in health),
        health_check=health_check(api),
    )


def health_check(api: Api) -> HealthCheck:
    """The health check of DescribeTargetGroups."""
    return HealthCheck(
        enabled=bool(api.get("HealthCheckEnabled")),
        path=api.get("HealthCheckPath") or "/",
        interval=api.get("HealthCheckIntervalSeconds") or 35,
        timeout=api.get("HealthCheckTimeoutSeconds") or 30,
        healthy=api.get("HealthyThresholdCount") or 5,
        unhealthy=api.get("UnhealthyThresholdCount") or 2,
        matcher=api.get("Matcher", {}).get("HttpCode") or "200",
    )


def _target(lambda_: Any, arn: str, group_arn: str) -> Target:
    try:
        config = lambda_.get_function_configuration(FunctionName=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return Target(arn, None, permitted=False)
    return Target(arn, _invocable(lambda_, arn, config), _permitted(lambda_, arn, group_arn))


def _invocable(lambda_: Any, arn: str, config: Api) -> Invocable:
    name = config["FunctionName"]
    concurrency = lambda_.get_function_concurrency(FunctionName=name)
    reserved = concurrency.get("ReservedConcurrentExecutions")
    others = []
    if alias := alias_of(arn):
        found = lambda_.get_alias(FunctionName=name, Name=alias)
        for version, weight in weights(found).items():
            config_of = lambda_.get_function_configuration(FunctionName=name, Qualifier=version)
            others.append((function(arn, config_of, reserved), weight))
    return routed(function(arn, config, reserved), tuple(others))


def alias_of(arn: str) -> str:
    """The alias in a function's ARN, empty where it has none or a version; an alias is no number
    (CreateAlias, `Name`)."""
    qualifier = ":".join(arn.split(":")[7:])
    return "" if qualifier.isdecimal() or qualifier == "$LATEST" else qualifier


def weights(api: Api) -> Mapping[str, float]:
    """The additional versions of GetAlias, with their shares."""
    config: Api = api.get("RoutingConfig") or {}
    return config.get("AdditionalVersionWeights") or {}


def function(arn: str, api: Api, reserved: int | None = None) -> Function:
    """A function of GetFunctionConfiguration, named by the ARN that asked for it; `reserved` is its reserved
    concurrency, None for none."""
    name = api["FunctionName"]
    return Function(
        arn=arn,
        name=name,
        version=api["Version"],
        handler=api.get("Handler") or "",
        runtime=api.get("Runtime") or "",  # an image has none
        timeout=api["Timeout"],
        memory_size=api["MemorySize"],
        code_sha256=api["CodeSha256"],
        log_group=api.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}",
        environment=api.get("Environment", {}).get("Variables", {}),
        reserved_concurrency=reserved,
        layers=tuple(layer["Arn"] for layer in api.get("Layers") or ()),
    )


def _permitted(lambda_: Any, arn: str, group_arn: str) -> bool:
    try:
        policy = lambda_.get_policy(FunctionName=arn)["Policy"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return permission.allows(policy, function_arn=arn, target_group_arn=group_arn)
