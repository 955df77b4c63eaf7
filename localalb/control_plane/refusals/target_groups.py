"""What Elastic Load Balancing refuses of target groups and of their targets."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any

from localalb.control_plane import permission
from localalb.control_plane.existing import Existing, TargetGroup
from localalb.control_plane.refusals.reason import Api, Refusal, invalid

# User guide, "Lambda functions as targets": health checks are off by default; every 35 s, within 30 s, the
# path /.
LAMBDA_HEALTH_CHECK: Api = {
    "HealthCheckEnabled": "false",
    "HealthCheckPath": "/",
    "HealthCheckIntervalSeconds": 35,
    "HealthCheckTimeoutSeconds": 30,
}
_HTTP_HEALTH_CHECK: Api = {
    "HealthCheckPath": "/",
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckTimeoutSeconds": 5,
}


def name_of_another_target_group(call: Api, existing: Existing) -> Refusal | None:
    for group in existing.target_groups.values():
        if group.name == call["Name"] and not _same_target_group(call, group):
            words = f"A target group with the same name '{group.name}' exists, but with different settings"
            return Refusal("DuplicateTargetGroupName", words)
    return None


def _same_target_group(call: Api, group: TargetGroup) -> bool:
    wanted = {"TargetType": "instance"} | dict(call)
    if wanted["TargetType"] == "lambda":
        wanted = {**LAMBDA_HEALTH_CHECK, **wanted}
    return all(
        str(wanted[name]).lower() == str(value).lower()
        for name, value in group.settings.items()
        if wanted.get(name) is not None
    )


def target_group_in_use(call: Api, existing: Existing) -> Refusal | None:
    arn = call["TargetGroupArn"]
    if not existing.users(arn):
        return None
    words = f"Target group '{arn}' is currently in use by a listener or a rule"
    return Refusal("ResourceInUse", words)


def health_check(call: Api, existing: Existing) -> Refusal | None:
    """CreateTargetGroup and ModifyTargetGroup. Words: provider #48071; of codes (user guide, "Health checks":
    200-499) and of a path they are a guess."""
    group = existing.target_groups.get(call.get("TargetGroupArn", ""))
    kind = group.settings.get("TargetType") if group else call.get("TargetType") or "instance"
    if kind != "lambda" and call.get("HealthCheckEnabled") in (False, "false"):  # a guess of words
        return invalid(f"Health check enabled must be true for target groups with target type '{kind}'")
    defaults = LAMBDA_HEALTH_CHECK if kind == "lambda" else _HTTP_HEALTH_CHECK
    has = {**defaults, **_given(group.settings if group else {}), **_given(call)}
    if int(has["HealthCheckIntervalSeconds"]) <= int(has["HealthCheckTimeoutSeconds"]):
        return invalid("Health check interval must be greater than the timeout.")
    if not str(has["HealthCheckPath"]).startswith("/"):
        return invalid(f"Health check path '{has['HealthCheckPath']}' must begin with '/'")
    codes = (call.get("Matcher") or {}).get("HttpCode")
    return None if codes is None else _codes(codes)


def _codes(codes: str) -> Refusal | None:
    if not codes:  # terraform-aws-ecs-web-service #9
        return invalid("Health check matcher HTTP code cannot be empty")
    parts = [part.split("-") for part in codes.split(",")]
    if all(re.fullmatch("[2-4][0-9][0-9]", each) for part in parts for each in part[:2]) and all(
        len(part) <= 2 and part[0] <= part[-1] for part in parts
    ):
        return None
    return invalid(f"Health check matcher HTTP code '{codes}' must be within '200-499' inclusive")


def _given(call: Api) -> dict[str, Any]:
    return {name: call[name] for name in _HTTP_HEALTH_CHECK if call.get(name) is not None}


def multi_value_of_a_function(call: Api, existing: Existing) -> Refusal | None:
    """TargetGroupAttribute: `lambda.multi_value_headers.enabled` is of target type lambda. Guessed words."""
    group = existing.target_groups.get(call["TargetGroupArn"])
    keys = [each.get("Key") for each in call.get("Attributes") or ()]
    if (
        group
        and group.settings.get("TargetType") != "lambda"
        and "lambda.multi_value_headers.enabled" in keys
    ):
        start = f"A target group with target type '{group.settings.get('TargetType')}' does not support "
        words = start + "the attribute lambda.multi_value_headers.enabled"
        return Refusal("InvalidConfigurationRequest", words)
    return None


def slow_start_of_a_function(call: Api, existing: Existing) -> Refusal | None:
    """TargetGroupAttribute: `slow_start.duration_seconds` is of instances and addresses. Guessed words."""
    group = existing.target_groups.get(call["TargetGroupArn"])
    keys = [each.get("Key") for each in call.get("Attributes") or ()]
    if group and group.settings.get("TargetType") == "lambda" and "slow_start.duration_seconds" in keys:
        words = "A target group with target type 'lambda' does not support slow start"
        return Refusal("InvalidConfigurationRequest", words)
    return None


def a_target(call: Api, existing: Existing) -> Refusal | None:
    """RegisterTargets, `Targets`: one at least. A guess of words."""
    return None if call.get("Targets") else invalid("At least one target must be specified")


def one_function(call: Api, existing: Existing) -> Refusal | None:
    """User guide, "Lambda functions as targets": one function a target group. The code is RegisterTargets's;
    its words are a guess."""
    group = existing.target_groups.get(call["TargetGroupArn"])
    if group is None or group.settings.get("TargetType") != "lambda":
        return None
    wanted = {target.get("Id") for target in call.get("Targets") or ()}
    if len(wanted | group.targets) <= 1:
        return None
    return Refusal("TooManyTargets", f"Target group '{group.arn}' cannot have more than '1' target")


def zone_of_a_function(call: Api, existing: Existing) -> Refusal | None:
    """TargetDescription, `AvailabilityZone`: for a function, `all` or nothing. A guess of words."""
    group = existing.target_groups.get(call["TargetGroupArn"])
    if group is None or group.settings.get("TargetType") != "lambda":
        return None
    for target in call.get("Targets") or ():
        if target.get("AvailabilityZone") not in (None, "all"):
            return invalid(f"Availability zone '{target['AvailabilityZone']}' must be 'all'")
    return None


def addresses(call: Api, existing: Existing) -> Refusal | None:
    """TargetDescription, `Id`: of target type ip, an IP address. Guessed words. On AWS it is one of the VPC
    or a private one; here those of this machine are what is wanted."""
    group = existing.target_groups.get(call["TargetGroupArn"])
    if group is None or group.settings.get("TargetType") != "ip":
        return None
    for target in call["Targets"]:
        try:
            ip_address(target["Id"])
        except ValueError:
            return invalid(f"The IP address '{target['Id']}' is not a valid IP address")
    return None


def may_be_invoked(call: Api, existing: Existing) -> Refusal | None:
    group = existing.target_groups.get(call["TargetGroupArn"])
    if group is None or group.settings.get("TargetType") != "lambda":
        return None
    for target in call["Targets"]:
        arn = target["Id"]
        policy = existing.policy(arn)
        if policy is None:
            return Refusal("InvalidTarget", "The specified target does not exist")
        if not permission.allows(policy, function_arn=arn, target_group_arn=group.arn):
            words = "elasticloadbalancing principal does not have permission to invoke"
            return Refusal("AccessDenied", f"{words} {arn} from target group {group.arn}", 403)
    return None
