"""Reads the topology of a region through boto3, as any AWS client would: nothing here knows of moto.

Functions that take a client ask the API; the others turn its answers into values.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from localalb.balancer.topology import Topology
from localalb.control_plane.discovery.api import pages
from localalb.control_plane.discovery.load_balancers import load_balancer
from localalb.control_plane.discovery.target_groups import target_group

logger = logging.getLogger("localalb.discovery")

Read = TypeVar("Read")


def read(elbv2: Any, lambda_: Any) -> Topology:
    """The application load balancers of one region, through two boto3 clients of that region.

    One that cannot be read is left out and told of: a defect of one would end every change of the others.
    """
    groups = (
        _readable(group["TargetGroupArn"], partial(target_group, elbv2, lambda_, group))
        for group in pages(elbv2, "describe_target_groups", "TargetGroups")
        if group["TargetType"] == "lambda" or group.get("Protocol") in ("HTTP", "HTTPS")
    )
    balancers = (
        _readable(balancer["LoadBalancerArn"], partial(load_balancer, elbv2, balancer))
        for balancer in pages(elbv2, "describe_load_balancers", "LoadBalancers")
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
