"""Target groups, their health checks and their targets."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from localalb.balancer.topology import Address, HealthCheck, Target, TargetGroup
from localalb.control_plane import permission
from localalb.control_plane.discovery.api import Api
from localalb.control_plane.discovery.functions import invocable


def target_group(elbv2: Any, lambda_: Any, api: Api) -> TargetGroup:
    arn = api["TargetGroupArn"]
    attributes = {
        pair["Key"]: pair["Value"]
        for pair in elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    }
    health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    kind = api["TargetType"]
    if kind != "lambda":
        return TargetGroup(
            arn=arn,
            name=api["TargetGroupName"],
            health_check=health_check(api),
            type=kind,
            protocol=api["Protocol"],
            version=api.get("ProtocolVersion") or "HTTP1",
            addresses=tuple(
                Address(each["Target"]["Id"], each["Target"]["Port"])
                for each in health
                if each["TargetHealth"]["State"] != "draining"
            ),
            attributes=attributes,
        )
    return TargetGroup(
        arn=arn,
        name=api["TargetGroupName"],
        multi_value_headers=attributes.get("lambda.multi_value_headers.enabled") == "true",
        targets=tuple(_target(lambda_, each["Target"]["Id"], arn) for each in health),
        health_check=health_check(api),
    )


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


def _target(lambda_: Any, arn: str, group_arn: str) -> Target:
    try:
        config = lambda_.get_function_configuration(FunctionName=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return Target(arn, None, permitted=False)
    return Target(arn, invocable(lambda_, arn, config), _permitted(lambda_, arn, group_arn))


def _permitted(lambda_: Any, arn: str, group_arn: str) -> bool:
    try:
        policy = lambda_.get_policy(FunctionName=arn)["Policy"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return permission.allows(policy, function_arn=arn, target_group_arn=group_arn)
