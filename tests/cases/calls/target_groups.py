"""Target groups and their functions."""

from __future__ import annotations

from typing import Any

from tests.cases import LAMBDA
from tests.cases.calls.call import (
    API,
    DOCUMENTED,
    IDEMPOTENT,
    LESS,
    MORE,
    OBSERVED,
    SHORTER,
    CallCase,
    constraint,
    refused,
)

TARGET_GROUPS = (
    CallCase(
        id="create-a-target-group-of-the-same-name",
        fact="A second target group of a name with other settings is refused.",
        source="terraform-aws-alb#251",
        confidence=OBSERVED,
        operation="CreateTargetGroup",
        arguments={"Name": "free", "TargetType": "lambda", "HealthCheckEnabled": True},
        code="DuplicateTargetGroupName",
        message="A target group with the same name 'free' exists, but with different settings",
    ),
    CallCase(
        id="create-a-target-group-of-another-type",
        fact="Another target type is another setting.",
        source="terraform-aws-alb#251",
        confidence=OBSERVED,
        operation="CreateTargetGroup",
        arguments={
            "Name": "free",
            "TargetType": "ip",
            "Protocol": "HTTP",
            "Port": 80,
            "VpcId": "{main}",
        },
        code="DuplicateTargetGroupName",
        message="A target group with the same name 'free' exists, but with different settings",
    ),
    CallCase(
        id="create-the-same-target-group-again",
        fact="A second target group of a name with the same settings is the first.",
        source=f"{IDEMPOTENT.format('CreateTargetGroup')}; provider #6013",
        confidence=DOCUMENTED,
        operation="CreateTargetGroup",
        arguments={"Name": "free", "TargetType": "lambda", "HealthCheckIntervalSeconds": 35},
        answers="{free}",
    ),
    CallCase(
        id="delete-a-target-group-in-use",
        fact="A target group that a listener or a rule names is not deleted.",
        source=f"{API}DeleteTargetGroup; terraform#13076, for the message",
        confidence=DOCUMENTED,
        operation="DeleteTargetGroup",
        arguments={"TargetGroupArn": "{used}"},
        code="ResourceInUse",
        message="Target group '{used}' is currently in use by a listener or a rule",
    ),
    CallCase(
        id="register-without-permission",
        fact="A function that the load balancer may not invoke for this target group is not registered.",
        source="ansible#52253",
        confidence=OBSERVED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{free}", "Targets": [{"Id": "{mute}"}]},
        code="AccessDenied",
        message="elasticloadbalancing principal does not have permission to invoke {mute} from target group "
        "{free}",
        status=403,
    ),
    CallCase(
        id="register-with-another-groups-permission",
        fact="A permission for another target group does not count.",
        source=f"{LAMBDA}: permissions to invoke the Lambda function",
        confidence=DOCUMENTED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{used}", "Targets": [{"Id": "{heard}"}]},
        code="AccessDenied",
        message="elasticloadbalancing principal does not have permission to invoke {heard} from target group "
        "{used}",
        status=403,
    ),
    CallCase(
        id="register-what-does-not-exist",
        fact="A function that does not exist is not registered.",
        source=f"{API}RegisterTargets: InvalidTarget",
        confidence=DOCUMENTED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{free}", "Targets": [{"Id": "{mute}-none"}]},
        code="InvalidTarget",
        message="The specified target does not exist",
    ),
    CallCase(
        id="register-with-permission",
        fact="A function with the permission is registered.",
        source=f"{LAMBDA}: permissions to invoke the Lambda function",
        confidence=DOCUMENTED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{free}", "Targets": [{"Id": "{heard}"}]},
    ),
    refused(
        "RegisterTargets",
        "register-a-second-function",
        "A target group has one function; the message is a guess.",
        {"TargetGroupArn": "{taken}", "Targets": [{"Id": "{heard}:live"}]},
        "Target group '{taken}' cannot have more than '1' target",
        f"{LAMBDA}: one function a target group; {API}RegisterTargets: TooManyTargets",
        code="TooManyTargets",
    ),
    refused(
        "RegisterTargets",
        "register-two-functions",
        "Nor are two registered at once; the message is a guess.",
        {"TargetGroupArn": "{free}", "Targets": [{"Id": "{heard}"}, {"Id": "{mute}"}]},
        "Target group '{free}' cannot have more than '1' target",
        f"{LAMBDA}: one function a target group; {API}RegisterTargets: TooManyTargets",
        code="TooManyTargets",
    ),
    CallCase(
        id="register-the-same-again",
        fact="The same function can be registered again.",
        source=API + "RegisterTargets",
        confidence="guess",
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{taken}", "Targets": [{"Id": "{heard}"}]},
    ),
    refused(
        "RegisterTargets",
        "register-in-a-zone",
        "A function is in all zones; the message is a guess.",
        {"TargetGroupArn": "{taken}", "Targets": [{"Id": "{heard}", "AvailabilityZone": "eu-west-2a"}]},
        "Availability zone 'eu-west-2a' must be 'all'",
        API + "TargetDescription: AvailabilityZone",
    ),
    refused(
        "RegisterTargets",
        "register-a-name",
        "A target of type ip is an address; the message is a guess.",
        {"TargetGroupArn": "{plain}", "Targets": [{"Id": "example.com"}]},
        "The IP address 'example.com' is not a valid IP address",
        API + "TargetDescription: Id",
    ),
    refused(
        "RegisterTargets",
        "register-on-port-0",
        "A target's port is a port.",
        {"TargetGroupArn": "{plain}", "Targets": [{"Id": "10.0.0.1", "Port": 0}]},
        constraint("0", "targets.1.member.port", MORE.format(1)),
        API + "TargetDescription: Port",
    ),
    refused(
        "RegisterTargets",
        "register-in-no-group",
        "The target group exists.",
        {"TargetGroupArn": "{free}0", "Targets": [{"Id": "{heard}"}]},
        "One or more target groups not found",
        API + "RegisterTargets: TargetGroupNotFound",
        code="TargetGroupNotFound",
        by_moto=True,
    ),
    refused(
        "DeregisterTargets",
        "deregister-what-is-not-registered",
        "What is not registered is not deregistered.",
        {"TargetGroupArn": "{free}", "Targets": [{"Id": "{mute}"}]},
        "",
        API + "DeregisterTargets: InvalidTarget",
        code="InvalidTarget",
        by_moto=True,
    ),
    refused(
        "DeleteTargetGroup",
        "delete-a-group-without-saying-which",
        "What is required is required.",
        {},
        "Value null at 'targetGroupArn' failed to satisfy constraint: Member must not be null",
        API + "DeleteTargetGroup",
    ),
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
)
