"""The load balancers in a plan of Terraform's, as the API takes them: values in, values out.

The arguments are those that the AWS provider makes of the same resource (terraform-provider-aws 5.100,
internal/service/elbv2/load_balancer.go). What is not known, or only the provider can do, raises `Unknown`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TYPES = ("aws_lb", "aws_alb")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CREATED = re.compile(r"^  # (.+) will be created$", re.MULTILINE)
_INSTANCE_KEY = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')
_CHANGES = ("create", "update", "replace")  # of a plan's JSON messages

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
# An import takes over no timeouts; for the capacity the provider waits 30 s more; moto knows no pools.
THE_PROVIDERS = ("timeouts", "minimum_load_balancer_capacity", "ipam_pools", "customer_owned_ipv4_pool")


class Unknown(Exception):
    """Why a load balancer cannot be made of its plan."""


@dataclass(frozen=True, slots=True)
class Creation:
    """A load balancer to be made. `arguments` are those of CreateLoadBalancer, `attributes` those of
    ModifyLoadBalancerAttributes, by key."""

    address: str
    region: str
    arguments: Mapping[str, Any]
    attributes: Mapping[str, str]


def created(said: str) -> list[str]:
    """The addresses of the load balancers that a plan creates, from what `terraform plan` printed.

    `terraform show -json` tells them too, but takes three seconds of a processor, which every edit would pay.
    """
    addresses = _CREATED.findall(_COLOUR.sub("", said))
    return [address for address in addresses if _block(address)[-2] in TYPES]


def changed(messages: str) -> dict[str, str]:
    """What a plan does with each address, from what `terraform plan -json` printed: `create`, `update`,
    `replace`, `import` and so on (Terraform, "Machine-Readable UI", planned_change)."""
    lines = [json.loads(line) for line in messages.splitlines() if line.startswith("{")]
    changes = [line["change"] for line in lines if line.get("type") == "planned_change"]
    return {change["resource"]["addr"]: change["action"] for change in changes}


def needed(changes: Mapping[str, str], load_balancers: Iterable[str]) -> list[str]:
    """What a plan of the load balancers alone makes or changes for them."""
    own = set(load_balancers)
    return [address for address, action in changes.items() if action in _CHANGES and address not in own]


def creation(plan: Mapping[str, Any], address: str, region: str, suffix: Callable[[], str]) -> Creation:
    """A load balancer of a plan in JSON ("JSON Output Format"). `region` is the environment's; `suffix` gives
    the 26 characters that the provider puts behind a prefix. Raises `Unknown`."""
    change = next((each["change"] for each in plan["resource_changes"] if each["address"] == address), None)
    if change is None or change["actions"] != ["create"]:
        raise Unknown("what it needs cannot be made before it")
    after, unknown = change["after"], change["after_unknown"]
    configured = _configured(plan, address)
    if after["load_balancer_type"] != "application":
        raise Unknown(f"it is a {after['load_balancer_type']} load balancer")
    for name in THE_PROVIDERS:
        if after.get(name) or _any(unknown.get(name)):
            raise Unknown(f"it sets {name}, which only the provider can")
    for name in (*ATTRIBUTES, *LOGS, "tags"):
        if _any(unknown.get(name)):
            raise Unknown(f"its {name} is not known in the plan")
    arguments = {
        "Name": _name(after, unknown, configured["expressions"], suffix),
        "Type": "application",
        "Tags": [{"Key": key, "Value": value} for key, value in _tags(after, unknown).items()],
        "Scheme": "internal" if after.get("internal") else None,
        "IpAddressType": after.get("ip_address_type"),
        "SecurityGroups": _all_known(after, unknown, "security_groups"),
        **_subnets(after, unknown),
    }
    given = {name: value for name, value in arguments.items() if value}
    return Creation(address, _region(plan, configured, region), given, _attributes(after))


def _any(unknown: Any) -> bool:
    """Whether something in a value of `after_unknown` is unknown."""
    if isinstance(unknown, Mapping):
        return any(map(_any, unknown.values()))
    return any(map(_any, unknown)) if isinstance(unknown, list) else bool(unknown)


def _name(
    after: Mapping[str, Any],
    unknown: Mapping[str, Any],
    expressions: Mapping[str, Any],
    suffix: Callable[[], str],
) -> str:
    if after.get("name"):
        return str(after["name"])
    if after.get("name_prefix"):
        return f"{after['name_prefix']}{suffix()}"
    if expressions.keys() & {"name", "name_prefix"}:  # unknown, or null: the plan does not tell them apart
        raise Unknown("its name is not known in the plan")
    return f"tf-lb-{suffix()}"


def _tags(after: Mapping[str, Any], unknown: Mapping[str, Any]) -> Mapping[str, str]:
    """With the provider's default tags. Without any, the plan says of `tags_all` that it is unknown."""
    all_known = not _any(unknown.get("tags_all")) and after.get("tags_all") is not None
    return (after["tags_all"] if all_known else after.get("tags")) or {}


def _all_known(after: Mapping[str, Any], unknown: Mapping[str, Any], name: str) -> Sequence[Any] | None:
    """A set's values. None where it is not given, and the API decides as for the provider; or where it
    is not known, which the plan does not tell apart: then the plan after the import changes it."""
    value: Sequence[Any] | None = after.get(name)
    if value and _any(unknown.get(name)):
        raise Unknown(f"its {name} are not all known in the plan")
    return value


def _subnets(after: Mapping[str, Any], unknown: Mapping[str, Any]) -> Mapping[str, Any]:
    subnets = _all_known(after, unknown, "subnets")
    if subnets:
        return {"Subnets": subnets}
    names = {
        "subnet_id": "SubnetId",
        "allocation_id": "AllocationId",
        "private_ipv4_address": "PrivateIPv4Address",
        "ipv6_address": "IPv6Address",
    }
    mappings = after.get("subnet_mapping")
    if not mappings or not all(mapping.get("subnet_id") for mapping in mappings):
        raise Unknown("its subnets are not known in the plan")
    return {
        "SubnetMappings": [
            {api: mapping[name] for name, api in names.items() if mapping.get(name)} for mapping in mappings
        ]
    }


def _attributes(after: Mapping[str, Any]) -> dict[str, str]:
    values = {ATTRIBUTES[name]: after.get(name) for name in ATTRIBUTES}
    for kind in LOGS:
        logs: Mapping[str, Any] = next(iter(after.get(kind) or ()), {})
        enabled = bool(logs.get("enabled"))
        values[f"{kind}.s3.enabled"] = enabled
        for name in ("bucket", "prefix") if enabled else ():
            values[f"{kind}.s3.{name}"] = logs.get(name) or None
    return {key: _text(value) for key, value in values.items() if value is not None}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _block(address: str) -> list[str]:
    """The parts of an address, without instance keys."""
    return _INSTANCE_KEY.sub("", address).split(".")


def _configured(plan: Mapping[str, Any], address: str) -> Mapping[str, Any]:
    """The block of the configuration that an address is an instance of."""
    *path, type_, name = _block(address)
    module = plan["configuration"]["root_module"]
    for call in path[1::2]:  # module, name, module, name
        module = module["module_calls"][call]["module"]
    found: Mapping[str, Any]
    found = next(each for each in module["resources"] if each["address"] == f"{type_}.{name}")
    return {"expressions": {}, **found}


def _region(plan: Mapping[str, Any], configured: Mapping[str, Any], default: str) -> str:
    """The region of the provider block that a resource uses."""
    provider = plan["configuration"].get("provider_config", {}).get(configured["provider_config_key"], {})
    region = provider.get("expressions", {}).get("region")
    if region is None:
        return default
    if "constant_value" in region:
        return str(region["constant_value"])
    raise Unknown("its provider's region is not written in the configuration, but computed")
