"""Reads the topology of a region through boto3, as any AWS client would: nothing here knows of moto.

Functions that take a client ask the API; the others turn its answers into values.
"""

from __future__ import annotations

import functools
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from localalb.balancer.topology import Topology
from localalb.control_plane import arns
from localalb.control_plane.discovery import load_balancers, target_groups
from localalb.control_plane.discovery.api import missing, pages
from localalb.control_plane.discovery.functions import registered
from localalb.control_plane.stale import EVERYTHING, Stale

logger = logging.getLogger("localalb.discovery")

READINGS = 5  # of a thing of which parts are deleted while it is read

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Reading:
    """A region as it was read. `left_out` are the ARNs of what is there and could not be read."""

    topology: Topology
    left_out: frozenset[str]


def read(elbv2: Any, lambda_: Any, before: Reading | None = None, stale: Stale = EVERYTHING) -> Reading:
    """The application load balancers of one region, through two boto3 clients of that region.

    What is not stale is taken from the reading before, None for none. Something that cannot be read is left
    out and told of: a defect of one would end every change of the others. It is read again with each change.
    """
    if before is None or stale.everything:
        before, stale = Reading(Topology(), frozenset()), Stale(arns=_listed(elbv2))
    balancers = {each.arn: each for each in before.topology.load_balancers}
    groups = dict(before.topology.target_groups)
    of_balancers, of_groups = _sorted(stale.arns | before.left_out)
    functions = functools.cache(partial(registered, lambda_))  # many groups may have the same
    left_out: set[str] = set()
    for arn, group in before.topology.target_groups.items():
        if arn not in of_groups and target_groups.has(group, stale.functions):
            read_again = partial(target_groups.again, functions, group, stale.functions)
            _update(groups, arn, read_again, left_out)
    for arn in of_groups:
        _update(groups, arn, partial(target_groups.target_group, elbv2, functions, arn), left_out)
    for arn, parts in of_balancers.items():
        known = balancers.get(arn)
        whole = partial(load_balancers.load_balancer, elbv2, arn)
        _update(
            balancers, arn, partial(load_balancers.again, elbv2, known, parts) if known else whole, left_out
        )
    return Reading(Topology(tuple(balancers.values()), groups), frozenset(left_out))


def _listed(elbv2: Any) -> frozenset[str]:
    """The ARNs of the load balancers and target groups that there are."""
    groups = pages(elbv2, "describe_target_groups", "TargetGroups")
    balancers = pages(elbv2, "describe_load_balancers", "LoadBalancers")
    return frozenset(
        [*(each["TargetGroupArn"] for each in groups), *(each["LoadBalancerArn"] for each in balancers)]
    )


def _sorted(stale: frozenset[str]) -> tuple[dict[str, set[str]], list[str]]:
    """What is stale of load balancers, by their ARNs, and the target groups."""
    of_balancers: dict[str, set[str]] = defaultdict(set)
    of_groups = []
    for arn in sorted(stale):
        match arns.kind(arn):
            case "targetgroup":
                of_groups.append(arn)
            case "loadbalancer" | "listener" | "listener-rule":
                of_balancers[arns.load_balancer_of(arn)].add(arn)
    return of_balancers, of_groups


def _update(things: dict[str, Thing], arn: str, read: Callable[[], Thing | None], left_out: set[str]) -> None:
    """Put what `read` makes of the API's answers where it belongs; nothing where there is nothing any more.

    Where the answers cannot be what the API says they are, it is among `left_out`.
    """
    found: Thing | None = None
    try:
        found = _whole(read)
    except (ClientError, LookupError, TypeError, ValueError) as error:
        logger.error("%s is not served, because it cannot be read: %r", arn, error)
        left_out.add(arn)
    if found is None:
        things.pop(arn, None)
    else:
        things[arn] = found


def _whole(read: Callable[[], Thing]) -> Thing:
    """Read until no part is deleted meanwhile."""
    for _ in range(READINGS - 1):
        try:
            return read()
        except ClientError as error:
            if not missing(error):
                raise
    return read()
