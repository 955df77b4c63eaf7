"""Attributes of target groups."""

from __future__ import annotations

from tests.cases.calls.call import (
    API,
    refused,
)

ATTRIBUTE_VALUES = (
    ("free", "lambda.multi_value_headers.enabled", "yes", "one of [true, false]"),
    ("plain", "deregistration_delay.timeout_seconds", "3601", "between '0-3600' inclusive"),
    ("plain", "slow_start.duration_seconds", "901", "between '0-900' inclusive"),
    ("plain", "slow_start.duration_seconds", "29", "'0' or between '30-900' inclusive"),
    ("plain", "stickiness.enabled", "yes", "one of [true, false]"),
    ("plain", "stickiness.lb_cookie.duration_seconds", "604801", "between '1-604800' inclusive"),
    ("plain", "stickiness.app_cookie.duration_seconds", "0", "between '1-604800' inclusive"),
    ("plain", "stickiness.type", "ip", "one of [lb_cookie, "),
    ("plain", "load_balancing.algorithm.type", "random", "one of [round_robin, "),
)

ATTRIBUTES = (
    *(
        refused(
            "ModifyTargetGroupAttributes",
            f"{key}-{value}",
            f"`{key}` is not `{value}`; the message is a guess.",
            {"TargetGroupArn": f"{{{group}}}", "Attributes": [{"Key": key, "Value": value}]},
            f"'{key}' value '{value}' must be {words}",
            API + "TargetGroupAttribute",
        )
        for group, key, value, words in ATTRIBUTE_VALUES
    ),
    refused(
        "ModifyTargetGroupAttributes",
        "unknown-group-attribute",
        "A target group has no other attributes than those there are; the message is a guess.",
        {"TargetGroupArn": "{free}", "Attributes": [{"Key": "lambda.enabled", "Value": "true"}]},
        "Target group attribute key 'lambda.enabled' is not recognized",
        API + "TargetGroupAttribute",
    ),
    refused(
        "ModifyTargetGroupAttributes",
        "multi-value-headers-of-addresses",
        "Multi-value headers are for functions; the message is a guess.",
        {
            "TargetGroupArn": "{plain}",
            "Attributes": [{"Key": "lambda.multi_value_headers.enabled", "Value": "true"}],
        },
        "A target group with target type 'ip' does not support the attribute "
        "lambda.multi_value_headers.enabled",
        API + "TargetGroupAttribute",
        code="InvalidConfigurationRequest",
    ),
    refused(
        "ModifyTargetGroupAttributes",
        "slow-start-of-a-function",
        "Slow start is of instances and addresses; the message is a guess.",
        {
            "TargetGroupArn": "{free}",
            "Attributes": [{"Key": "slow_start.duration_seconds", "Value": "30"}],
        },
        "A target group with target type 'lambda' does not support slow start",
        API + "TargetGroupAttribute",
        code="InvalidConfigurationRequest",
    ),
    refused(
        "ModifyTargetGroupAttributes",
        "cookie-of-the-load-balancer",
        "Its own cookies are not the application's; the message is a guess.",
        {
            "TargetGroupArn": "{plain}",
            "Attributes": [{"Key": "stickiness.app_cookie.cookie_name", "Value": "AWSALBAPP"}],
        },
        "'stickiness.app_cookie.cookie_name' value 'AWSALBAPP' cannot start with 'AWSALB'",
        API + "TargetGroupAttribute",
    ),
)
