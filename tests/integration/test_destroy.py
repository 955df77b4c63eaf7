"""Destroy leaves nothing behind: whatever the outputs name is there before, and gone after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localalb.stacks.stack import Stack

Outputs = dict[str, Any]

WHAT: dict[str, Callable[[Stack, Outputs], Any]] = {
    "function": lambda stack, made: stack.client("lambda").get_function(FunctionName=made["function_name"]),
    "resource policy": lambda stack, made: stack.client("lambda").get_policy(
        FunctionName=made["function_name"]
    ),
    "role": lambda stack, made: stack.client("iam").get_role(RoleName=made["role_name"]),
    "log group": lambda stack, made: stack.client("logs").describe_log_streams(
        logGroupName=made["log_group_name"]
    ),
    "load balancer": lambda stack, made: stack.client("elbv2").describe_load_balancers(
        LoadBalancerArns=[made["load_balancer_arn"]]
    ),
    "listener": lambda stack, made: stack.client("elbv2").describe_listeners(
        ListenerArns=list(made["listener_arns"].values())
    ),
    "target group": lambda stack, made: stack.client("elbv2").describe_target_groups(
        TargetGroupArns=[made["target_group_arn"]]
    ),
    "security group": lambda stack, made: stack.client("ec2").describe_security_groups(
        GroupIds=[made["security_group_id"]]
    ),
}


def exists(stack: Stack, made: Outputs, what: str) -> bool:
    try:
        WHAT[what](stack, made)
    except ClientError as error:
        if "NotFound" in str(error) or "NoSuchEntity" in str(error):
            return False
        raise
    return True


@pytest.fixture(scope="module")
def before_and_after(to_be_destroyed: Stack) -> dict[str, tuple[bool, bool]]:
    made = to_be_destroyed.outputs
    before = {what: exists(to_be_destroyed, made, what) for what in WHAT}
    to_be_destroyed.destroy()
    return {what: (before[what], exists(to_be_destroyed, made, what)) for what in WHAT}


@pytest.mark.parametrize("what", WHAT)
def test_gone_after_destroy(before_and_after: dict[str, tuple[bool, bool]], what: str) -> None:
    assert before_and_after[what] == (True, False)


def test_name_names_everything(to_be_destroyed: Stack, before_and_after: object) -> None:
    made = to_be_destroyed.outputs
    assert made["function_name"] == "localalb-destroyed"
    assert ":targetgroup/localalb-destroyed/" in made["target_group_arn"]
    assert ":loadbalancer/app/localalb-destroyed/" in made["load_balancer_arn"]
