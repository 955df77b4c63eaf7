"""Target groups, their health checks and their targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import replace
from typing import Any

from localalb.balancer.topology import Address, HealthCheck, Target, TargetGroup
from localalb.control_plane import permission
from localalb.control_plane.discovery.api import Api, existing
from localalb.control_plane.discovery.functions import Registered

Functions = Callable[[str], Registered | None]
"""What there is by the ARN of a target: `functions.registered`."""


def target_group(elbv2: Any, functions: Functions, arn: str) -> TargetGroup | None:
    """A target group with its targets; None where there is none that load balancers of HTTP forward to."""
    answer = existing(elbv2.describe_target_groups, TargetGroupArns=[arn])
    api: Api | None = answer and answer["TargetGroups"][0]
    if api is None or not (api["TargetType"] == "lambda" or api.get("Protocol") in ("HTTP", "HTTPS")):
        return None
    attributes = {
        pair["Key"]: pair["Value"]
        for pair in elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    }
    health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    if api["TargetType"] != "lambda":
        return _of_addresses(api, attributes, health)
    return TargetGroup(
        arn=arn,
        name=api["TargetGroupName"],
        multi_value_headers=attributes.get("lambda.multi_value_headers.enabled") == "true",
        targets=tuple(_target(functions, each["Target"]["Id"], arn) for each in health),
        health_check=health_check(api),
    )


def _of_addresses(api: Api, attributes: Mapping[str, str], health: Iterable[Api]) -> TargetGroup:
    return TargetGroup(
        arn=api["TargetGroupArn"],
        name=api["TargetGroupName"],
        health_check=health_check(api),
        type=api["TargetType"],
        protocol=api["Protocol"],
        version=api.get("ProtocolVersion") or "HTTP1",
        addresses=tuple(
            Address(each["Target"]["Id"], each["Target"]["Port"])
            for each in health
            if each["TargetHealth"]["State"] != "draining"
        ),
        attributes=attributes,
    )


def has(group: TargetGroup, names: Set[str]) -> bool:
    """Whether one of these functions, by name, is a target of a group."""
    return any(_name(target) in names for target in group.targets)


def again(functions: Functions, group: TargetGroup, names: Set[str]) -> TargetGroup:
    """A target group that is known, of whose targets these functions are read again."""
    targets = (
        _target(functions, each.arn, group.arn) if _name(each) in names else each for each in group.targets
    )
    return replace(group, targets=tuple(targets))


def health_check(api: Api) -> HealthCheck:
    """The health check of DescribeTargetGroups."""
    port = api.get("HealthCheckPort") or "traffic-port"
    return HealthCheck(
        enabled=bool(api.get("HealthCheckEnabled")),
        path=api.get("HealthCheckPath") or "/",
        interval=api.get("HealthCheckIntervalSeconds") or 35,
        timeout=api.get("HealthCheckTimeoutSeconds") or 30,
        healthy=api.get("HealthyThresholdCount") or 5,
        unhealthy=api.get("UnhealthyThresholdCount") or 2,
        matcher=api.get("Matcher", {}).get("HttpCode") or "200",
        protocol=api.get("HealthCheckProtocol") or "HTTP",
        port=None if port == "traffic-port" else int(port),
    )


def _name(target: Target) -> str:
    return ":".join(target.arn.split(":")[6:7])


def _target(functions: Functions, arn: str, group_arn: str) -> Target:
    found = functions(arn)
    if found is None:
        return Target(arn, None, permitted=False)
    permitted = found.policy is not None and permission.allows(
        found.policy, function_arn=arn, target_group_arn=group_arn
    )
    return Target(arn, found.function, permitted)
