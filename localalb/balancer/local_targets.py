"""Where targets are reached on this machine.

An address of this machine is reached as it is registered. What is elsewhere (an address of a VPC, an EC2
instance) is reached where its target group was sent by name: `localalb up --target NAME=127.0.0.1:3000`.
Nothing leaves this machine but by such a word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from localalb.balancer import wildcard
from localalb.balancer.health import TargetHealth
from localalb.balancer.topology import Address, TargetGroup
from localalb.http.place import Place, is_local, written

Places = Mapping[str, Place]
"""Places for target groups, by name; * and ? in it stand for what they do in rules."""


def located(
    groups: Mapping[str, TargetGroup], places: Places, taken: Collection[int]
) -> dict[str, TargetGroup]:
    """The target groups, each address with where it is reached. `taken` are the ports of this cloud: a load
    balancer is no target (user guide, "Registered targets": not the addresses of another load balancer)."""
    return {arn: _located(group, places, taken) for arn, group in groups.items()}


def _located(group: TargetGroup, places: Places, taken: Collection[int]) -> TargetGroup:
    if group.type == "lambda":
        return group
    sent = next((where for name, where in places.items() if wildcard.matches(name, group.name)), None)
    addresses = group.addresses
    if sent and not addresses:  # on AWS somebody else registers them, such as an ECS service
        addresses = (Address(*sent),)
    return replace(group, addresses=tuple(_reached(each, group, sent, taken) for each in addresses))


def _reached(address: Address, group: TargetGroup, sent: Place | None, taken: Collection[int]) -> Address:
    where = sent
    if where is None and group.type == "ip" and is_local(address.id):
        where = address.id, address.port
    if where is None:
        why = (
            f"{address.key} is not on this machine; say where to find it: "
            f"localalb up --target {group.name}=127.0.0.1:PORT"
        )
        return replace(address, why=why)
    if is_local(where[0]) and where[1] in taken:
        return replace(address, why=f"{written(where)} is this cloud itself, which is no target")
    return replace(address, reached=where)


def described(
    groups: Mapping[str, TargetGroup], places: Places, health: Callable[[str, str], TargetHealth]
) -> dict[str, Any]:
    """For people: each target that is an address, and the places that no target group is called by."""
    named = [group.name for group in groups.values() if group.type != "lambda"]
    return {
        "targets": [
            {
                "target_group": group.name,
                "target": address.key,
                "reached": written(address.reached) if address.reached else None,
                "why": address.why,
                "health": health(group.arn, address.key).state,
            }
            for group in groups.values()
            for address in group.addresses
        ],
        "unused_places": [name for name in places if not any(wildcard.matches(name, each) for each in named)],
    }
