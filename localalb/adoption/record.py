"""What was made through the API and is perhaps not in the state yet: a file beside the state has the names.

Terraform that is killed between the two knows nothing of a load balancer; its next run would be refused the
name. So whatever a record names and the state does not hold is removed before that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import EndpointConnectionError

from localalb.adoption.planned import TYPES

Elbv2 = Callable[[str], Any]
"""A client of the load balancers' API in a region."""


def beside(state: Path) -> Path:
    """The record of a state. Where it is there before Terraform is run, the run before was killed."""
    return state.with_name(f"{state.name}.adopting")


def note(record: Path, region: str, name: str) -> None:
    """Before a load balancer is made."""
    staged = record.with_name(f"{record.name}.new")
    staged.write_text(json.dumps([*_named(record), [region, name]]))
    staged.replace(record)


def remove_forgotten(record: Path, state: Path, elbv2: Elbv2) -> None:
    """Remove what was made and never came into the state."""
    if not record.exists():
        return
    held = _held(state)
    with suppress(EndpointConnectionError):  # the cloud is gone, and all with it
        for region, name in _named(record):
            for arn in existing(elbv2(region), name):
                if arn not in held:
                    remove(elbv2(region), arn)
    record.unlink()


def existing(elbv2: Any, name: str) -> list[str]:
    """The ARN of the load balancer of a name, if there is one."""
    try:
        found = elbv2.describe_load_balancers(Names=[name])["LoadBalancers"]
    except elbv2.exceptions.LoadBalancerNotFoundException:
        return []
    return [each["LoadBalancerArn"] for each in found]


def remove(elbv2: Any, arn: str) -> None:
    unprotected = {"Key": "deletion_protection.enabled", "Value": "false"}
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[unprotected])
    elbv2.delete_load_balancer(LoadBalancerArn=arn)


def _named(record: Path) -> Iterable[tuple[str, str]]:
    named: list[tuple[str, str]] = json.loads(record.read_text()) if record.exists() else []
    return named


def _held(state: Path) -> set[str]:
    """The ARNs of the load balancers in a state."""
    resources = json.loads(state.read_text())["resources"] if state.exists() else []
    ours = [each for each in resources if each["type"] in TYPES]
    return {instance["attributes"].get("arn") for each in ours for instance in each["instances"]}
