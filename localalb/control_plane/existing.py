"""What a region has when a call arrives, as values: all that a refusal may depend on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from localalb.control_plane.arns import listener_of, load_balancer_of

Api = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subnet:
    """`ipv6` where it has a block of such addresses too."""

    vpc: str
    zone: str
    ipv6: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """`priority` is None for the default rule."""

    arn: str
    priority: int | None


@dataclass(frozen=True, slots=True)
class Listener:
    """`actions` are the default ones, as the API has them; `groups` the target groups of all its rules."""

    arn: str
    port: int
    protocol: str
    certificate: str | None = None
    actions: tuple[Api, ...] = ()
    groups: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """`type`, `scheme`, `ip_address_type` and `attributes` in the words of the API; `subnets` and
    `security_groups` are ids."""

    arn: str
    name: str
    vpc: str
    subnets: frozenset[str]
    security_groups: frozenset[str] = frozenset()
    type: str = "application"
    scheme: str = "internet-facing"
    ip_address_type: str = "ipv4"
    attributes: Mapping[str, str] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """`settings` by the names that CreateTargetGroup gives them; `targets` are ids."""

    arn: str
    name: str
    settings: Api
    targets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Function:
    """`aliases` have the versions they point to, the main one first. `reserved` concurrency is None
    where it has none of its own, `provisioned` is by qualifier; `timeout` in seconds."""

    arn: str
    code_sha256: str = ""
    package_type: str = "Zip"
    timeout: int = 3
    versions: frozenset[str] = frozenset()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reserved: int | None = None
    provisioned: Mapping[str, int] = field(default_factory=dict)
    has_url: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    """`policy` is JSON, empty where it has none."""

    region: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Existing:
    """By ARN or id. `security_groups` tells the VPC of each; `policy` a function's resource policy (JSON),
    None where the ARN names no function; `certificate` whether an ARN names one. `functions` are by name.
    `bucket` is one of S3 by its name, `stored` whether one has a key; `tags` are those of a load balancer or
    of what belongs to one; `visibility_timeout` is a queue's in seconds, None where the ARN names none;
    `revision` is the id of what a function is now, by its ARN, or of an alias, by its."""

    load_balancers: Mapping[str, LoadBalancer] = field(default_factory=dict)
    target_groups: Mapping[str, TargetGroup] = field(default_factory=dict)
    subnets: Mapping[str, Subnet] = field(default_factory=dict)
    security_groups: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    event_source_mappings: frozenset[str] = frozenset()
    region: str = ""
    policy: Callable[[str], str | None] = lambda arn: None
    certificate: Callable[[str], bool] = lambda arn: False
    bucket: Callable[[str], Bucket | None] = lambda name: None
    stored: Callable[[str, str], bool] = lambda bucket, key: True
    tags: Callable[[str], Mapping[str, str]] = lambda arn: {}
    visibility_timeout: Callable[[str], int | None] = lambda arn: None
    revision: Callable[[str], str | None] = lambda arn: None

    def owner(self, listener_arn: str) -> tuple[LoadBalancer, Listener] | None:
        """A listener and its load balancer."""
        balancer = self.load_balancers.get(load_balancer_of(listener_arn))
        listeners = balancer.listeners if balancer else ()
        return next(((balancer, each) for each in listeners if balancer and each.arn == listener_arn), None)

    def owner_of_rule(self, rule_arn: str) -> tuple[LoadBalancer, Listener] | None:
        """The listener of a rule and its load balancer."""
        found = self.owner(listener_of(rule_arn))
        return found if found and any(rule.arn == rule_arn for rule in found[1].rules) else None

    def users(self, group: str) -> set[str]:
        """The load balancers with a rule that names a target group."""
        return {
            balancer.arn
            for balancer in self.load_balancers.values()
            for listener in balancer.listeners
            if group in listener.groups
        }

    def function(self, name: str) -> Function | None:
        """A function by its name or ARN, with or without a qualifier."""
        parts = name.split(":")
        return self.functions.get(parts[6] if len(parts) > 6 else parts[0])


def qualifier_of(name: str) -> str | None:
    """The qualifier at the end of a function's name or ARN."""
    parts = name.split(":")
    start = 7 if name.startswith("arn:") else 1
    return parts[start] if len(parts) > start else None
