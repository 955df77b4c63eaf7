"""A load balancer as Terraform plans it, and as the API takes it: values in, values out.

The arguments are those that the AWS provider makes of the same plan (terraform-provider-aws 5.100,
internal/service/elbv2/load_balancer.go, resourceLoadBalancerCreate). What only the provider can do raises
`Unsuitable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localalb.adoption.messages import Unknown

TYPES = frozenset({"aws_lb", "aws_alb"})
ATTRIBUTES = {
    "client_keep_alive": "client_keep_alive.seconds",
    "desync_mitigation_mode": "routing.http.desync_mitigation_mode",
    "drop_invalid_header_fields": "routing.http.drop_invalid_header_fields.enabled",
    "enable_deletion_protection": "deletion_protection.enabled",
    "enable_http2": "routing.http2.enabled",
    "enable_tls_version_and_cipher_suite_headers": "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "enable_waf_fail_open": "waf.fail_open.enabled",
    "enable_xff_client_port": "routing.http.xff_client_port.enabled",
    "enable_zonal_shift": "zonal_shift.config.enabled",
    "idle_timeout": "idle_timeout.timeout_seconds",
    "preserve_host_header": "routing.http.preserve_host_header.enabled",
    "xff_header_processing_mode": "routing.http.xff_header_processing.mode",
}
LOGS = ("access_logs", "connection_logs")
# For the capacity the provider waits 30 s more; moto knows no pools.
THE_PROVIDERS = ("minimum_load_balancer_capacity", "ipam_pools", "customer_owned_ipv4_pool")
_READ_AS_PLANNED = (*ATTRIBUTES, "internal", "ip_address_type", "name", "security_groups", "subnets", "tags")


class Unsuitable(Exception):
    """Why a load balancer is left to the provider."""


@dataclass(frozen=True, slots=True)
class Creation:
    """A load balancer to be made. `arguments` are those of CreateLoadBalancer, `attributes` those of
    ModifyLoadBalancerAttributes, by key."""

    arguments: Mapping[str, Any]
    attributes: Mapping[str, str]


def known(value: Any) -> Any:
    """A planned value with None for what is not known."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, dict):
        return {key: known(each) for key, each in value.items()}
    return list(map(known, value)) if isinstance(value, list) else value


def creation(planned: Mapping[str, Any], suffix: Callable[[], str]) -> Creation:
    """The load balancer of a planned state in which all is `known`. When it is applied, only what the API
    decides is unknown. `suffix` gives the 26 characters that the provider puts behind a prefix. Raises
    `Unsuitable`."""
    if planned["load_balancer_type"] != "application":
        raise Unsuitable(f"it is a {planned['load_balancer_type']} load balancer")
    for name in THE_PROVIDERS:
        if planned.get(name):
            raise Unsuitable(f"it sets {name}")
    tags = planned.get("tags_all") or planned.get("tags") or {}  # the former with the provider's default tags
    arguments = {
        "Name": planned.get("name") or (planned.get("name_prefix") or "tf-lb-") + suffix(),
        "Type": "application",
        "Tags": [{"Key": key, "Value": value or ""} for key, value in tags.items()],
        "Scheme": "internal" if planned.get("internal") else None,
        "IpAddressType": planned.get("ip_address_type"),
        "SecurityGroups": planned.get("security_groups"),
        "SubnetMappings": [_mapping(each) for each in planned.get("subnet_mapping") or ()],
        "Subnets": planned.get("subnets"),
    }
    given = {name: value for name, value in arguments.items() if value}
    return Creation(given, _attributes(planned))


def differences(planned: Mapping[str, Any], read: Mapping[str, Any]) -> list[str]:
    """What of a planned state, in which all is `known`, the provider reads otherwise."""
    wanted = {name: planned.get(name) for name in _READ_AS_PLANNED}
    return [
        name
        for name, value in wanted.items()
        if value not in (None, "", [], {}) and _unordered(value) != _unordered(read.get(name))
    ]


def as_created(planned: Mapping[str, Any], read: Mapping[str, Any]) -> dict[str, Any]:
    """The state that a creation leaves, from what a reading gives: what was planned as null, not as unknown,
    stays null where a reading is empty (terraform-plugin-sdk, normalizeNullValues)."""
    return {
        name: None if value in ([], {}) and name in planned and planned[name] is None else value
        for name, value in read.items()
    }


def _mapping(planned: Mapping[str, Any]) -> dict[str, str]:
    names = {
        "subnet_id": "SubnetId",
        "allocation_id": "AllocationId",
        "private_ipv4_address": "PrivateIPv4Address",
        "ipv6_address": "IPv6Address",
    }
    return {api: planned[name] for name, api in names.items() if planned.get(name)}


def _attributes(planned: Mapping[str, Any]) -> dict[str, str]:
    values = {ATTRIBUTES[name]: planned.get(name) for name in ATTRIBUTES}
    for kind in LOGS:
        logs: Mapping[str, Any] = next(iter(planned.get(kind) or ()), {})
        enabled = bool(logs.get("enabled"))
        values[f"{kind}.s3.enabled"] = enabled
        for name in ("bucket", "prefix") if enabled else ():
            values[f"{kind}.s3.{name}"] = logs.get(name)
    return {key: _text(value) for key, value in values.items() if value not in (None, "")}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value
