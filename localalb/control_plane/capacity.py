"""The capacity reserved for a load balancer, which moto does not keep.

ELBv2 API, ModifyCapacityReservation and DescribeCapacityReservation.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import LoadBalancerNotFoundError
from moto.elbv2.responses import ELBV2Response

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = ((ELBV2Response, "describe_capacity_reservation"),)
ADDITIONS: tuple[Seam, ...] = ((ELBV2Response, "modify_capacity_reservation"),)


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` and `ADDITIONS` as they should be."""
    return [
        (ELBV2Response, "modify_capacity_reservation", _modify),
        (ELBV2Response, "describe_capacity_reservation", _describe),
    ]


def _modify(self: Any) -> ActionResult:
    balancer = _balancer(self)
    if str(self.params.get("ResetCapacityReservation", False)).lower() == "true":
        balancer.minimum_capacity = None
    elif wanted := self.params.get("MinimumLoadBalancerCapacity"):
        balancer.minimum_capacity = int(wanted["CapacityUnits"])
    balancer.capacity_modified = datetime.now(UTC)
    return _describe(self)


def _describe(self: Any) -> ActionResult:
    balancer = _balancer(self)
    units = getattr(balancer, "minimum_capacity", None)
    if units is None:
        return ActionResult({"CapacityReservationState": []})
    zones = [zone.zone_name for zone in balancer.availability_zones]
    states = [
        {
            "State": {"Code": "provisioned"},
            "AvailabilityZone": zone,
            "EffectiveCapacityUnits": units / len(zones),
        }
        for zone in zones
    ]
    return ActionResult(
        {
            "LastModifiedTime": balancer.capacity_modified,
            "MinimumLoadBalancerCapacity": {"CapacityUnits": units},
            "CapacityReservationState": states,
        }
    )


def _balancer(self: Any) -> Any:
    balancer = self.elbv2_backend.load_balancers.get(self.params["LoadBalancerArn"])
    if balancer is None:
        raise LoadBalancerNotFoundError
    return balancer
