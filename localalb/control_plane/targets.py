"""Registered targets and their health, as DescribeTargetHealth tells it.

moto keeps one target for each id, and forgets it when it is deregistered. ELBv2 API: a target is an id and a
port (RegisterTargets), one that does not exist is deregistered all the same (DeregisterTargets), and one that
was is draining until its delay is over (user guide, "Deregistration delay").
"""

from __future__ import annotations

import time
from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup

from localalb.control_plane.backing import Backing
from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = (
    (FakeTargetGroup, "register"),
    (FakeTargetGroup, "deregister"),
    (FakeTargetGroup, "deregister_terminated_instances"),
    (FakeTargetGroup, "health_for"),
    (ELBv2Backend, "describe_target_health"),
)

DRAINING = "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"
STOPPED = "unused", "Target.InvalidState", "Target is in the stopped state"
NOT_REGISTERED = "unused", "Target.NotRegistered", "Target is not registered to the target group"


def replacements(backing: Backing) -> list[Replacement]:
    register_one = FakeTargetGroup.register

    def register(self: FakeTargetGroup, targets: list[dict[str, Any]]) -> None:
        if self.target_type == "lambda":
            register_one(self, targets)
            return
        for target in targets:
            register_one(self, [target])  # refuses an instance that does not run
            made = self.targets.pop(target["Id"])
            self.targets[_key(self, made)] = made
            self.deregistered_targets.pop(_key(self, made), None)

    def deregister(self: FakeTargetGroup, targets: list[dict[str, Any]]) -> None:
        for target in targets:
            key = target["Id"] if self.target_type == "lambda" else _key(self, target)
            found = self.targets.pop(key, None)
            if found is not None:
                self.deregistered_targets[key] = found | {"Until": time.time() + _delay(self)}

    def deregister_terminated(self: FakeTargetGroup, instances: list[str]) -> None:
        deregister(self, [each for each in list(self.targets.values()) if each["Id"] in instances])

    def health(self: FakeTargetGroup, target: dict[str, Any], ec2: Any) -> Any:
        key = target["Id"] if self.target_type == "lambda" else _key(self, target)
        port = None if self.target_type == "lambda" else _port(self, target)
        if key in self.targets and _stopped(ec2, target["Id"]):
            state = STOPPED
        elif key in self.targets:
            found = backing.health(self.arn, key)
            state = found.state, found.reason, found.description
        elif self.deregistered_targets.get(key, {}).get("Until", 0) > time.time():
            state = DRAINING
        else:
            state = NOT_REGISTERED
        return _status(target["Id"], port, self.health_check_port, *state)

    def describe(self: ELBv2Backend, target_group_arn: str, targets: list[dict[str, Any]]) -> Any:
        group = self.target_groups.get(target_group_arn)
        if group is not None and not targets:
            now = time.time()
            leaving = [each for each in group.deregistered_targets.values() if each.get("Until", 0) > now]
            targets = [*group.targets.values(), *(leaving if group.target_type != "lambda" else ())]
            if not targets:
                return []
        return _describe(self, target_group_arn, targets)

    return [
        (FakeTargetGroup, "register", register),
        (FakeTargetGroup, "deregister", deregister),
        (FakeTargetGroup, "deregister_terminated_instances", deregister_terminated),
        (FakeTargetGroup, "health_for", health),
        (ELBv2Backend, "describe_target_health", describe),
    ]


_describe = ELBv2Backend.describe_target_health


def _status(
    id: str, port: int | None, check: str | None, state: str, reason: str, description: str
) -> FakeHealthStatus:
    status: Any = FakeHealthStatus
    made: FakeHealthStatus = status(id, port, check, state, reason or None, description or None)
    return made


def _stopped(ec2: Any, id: str) -> bool:
    instance = ec2.get_instance_by_id(id) if id.startswith("i-") else None
    return bool(instance and instance.state == "stopped")


def _port(group: FakeTargetGroup, target: dict[str, Any]) -> int:
    port: Any = target.get("Port") or group.port
    return int(port)


def _key(group: FakeTargetGroup, target: dict[str, Any]) -> str:
    return f"{target['Id']}:{_port(group, target)}"


def _delay(group: FakeTargetGroup) -> int:
    seconds: Any = group.attributes.get("deregistration_delay.timeout_seconds", 300)
    return int(seconds)
