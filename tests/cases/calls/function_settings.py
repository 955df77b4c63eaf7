"""What both CreateFunction and UpdateFunctionConfiguration refuse of a function."""

from __future__ import annotations

import sys

from tests.cases import Confidence
from tests.cases.calls.call import (
    ENUM,
    GUIDE,
    LESS,
    MORE,
    OBSERVED,
    PATTERN,
    REFERENCE,
    SHORTER,
    SNAPSHOTS,
    VALIDATION,
    Row,
    constraint,
)

RUNTIME = "python{}.{}".format(*sys.version_info)
SEEN: Confidence = OBSERVED
OVER = "no longer supported for creating or updating AWS Lambda functions."
VARIABLES = "because the environment variables you have provided "

# What both CreateFunction and UpdateFunctionConfiguration refuse.
SETTINGS: tuple[Row, ...] = (
    (
        "timeout-0",
        "A timeout is a second or more.",
        {"Timeout": 0},
        constraint("0", "timeout", MORE.format(1)),
        REFERENCE + "CreateFunction: Timeout",
        {"code": VALIDATION},
    ),
    (
        "timeout-901",
        "A timeout is 900 s at most.",
        {"Timeout": 901},
        constraint("901", "timeout", LESS.format(900)),
        "covidatlas/li#575",
        {"code": VALIDATION, "confidence": SEEN},
    ),
    (
        "memory-127",
        "A function has 128 MB or more.",
        {"MemorySize": 127},
        constraint("127", "memorySize", MORE.format(128)),
        REFERENCE + "CreateFunction: MemorySize",
        {"code": VALIDATION},
    ),
    (
        "memory-10241",
        "A function has 10240 MB at most.",
        {"MemorySize": 10241},
        constraint("10241", "memorySize", LESS.format(10240)),
        GUIDE + "Lambda quotas",
        {"code": VALIDATION},
    ),
    (
        "storage-511",
        "Its /tmp has 512 MB or more.",
        {"EphemeralStorage": {"Size": 511}},
        constraint("511", "ephemeralStorage.size", MORE.format(512)),
        REFERENCE + "EphemeralStorage",
        {"code": VALIDATION},
    ),
    (
        "storage-10241",
        "Its /tmp has 10240 MB at most.",
        {"EphemeralStorage": {"Size": 10241}},
        constraint("10241", "ephemeralStorage.size", LESS.format(10240)),
        GUIDE + "Lambda quotas",
        {"code": VALIDATION},
    ),
    (
        "variables-of-4-kb",
        "The environment has 4 KB; localalb does not repeat it in the message.",
        {"Environment": {"Variables": {"LARGE": "x" * 4096}}},
        VARIABLES + "exceeded the 4KB limit.",
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "variable-aws-region",
        "Lambda sets AWS_REGION itself.",
        {"Environment": {"Variables": {"AWS_REGION": "x"}}},
        VARIABLES
        + "contains reserved keys that are currently not supported for modification. Reserved keys used in "
        "this request: AWS_REGION",
        "mattermost-cloud-monitoring#264",
        {"confidence": SEEN},
    ),
    (
        "variable-lambda-task-root",
        "And LAMBDA_TASK_ROOT.",
        {"Environment": {"Variables": {"LAMBDA_TASK_ROOT": "x"}}},
        "Reserved keys used in this request: LAMBDA_TASK_ROOT",
        GUIDE + "Defined runtime environment variables",
        {},
    ),
    (
        "variable-of-one-letter",
        "A variable's name has two characters.",
        {"Environment": {"Variables": {"A": "secret"}}},
        "Value '***' at 'environment.variables' failed to satisfy constraint: "
        "Map keys must satisfy constraint: [" + PATTERN,
        REFERENCE + "Environment: Variables",
        {"code": VALIDATION},
    ),
    (
        "variable-with-a-hyphen",
        "Letters, digits and underscores.",
        {"Environment": {"Variables": {"A-B": "secret"}}},
        "Map keys must satisfy constraint: [" + PATTERN,
        GUIDE + "Environment variables",
        {"code": VALIDATION},
    ),
    (
        "runtime-that-is-not-there",
        "A runtime exists.",
        {"Runtime": "python9.9"},
        "Value python9.9 at 'runtime' failed to satisfy constraint: " + ENUM,
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "runtime-in-capitals",
        "Its name is in small letters.",
        {"Runtime": "PYTHON3.9"},
        "Value PYTHON3.9 at 'runtime' failed to satisfy constraint: " + ENUM,
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "runtime-python3.7",
        "Its time is not over.",
        {"Runtime": "python3.7"},
        f"The runtime parameter of python3.7 is {OVER}",
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "runtime-nodejs14.x",
        "So with other languages.",
        {"Runtime": "nodejs14.x"},
        f"The runtime parameter of nodejs14.x is {OVER}",
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "handler-with-spaces",
        "A handler has no spaces.",
        {"Handler": "a b"},
        constraint("a b", "handler", PATTERN + r"[^\s]+"),
        REFERENCE + "CreateFunction: Handler",
        {"code": VALIDATION},
    ),
    (
        "long-handler",
        "A handler has 128 characters.",
        {"Handler": "a" * 129},
        constraint("a" * 129, "handler", SHORTER.format(128)),
        REFERENCE + "CreateFunction: Handler",
        {"code": VALIDATION},
    ),
    (
        "long-description",
        "A description has 256 characters.",
        {"Description": "a" * 257},
        constraint("a" * 257, "description", SHORTER.format(256)),
        REFERENCE + "CreateFunction: Description",
        {"code": VALIDATION},
    ),
    (
        "role-without-arn",
        "A role is an ARN.",
        {"Role": "r1"},
        constraint("r1", "role", PATTERN + "arn:"),
        SNAPSHOTS,
        {"code": VALIDATION, "confidence": SEEN},
    ),
    (
        "six-layers",
        "A function has five layers.",
        {"Layers": [f"arn:aws:lambda:eu-west-2:123456789012:layer:a:{number}" for number in range(6)]},
        "Cannot reference more than 5 layers.",
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "subnets-without-security-groups",
        "It has both or neither.",
        {"VpcConfig": {"SubnetIds": ["{main.a}"]}},
        "SubnetIds and SecurityIds must coexist or be both empty list.",
        "aws-sdk-js #1293",
        {"confidence": SEEN},
    ),
    (
        "level-of-text",
        "Logs have levels in JSON.",
        {"LoggingConfig": {"LogFormat": "Text", "SystemLogLevel": "WARN"}},
        'LogLevel is not supported when LogFormat is set to "Text".',
        "aws-cdk #28045",
        {"confidence": SEEN},
    ),
    (
        "subnet-that-is-not-there",
        "Its subnets exist.",
        {"VpcConfig": {"SubnetIds": ["subnet-0"], "SecurityGroupIds": ["{main.group}"]}},
        "EC2 Error Code: InvalidSubnetID.NotFound. "
        "EC2 Error Message: The subnet ID 'subnet-0' does not exist",
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "security-group-that-is-not-there",
        "Its security groups exist.",
        {"VpcConfig": {"SubnetIds": ["{main.a}"], "SecurityGroupIds": ["sg-0"]}},
        "EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group 'sg-0' does not exist",
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "tracing-perhaps",
        "The API reference names the modes.",
        {"TracingConfig": {"Mode": "Perhaps"}},
        constraint("Perhaps", "tracingConfig.mode", ENUM),
        REFERENCE + "TracingConfig",
        {"code": VALIDATION},
    ),
    (
        "log-format-xml",
        "And the formats of logs.",
        {"LoggingConfig": {"LogFormat": "XML"}},
        constraint("XML", "loggingConfig.logFormat", ENUM),
        REFERENCE + "LoggingConfig",
        {"code": VALIDATION},
    ),
)
