"""Load balancers as Terraform plans them, as the API takes them."""

from __future__ import annotations

from typing import Any

import pytest

from localalb.adoption.messages import Unknown
from localalb.adoption.planned import Creation, Unsuitable, as_created, creation, differences, known

SUFFIX = "20261125202032050000000001"
UNKNOWN = Unknown(0, b"\0")
# What Terraform 1.11.4 sends to the AWS provider 5.100.0 for `aws_lb` with subnets alone.
PLAIN: dict[str, Any] = {
    "access_logs": [],
    "arn": UNKNOWN,
    "client_keep_alive": 3600,
    "connection_logs": [],
    "customer_owned_ipv4_pool": None,
    "desync_mitigation_mode": "defensive",
    "dns_name": UNKNOWN,
    "dns_record_client_routing_policy": "any_availability_zone",
    "drop_invalid_header_fields": False,
    "enable_cross_zone_load_balancing": False,
    "enable_deletion_protection": False,
    "enable_http2": True,
    "enable_tls_version_and_cipher_suite_headers": False,
    "enable_waf_fail_open": False,
    "enable_xff_client_port": False,
    "enable_zonal_shift": False,
    "id": UNKNOWN,
    "idle_timeout": 60,
    "internal": UNKNOWN,
    "ip_address_type": UNKNOWN,
    "ipam_pools": [],
    "load_balancer_type": "application",
    "minimum_load_balancer_capacity": [],
    "name": UNKNOWN,
    "name_prefix": UNKNOWN,
    "preserve_host_header": False,
    "security_groups": UNKNOWN,
    "subnet_mapping": UNKNOWN,
    "subnets": ["subnet-1", "subnet-2"],
    "tags": None,
    "tags_all": UNKNOWN,
    "timeouts": None,
    "vpc_id": UNKNOWN,
    "xff_header_processing_mode": "append",
}
DEFAULTS = {
    "client_keep_alive.seconds": "3600",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "deletion_protection.enabled": "false",
    "routing.http2.enabled": "true",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "waf.fail_open.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "zonal_shift.config.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "access_logs.s3.enabled": "false",
    "connection_logs.s3.enabled": "false",
}


def made(**planned: Any) -> Creation:
    return creation(known({**PLAIN, **planned}), lambda: SUFFIX)


def test_of_one_with_subnets_alone_the_rest_is_the_provider_s_defaults() -> None:
    arguments = {"Name": f"tf-lb-{SUFFIX}", "Type": "application", "Subnets": ["subnet-1", "subnet-2"]}
    assert made() == Creation(arguments, DEFAULTS)


ARGUMENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a name": ({"name": "edge"}, {"Name": "edge"}),
    "a prefix gets the provider's suffix": ({"name_prefix": "pre-"}, {"Name": f"pre-{SUFFIX}"}),
    "an internal one": ({"internal": True}, {"Scheme": "internal"}),
    "the addresses' type": ({"ip_address_type": "dualstack"}, {"IpAddressType": "dualstack"}),
    "groups": ({"security_groups": ["sg-1"]}, {"SecurityGroups": ["sg-1"]}),
    "mappings, of what is set in them": (
        {"subnet_mapping": [{"subnet_id": "subnet-3", "allocation_id": "", "outpost_id": UNKNOWN}]},
        {"SubnetMappings": [{"SubnetId": "subnet-3"}]},
    ),
    "tags": ({"tags": {"Name": "x"}}, {"Tags": [{"Key": "Name", "Value": "x"}]}),
    "the provider block's tags too": (
        {"tags": {"Name": "x"}, "tags_all": {"Name": "x", "Team": "edge"}},
        {"Tags": [{"Key": "Name", "Value": "x"}, {"Key": "Team", "Value": "edge"}]},
    ),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_what_is_planned_is_an_argument(case: str) -> None:
    planned, expected = ARGUMENTS[case]
    assert made(**planned).arguments == {**made().arguments, **expected}


LOGS = {"bucket": "logs", "enabled": True, "prefix": "edge"}
ATTRIBUTES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "a number": ({"idle_timeout": 120}, {"idle_timeout.timeout_seconds": "120"}),
    "a switch": ({"enable_http2": False}, {"routing.http2.enabled": "false"}),
    "a mode": (
        {"xff_header_processing_mode": "remove"},
        {"routing.http.xff_header_processing.mode": "remove"},
    ),
    "logs": (
        {"access_logs": [LOGS]},
        {
            "access_logs.s3.enabled": "true",
            "access_logs.s3.bucket": "logs",
            "access_logs.s3.prefix": "edge",
        },
    ),
    "logs without a prefix": (
        {"connection_logs": [LOGS | {"prefix": ""}]},
        {"connection_logs.s3.enabled": "true", "connection_logs.s3.bucket": "logs"},
    ),
    "logs that are off have no bucket": ({"access_logs": [LOGS | {"enabled": False}]}, {}),
}


@pytest.mark.parametrize("case", ATTRIBUTES)
def test_what_is_planned_is_an_attribute(case: str) -> None:
    planned, expected = ATTRIBUTES[case]
    assert made(**planned).attributes == DEFAULTS | expected


UNSUITABLE: dict[str, tuple[dict[str, Any], str]] = {
    "another type": ({"load_balancer_type": "network"}, "it is a network load balancer"),
    "a capacity, for which the provider waits as well": (
        {"minimum_load_balancer_capacity": [{"capacity_units": 10}]},
        "it sets minimum_load_balancer_capacity",
    ),
    "a pool of addresses": ({"ipam_pools": [{"ipv4_ipam_pool_id": "x"}]}, "it sets ipam_pools"),
    "a pool of the customer's": ({"customer_owned_ipv4_pool": "x"}, "it sets customer_owned_ipv4_pool"),
}


@pytest.mark.parametrize("case", UNSUITABLE)
def test_what_only_the_provider_can_is_left_to_it(case: str) -> None:
    planned, reason = UNSUITABLE[case]
    with pytest.raises(Unsuitable, match=f"^{reason}$"):
        made(**planned)


def test_what_is_read_otherwise_differs() -> None:
    planned = known({**PLAIN, "security_groups": ["sg-1", "sg-2"], "tags": {}})
    read = {**planned, "security_groups": ["sg-2", "sg-1"], "name": "tf-lb-1", "tags": None}
    assert differences(planned, read) == []
    assert differences(planned, {**read, "idle_timeout": 61, "subnets": []}) == ["idle_timeout", "subnets"]


def test_what_was_null_stays_null_where_it_is_read_empty() -> None:
    planned = {"tags": None, "tags_all": UNKNOWN, "security_groups": None, "access_logs": [], "name": None}
    read = {"tags": {}, "tags_all": {}, "security_groups": ["sg-1"], "access_logs": [], "name": ""}
    assert as_created(planned, read) == {**read, "tags": None}
