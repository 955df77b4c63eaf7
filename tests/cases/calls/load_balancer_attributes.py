"""Attributes of load balancers."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import (
    API,
    OBSERVED,
    SHORTER,
    CallCase,
    refused,
)

BOOLEANS = (
    "access_logs.s3.enabled",
    "connection_logs.s3.enabled",
    "health_check_logs.s3.enabled",
    "deletion_protection.enabled",
    "ipv6.deny_all_igw_traffic",
    "routing.http.drop_invalid_header_fields.enabled",
    "routing.http.preserve_host_header.enabled",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "routing.http.xff_client_port.enabled",
    "routing.http2.enabled",
    "waf.fail_open.enabled",
    "zonal_shift.config.enabled",
)
VALUES = (
    *((key, "yes", "one of [true, false]") for key in BOOLEANS),
    ("load_balancing.cross_zone.enabled", "false", "one of [true]"),
    ("routing.http.desync_mitigation_mode", "off", "one of [monitor, defensive, strictest]"),
    ("routing.http.xff_header_processing.mode", "drop", "one of [append, preserve, remove]"),
    ("idle_timeout.timeout_seconds", "0", "between '1-4000' inclusive"),
    ("idle_timeout.timeout_seconds", "4001", "between '1-4000' inclusive"),
    ("idle_timeout.timeout_seconds", "a minute", "between '1-4000' inclusive"),
    ("client_keep_alive.seconds", "59", "between '60-604800' inclusive"),
    ("client_keep_alive.seconds", "604801", "between '60-604800' inclusive"),
)


def of_attributes(
    id: str, fact: str, pairs: dict[str, str], message: str, source: str, **more: Any
) -> CallCase:
    attributes = [{"Key": key, "Value": value} for key, value in pairs.items()]
    arguments = {"LoadBalancerArn": "{idle}", "Attributes": attributes}
    return refused("ModifyLoadBalancerAttributes", id, fact, arguments, message, source, **more)


ATTRIBUTES = (
    *(
        of_attributes(
            f"{key}-{value.replace(' ', '-')}",
            f"`{key}` is not `{value}`, but {words}; the message is a guess.",
            {key: value},
            f"'{key}' value '{value}' must be {words}",
            API + "LoadBalancerAttribute",
        )
        for key, value, words in VALUES
    ),
    of_attributes(
        "unknown-attribute",
        "A load balancer has no other attributes than those there are.",
        {"idle_timeout.seconds": "60"},
        "Load balancer attribute key 'idle_timeout.seconds' is not recognized",
        "provider #23971",
        confidence=OBSERVED,
    ),
    of_attributes(
        "attribute-of-another-type",
        "Nor those of a Network Load Balancer; that the message is the same is a guess.",
        {"dns_record.client_routing_policy": "any_availability_zone"},
        "Load balancer attribute key 'dns_record.client_routing_policy' is not recognized",
        API + "LoadBalancerAttribute",
    ),
    of_attributes(
        "21-attributes",
        "One call changes twenty attributes.",
        {f"attribute.{number}": "" for number in range(21)},
        "' at 'attributes' failed to satisfy constraint: " + SHORTER.format(20),
        "provider #46496",
        confidence=OBSERVED,
    ),
    of_attributes(
        "access-logs-to-nowhere",
        "Access logs have a bucket; the message is a guess.",
        {"access_logs.s3.enabled": "true"},
        "The value of 'access_logs.s3.bucket' cannot be empty",
        API + "LoadBalancerAttribute: access_logs.s3.bucket",
    ),
    of_attributes(
        "access-logs-to-awslogs",
        "Their prefix does not name AWSLogs, which AWS adds; the message is a guess.",
        {"access_logs.s3.prefix": "my/AWSLogs"},
        "'access_logs.s3.prefix' cannot include 'AWSLogs'",
        "user guide, Enable access logs",
        code="InvalidConfigurationRequest",
    ),
)
