"""What Elastic Load Balancing refuses of attributes: keys that do not exist, values out of their range.

LoadBalancerAttribute, TargetGroupAttribute and ListenerAttribute of the ELBv2 API say what there is. Words:
provider #23971 of a key that does not exist; those of values are moto's, and a guess.
"""

from __future__ import annotations

from collections.abc import Mapping

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Reason, Refusal, invalid

Allowed = tuple[int, int] | tuple[str, ...]
"""A range of whole numbers, or the values; none for any."""

_BOOLEAN = ("true", "false")
_ON_OFF = ("on", "off")
_ANY: tuple[str, ...] = ()
_WEEK = 604800

LOAD_BALANCER: Mapping[str, Allowed] = {
    "access_logs.s3.bucket": _ANY,
    "access_logs.s3.enabled": _BOOLEAN,
    "access_logs.s3.prefix": _ANY,
    "client_keep_alive.seconds": (60, _WEEK),
    "connection_logs.s3.bucket": _ANY,
    "connection_logs.s3.enabled": _BOOLEAN,
    "connection_logs.s3.prefix": _ANY,
    "deletion_protection.enabled": _BOOLEAN,
    "health_check_logs.s3.bucket": _ANY,
    "health_check_logs.s3.enabled": _BOOLEAN,
    "health_check_logs.s3.prefix": _ANY,
    "idle_timeout.timeout_seconds": (1, 4000),
    "ipv6.deny_all_igw_traffic": _BOOLEAN,
    "load_balancing.cross_zone.enabled": ("true",),
    "routing.http.desync_mitigation_mode": ("monitor", "defensive", "strictest"),
    "routing.http.drop_invalid_header_fields.enabled": _BOOLEAN,
    "routing.http.preserve_host_header.enabled": _BOOLEAN,
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": _BOOLEAN,
    "routing.http.xff_client_port.enabled": _BOOLEAN,
    "routing.http.xff_header_processing.mode": ("append", "preserve", "remove"),
    "routing.http2.enabled": _BOOLEAN,
    "waf.fail_open.enabled": _BOOLEAN,
    "zonal_shift.config.enabled": _BOOLEAN,
}

TARGET_GROUP: Mapping[str, Allowed] = {
    "deregistration_delay.connection_termination.enabled": _BOOLEAN,
    "deregistration_delay.timeout_seconds": (0, 3600),
    "lambda.multi_value_headers.enabled": _BOOLEAN,
    "load_balancing.algorithm.anomaly_mitigation": _ON_OFF,
    "load_balancing.algorithm.type": ("round_robin", "least_outstanding_requests", "weighted_random"),
    "load_balancing.cross_zone.enabled": (*_BOOLEAN, "use_load_balancer_configuration"),
    "preserve_client_ip.enabled": _BOOLEAN,
    "proxy_protocol_v2.enabled": _BOOLEAN,
    "slow_start.duration_seconds": (0, 900),
    "stickiness.app_cookie.cookie_name": _ANY,
    "stickiness.app_cookie.duration_seconds": (1, _WEEK),
    "stickiness.enabled": _BOOLEAN,
    "stickiness.lb_cookie.duration_seconds": (1, _WEEK),
    "stickiness.type": (
        "lb_cookie",
        "app_cookie",
        "source_ip",
        "source_ip_dest_ip",
        "source_ip_dest_ip_proto",
    ),
    "target_failover.on_deregistration": ("rebalance", "no_rebalance"),
    "target_failover.on_unhealthy": ("rebalance", "no_rebalance"),
    "target_group_health.dns_failover.minimum_healthy_targets.count": _ANY,
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": _ANY,
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": _ANY,
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": _ANY,
    "target_health_state.unhealthy.connection_termination.enabled": _BOOLEAN,
    "target_health_state.unhealthy.draining_interval_seconds": (0, 360000),
}

LISTENER: Mapping[str, Allowed] = {
    "routing.http.response.server.enabled": _BOOLEAN,
    **{
        f"routing.http.request.x_amzn_{name}.header_name": _ANY
        for name in (
            "mtls_clientcert_serial_number",
            "mtls_clientcert_issuer",
            "mtls_clientcert_subject",
            "mtls_clientcert_validity",
            "mtls_clientcert_leaf",
            "mtls_clientcert",
            "tls_version",
            "tls_cipher_suite",
        )
    },
    **{
        f"routing.http.response.{name}.header_value": _ANY
        for name in (
            "strict_transport_security",
            "access_control_allow_origin",
            "access_control_allow_methods",
            "access_control_allow_headers",
            "access_control_allow_credentials",
            "access_control_expose_headers",
            "access_control_max_age",
            "content_security_policy",
            "x_content_type_options",
            "x_frame_options",
        )
    },
}


def within(what: str, attributes: Mapping[str, Allowed]) -> Reason:
    """A reason against attributes of `what`: keys that are not in `attributes`, values not allowed."""

    def reason(call: Api, existing: Existing) -> Refusal | None:
        balancer = existing.load_balancers.get(call.get("LoadBalancerArn", ""))
        if balancer and balancer.type != "application":
            return None
        for each in call.get("Attributes") or ():
            key, value = each.get("Key") or "", str(each.get("Value") or "")
            if key not in attributes:
                return invalid(f"{what} attribute key '{key}' is not recognized")
            if words := _outside(value, attributes[key]):
                return invalid(f"'{key}' value '{value}' must be {words}")
        return None

    return reason


def slow_start(call: Api, existing: Existing) -> Refusal | None:
    """TargetGroupAttribute, `slow_start.duration_seconds`: 30-900, or 0 for none. A guess of words."""
    for each in call.get("Attributes") or ():
        if each.get("Key") == "slow_start.duration_seconds" and 0 < int(each.get("Value") or 0) < 30:
            start = f"'slow_start.duration_seconds' value '{each['Value']}' must be "
            return invalid(start + "'0' or between '30-900' inclusive")
    return None


def reserved_cookie(call: Api, existing: Existing) -> Refusal | None:
    """TargetGroupAttribute, `stickiness.app_cookie.cookie_name`: the load balancer's own are not the
    application's. A guess of words."""
    for each in call.get("Attributes") or ():
        name = str(each.get("Value") or "")
        if each.get("Key") == "stickiness.app_cookie.cookie_name" and name.startswith("AWSALB"):
            return invalid(f"'stickiness.app_cookie.cookie_name' value '{name}' cannot start with 'AWSALB'")
    return None


def _outside(value: str, allowed: Allowed) -> str | None:
    """What a value must be instead, None where it is allowed."""
    match allowed:
        case (int() as low, int() as high):
            inside = value.isdecimal() and low <= int(value) <= high
            return None if inside else f"between '{low}-{high}' inclusive"
        case () | (str(), *_):
            return None if not allowed or value in allowed else f"one of [{', '.join(map(str, allowed))}]"
    return None
