"""What a region has when a call arrives, as values: all that a refusal may depend on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Api = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subnet:
    vpc: str
    zone: str


@dataclass(frozen=True, slots=True)
class Listener:
    """`actions` are the default ones, as the API has them; `groups` the target groups of all its rules."""

    arn: str
    port: int
    protocol: str
    certificate: str | None = None
    actions: tuple[Api, ...] = ()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """`type`, `scheme` and `ip_address_type` in the words of the API; `subnets` and `security_groups` are
    ids; `protected` against deletion."""

    arn: str
    name: str
    vpc: str
    subnets: frozenset[str]
    security_groups: frozenset[str] = frozenset()
    type: str = "application"
    scheme: str = "internet-facing"
    ip_address_type: str = "ipv4"
    protected: bool = False
    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """`settings` by the names that CreateTargetGroup gives them."""

    arn: str
    name: str
    settings: Api


@dataclass(frozen=True, slots=True)
class Existing:
    """By ARN or id. `security_groups` tells the VPC of each; `policy` a function's resource policy (JSON),
    None where the ARN names no function."""

    load_balancers: Mapping[str, LoadBalancer] = field(default_factory=dict)
    target_groups: Mapping[str, TargetGroup] = field(default_factory=dict)
    subnets: Mapping[str, Subnet] = field(default_factory=dict)
    security_groups: Mapping[str, str] = field(default_factory=dict)
    policy: Callable[[str], str | None] = lambda arn: None

    def owner(self, listener_arn: str) -> tuple[LoadBalancer, Listener] | None:
        """A listener and its load balancer."""
        for balancer in self.load_balancers.values():
            for listener in balancer.listeners:
                if listener.arn == listener_arn:
                    return balancer, listener
        return None
