"""Settings of target groups: health checks."""

from __future__ import annotations

from typing import Any

from tests.cases import LAMBDA
from tests.cases.calls.call import (
    API,
    LESS,
    MORE,
    OBSERVED,
    SHORTER,
    CallCase,
    constraint,
    refused,
)


def of_settings(
    id: str, fact: str, settings: dict[str, Any], message: str, source: str, **more: Any
) -> CallCase:
    arguments = {"Name": "new", "TargetType": "lambda"} | settings
    return refused("CreateTargetGroup", id, fact, arguments, message, source, **more)


RANGES = (
    ("HealthCheckIntervalSeconds", 5, 300),
    ("HealthCheckTimeoutSeconds", 2, 120),
    ("HealthyThresholdCount", 2, 10),
    ("UnhealthyThresholdCount", 2, 10),
)
MOTO = "moto, test_elbv2_target_groups, for the message"
CODES = "Health check matcher HTTP code '{}' must be within '200-499' inclusive"
CHECKS = "user guide, Health checks for Application Load Balancer target groups"
LONGER = "Health check interval must be greater than the timeout."

SETTINGS = (
    *(
        of_settings(
            f"{name}-{number}",
            f"{name} is from {low} to {high}.",
            {name: number},
            constraint(str(number), name[0].lower() + name[1:], words),
            f"{API}CreateTargetGroup: {name}; cfn-lint#807, for the message",
        )
        for name, low, high in RANGES
        for number, words in ((low - 1, MORE.format(low)), (high + 1, LESS.format(high)))
    ),
    of_settings(
        "timeout-of-the-interval",
        "The interval between health checks is longer than their timeout.",
        {"HealthCheckIntervalSeconds": 60, "HealthCheckTimeoutSeconds": 60},
        LONGER,
        "provider #48071; aws-cdk#3703",
        confidence=OBSERVED,
    ),
    of_settings(
        "interval-of-the-default-timeout",
        "It is longer than the timeout nobody set, too: 30 s for a function.",
        {"HealthCheckIntervalSeconds": 30},
        LONGER,
        f"tflint-ruleset-aws#404; {LAMBDA}, for the default",
        confidence="computed",
    ),
    refused(
        "ModifyTargetGroup",
        "modify-to-the-timeout",
        "An interval is not made shorter than the timeout.",
        {"TargetGroupArn": "{free}", "HealthCheckIntervalSeconds": 20},
        LONGER,
        "provider #48071, of CreateTargetGroup",
        "computed",
    ),
    *(
        of_settings(
            f"codes-{codes}",
            f"Health checks expect codes from 200 to 499, not `{codes}`; the message is a guess.",
            {"Matcher": {"HttpCode": codes}},
            CODES.format(codes),
            CHECKS,
        )
        for codes in ("500", "199", "200-500", "200,600", "ok")
    ),
    of_settings(
        "no-codes",
        "Health checks expect a code.",
        {"Matcher": {"HttpCode": ""}},
        "Health check matcher HTTP code cannot be empty",
        "terraform-aws-ecs-web-service#9",
        confidence=OBSERVED,
    ),
    refused(
        "ModifyTargetGroup",
        "modify-to-code-500",
        "Nor later; the message is a guess.",
        {"TargetGroupArn": "{free}", "Matcher": {"HttpCode": "500"}},
        CODES.format("500"),
        CHECKS,
    ),
    of_settings(
        "check-of-a-relative-path",
        "Health checks ask for a path; the message is a guess.",
        {"HealthCheckPath": "health"},
        "Health check path 'health' must begin with '/'",
        CHECKS,
    ),
    of_settings(
        "check-of-a-long-path",
        "It has 1024 characters.",
        {"HealthCheckPath": "/" * 1025},
        constraint("/" * 1025, "healthCheckPath", SHORTER.format(1024)),
        API + "CreateTargetGroup: HealthCheckPath",
    ),
    of_settings(
        "long-group-name",
        "A target group's name has 32 characters.",
        {"Name": "n" * 33},
        f"Target group name '{'n' * 33}' cannot be longer than '32' characters",
        f"{API}CreateTargetGroup: Name; {MOTO}",
        by_moto=True,
    ),
    *(
        of_settings(
            f"group-name-{name}",
            "It has letters, digits and hyphens, and no hyphen at an end.",
            {"Name": name},
            "",
            f"{API}CreateTargetGroup: Name; {MOTO}",
            by_moto=True,
        )
        for name in ("a_b", "-a", "a-")
    ),
    *(
        of_settings(
            f"function-with-{name.lower()}",
            f"A target group for functions has no {name}.",
            {name: value},
            f"{words} cannot be specified for target groups with target type 'lambda'",
            f"{API}CreateTargetGroup: {name}; {MOTO}",
            by_moto=True,
        )
        for name, value, words in (
            ("Port", 80, "Port"),
            ("Protocol", "HTTP", "Protocol"),
            ("VpcId", "{main}", "VPC ID"),
        )
    ),
    *(
        of_settings(
            f"addresses-without-{name.lower()}",
            f"One for addresses has a {name}.",
            {"TargetType": "ip", "Port": 80, "Protocol": "HTTP", "VpcId": "{main}"} | {name: None},
            f"A {words} must be specified",
            f"{API}CreateTargetGroup: {name}; {MOTO}",
            by_moto=True,
        )
        for name, words in (("Port", "port"), ("Protocol", "protocol"), ("VpcId", "VPC ID"))
    ),
    *(
        of_settings(
            f"strange-{name.lower()}",
            f"The API reference names the values of {name}.",
            {name: "strange"},
            constraint("strange", name[0].lower() + name[1:], "Member must satisfy enum value set: ["),
            f"{API}CreateTargetGroup: {name}",
        )
        for name in ("TargetType", "Protocol", "HealthCheckProtocol", "IpAddressType")
    ),
    refused(
        "CreateTargetGroup",
        "addresses-without-health-checks",
        "Only functions do without; the message is a guess.",
        {
            "Name": "new",
            "TargetType": "ip",
            "Protocol": "HTTP",
            "Port": 80,
            "VpcId": "{main}",
            "HealthCheckEnabled": False,
        },
        "Health check enabled must be true for target groups with target type 'ip'",
        API + "CreateTargetGroup: HealthCheckEnabled",
    ),
)
