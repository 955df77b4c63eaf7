"""Functions: settings, code, versions, aliases, permissions, concurrency, invocations."""

from __future__ import annotations

import io
import sys
import zipfile
from typing import Any

from tests.cases import Confidence
from tests.cases.calls.call import (
    DOCUMENTED,
    GUIDE,
    LESS,
    MORE,
    OBSERVED,
    REFERENCE,
    SHORTER,
    SNAPSHOTS,
    CallCase,
    constraint,
    refused,
)

Row = tuple[str, str, dict[str, Any], str, str, dict[str, Any]]


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return file.getvalue()


RUNTIME = "python{}.{}".format(*sys.version_info)
FUNCTION: dict[str, Any] = {
    "FunctionName": "new",
    "Runtime": RUNTIME,
    "Handler": "a.b",
    "Role": "arn:aws:iam::123456789012:role/function",
    "Code": {"ZipFile": zipped("a.py")},
}
INVALID = "InvalidParameterValueException"
VALIDATION = "ValidationException"
SEEN: Confidence = OBSERVED
MANDATORY = "Runtime and Handler are mandatory parameters for functions created with deployment packages."
OVER = "no longer supported for creating or updating AWS Lambda functions."
VARIABLES = "because the environment variables you have provided "
ENUM = "Member must satisfy enum value set: ["
PATTERN = "Member must satisfy regular expression pattern: "
ALONE = "This operation is permitted on Lambda functions only."


def of_function(operation: str, id: str, fact: str, arguments: dict[str, Any], message: str, source: str,
                confidence: Confidence = DOCUMENTED, **more: Any) -> CallCase:  # fmt: skip
    """A row of Lambda's; an InvalidParameterValueException where `code` says nothing else."""
    return refused(
        operation,
        id,
        fact,
        arguments,
        message,
        source,
        confidence,
        **{"code": INVALID, "service": "lambda"} | more,
    )


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
        "A function has five layers; the message is a guess.",
        {"Layers": [f"arn:aws:lambda:eu-west-2:123456789012:layer:a:{number}" for number in range(6)]},
        "Layers list cannot have more than 5 layers",
        GUIDE + "Lambda quotas",
        {},
    ),
    (
        "subnet-that-is-not-there",
        "Its subnets exist.",
        {"VpcConfig": {"SubnetIds": ["subnet-0"], "SecurityGroupIds": []}},
        "EC2 Error Code: InvalidSubnetID.NotFound. "
        "EC2 Error Message: The subnet ID 'subnet-0' does not exist",
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "security-group-that-is-not-there",
        "Its security groups exist.",
        {"VpcConfig": {"SubnetIds": [], "SecurityGroupIds": ["sg-0"]}},
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

CREATION: tuple[Row, ...] = (
    (
        "existing-name",
        "A name is one function's.",
        {"FunctionName": "mute"},
        "Function already exist: mute",
        f"{REFERENCE}CreateFunction: ResourceConflictException; moto, for the message",
        {"code": "ResourceConflictException", "status": 409, "by_moto": True},
    ),
    (
        "long-name",
        "A name has 64 characters.",
        {"FunctionName": "a" * 65},
        constraint("a" * 65, "functionName", SHORTER.format(64)),
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "very-long-name",
        "An ARN has 140.",
        {"FunctionName": "a" * 141},
        constraint("a" * 141, "functionName", SHORTER.format(140)),
        SNAPSHOTS,
        {"code": VALIDATION, "confidence": SEEN},
    ),
    (
        "strange-name",
        "Letters, digits, hyphens and underscores.",
        {"FunctionName": "a.b"},
        constraint("a.b", "functionName", PATTERN),
        REFERENCE + "CreateFunction: FunctionName",
        {"code": VALIDATION},
    ),
    (
        "no-runtime",
        "A function in a zip has a runtime.",
        {"Runtime": None},
        MANDATORY,
        "pipecd#1400",
        {"confidence": SEEN},
    ),
    ("no-handler", "And a handler.", {"Handler": None}, MANDATORY, "pipecd#1400", {"confidence": SEEN}),
    (
        "no-role",
        "Every function has a role.",
        {"Role": None},
        "Value null at 'role' failed to satisfy constraint: Member must not be null",
        REFERENCE + "CreateFunction: Role",
        {"code": VALIDATION},
    ),
    (
        "role-that-is-not-there",
        "It exists.",
        {"Role": "arn:aws:iam::123456789012:role/none"},
        "The role defined for the function cannot be assumed by Lambda.",
        f"{REFERENCE}CreateFunction: Role; moto, for the message",
        {"by_moto": True},
    ),
    (
        "no-code",
        "A function has code; the message is a guess.",
        {"Code": {}},
        "Please provide a source for function code.",
        REFERENCE + "CreateFunction: Code",
        {},
    ),
    (
        "code-that-is-no-zip",
        "Its zip is a zip.",
        {"Code": {"ZipFile": b"def handler(): ..."}},
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
    (
        "empty-zip",
        "With something in it.",
        {"Code": {"ZipFile": zipped()}},
        "Uploaded file must be a non-empty zip",
        "aws-stepfunctions-examples#31",
        {"confidence": SEEN},
    ),
    (
        "no-bytes",
        "A zip of no bytes is none.",
        {"Code": {"ZipFile": b""}},
        "Uploaded file must be a non-empty zip",
        "serverless_static_website_with_basic_auth#17",
        {"confidence": SEEN},
    ),
    (
        "bucket-that-is-not-there",
        "Code may lie in a bucket that exists.",
        {"Code": {"S3Bucket": "none-such", "S3Key": "a.zip"}},
        "Error occurred while GetObject. S3 Error Code: NoSuchBucket. "
        "S3 Error Message: The specified bucket does not "
        "exist",
        SNAPSHOTS,
        {"confidence": SEEN, "by_moto": True},
    ),
    (
        "architecture-in-capitals",
        "The architectures are x86_64 and arm64.",
        {"Architectures": ["X86_64"]},
        constraint(
            "[X86_64]", "architectures", "Member must satisfy constraint: [" + ENUM + "x86_64, arm64]"
        ),
        SNAPSHOTS,
        {"code": VALIDATION, "confidence": SEEN},
    ),
    (
        "two-architectures",
        "A function has one of them.",
        {"Architectures": ["x86_64", "arm64"]},
        constraint("[x86_64, arm64]", "architectures", SHORTER.format(1)),
        SNAPSHOTS,
        {"code": VALIDATION, "confidence": SEEN},
    ),
    (
        "package-type-tar",
        "A function is a zip or an image.",
        {"PackageType": "Tar"},
        constraint("Tar", "packageType", ENUM),
        REFERENCE + "CreateFunction: PackageType",
        {"code": VALIDATION},
    ),
    (
        "51-tags",
        "A function has fifty tags.",
        {"Tags": {f"tag{number}": "" for number in range(51)}},
        "Number of tags exceeds resource tag limit.",
        SNAPSHOTS,
        {"confidence": SEEN},
    ),
)

FUNCTIONS = (
    *(
        of_function("CreateFunction", f"create-{id}", fact, FUNCTION | changed, message, source, **more)
        for id, fact, changed, message, source, more in (*SETTINGS, *CREATION)
    ),
    *(
        of_function(
            "UpdateFunctionConfiguration",
            f"update-{id}",
            f"{fact} Nor is it made otherwise.",
            {"FunctionName": "mute"} | changed,
            message,
            source,
            **more,
        )
        for id, fact, changed, message, source, more in SETTINGS
    ),
    of_function(
        "UpdateFunctionCode",
        "update-to-no-code",
        "New code is from somewhere; the message is a guess.",
        {"FunctionName": "mute"},
        "Please provide a source for function code.",
        REFERENCE + "UpdateFunctionCode",
    ),
    of_function(
        "UpdateFunctionCode",
        "update-to-no-zip",
        "A new zip is a zip.",
        {"FunctionName": "mute", "ZipFile": b"no zip"},
        "Could not unzip uploaded file.",
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "UpdateFunctionConfiguration",
        "update-no-function",
        "The function exists.",
        {"FunctionName": "none", "Timeout": 3},
        "Function not found: ",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceNotFoundException",
        status=404,
        by_moto=True,
    ),
    of_function(
        "DeleteFunction",
        "delete-no-function",
        "So for its deletion.",
        {"FunctionName": "none"},
        "Function not found: ",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceNotFoundException",
        status=404,
        by_moto=True,
    ),
    of_function(
        "DeleteFunction",
        "delete-latest",
        "$LATEST goes with its function.",
        {"FunctionName": "heard", "Qualifier": "$LATEST"},
        "$LATEST version cannot be deleted without deleting the function.",
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "DeleteFunction",
        "delete-a-version-with-an-alias",
        "A version that an alias references is not deleted; the message is a guess.",
        {"FunctionName": "heard", "Qualifier": "1"},
        "because aliases reference it: live",
        REFERENCE + "DeleteFunction",
        code="ResourceConflictException",
        status=409,
    ),
    of_function(
        "PublishVersion",
        "publish-other-code",
        "A version is published of the code that is meant.",
        {"FunctionName": "heard", "CodeSha256": "somenonexistentsha256"},
        "CodeSHA256 (somenonexistentsha256) is different from current CodeSHA256 in $LATEST (",
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "PublishVersion",
        "publish-no-function",
        "Of a function that exists.",
        {"FunctionName": "none"},
        "Function not found: ",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceNotFoundException",
        status=404,
        by_moto=True,
    ),
)

CONCURRENCY = (
    of_function(
        "PutFunctionConcurrency",
        "reserve-901",
        "100 of an account's 1000 executions stay unreserved.",
        {"FunctionName": "mute", "ReservedConcurrentExecutions": 901},
        "Specified ReservedConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of [100].",
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "PutFunctionConcurrency",
        "reserve-below-0",
        "What is reserved is no less than nothing.",
        {"FunctionName": "mute", "ReservedConcurrentExecutions": -1},
        constraint("-1", "reservedConcurrentExecutions", MORE.format(0)),
        REFERENCE + "PutFunctionConcurrency",
        code=VALIDATION,
    ),
    of_function(
        "PutFunctionConcurrency",
        "reserve-for-an-alias",
        "It is a function's.",
        {"FunctionName": "heard:live", "ReservedConcurrentExecutions": 1},
        ALONE,
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "PutFunctionConcurrency",
        "reserve-for-no-function",
        "One that exists.",
        {"FunctionName": "none", "ReservedConcurrentExecutions": 1},
        "Function not found: ",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceNotFoundException",
        status=404,
        by_moto=True,
    ),
    of_function(
        "Invoke",
        "invoke-with-6-mb",
        "An event has 6 MB.",
        {"FunctionName": "mute", "Payload": b'"' + b"x" * 6291456 + b'"'},
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
        "streetwarp-web#14",
        OBSERVED,
        code="RequestEntityTooLargeException",
        status=413,
    ),
    of_function(
        "Invoke",
        "invoke-later-with-1-mb",
        "Where nobody waits it has 1 MB.",
        {"FunctionName": "mute", "InvocationType": "Event", "Payload": b'"' + b"x" * 1048576 + b'"'},
        "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
        "hyp3#2241; Lambda guide, Lambda quotas, for the limit",
        OBSERVED,
        code="RequestEntityTooLargeException",
        status=413,
    ),
    of_function(
        "Invoke",
        "invoke-somehow",
        "The API reference names the types.",
        {"FunctionName": "mute", "InvocationType": "Later"},
        constraint("Later", "invocationType", ENUM),
        REFERENCE + "Invoke: InvocationType",
        code=VALIDATION,
    ),
    of_function(
        "Invoke",
        "invoke-without-json",
        "An event is JSON.",
        {"FunctionName": "mute", "Payload": b"{"},
        "Could not parse request body into json: ",
        REFERENCE + "Invoke: InvalidRequestContentException",
        code="InvalidRequestContentException",
        by_moto=True,
    ),
    of_function(
        "Invoke",
        "invoke-no-version",
        "The version exists.",
        {"FunctionName": "heard", "Qualifier": "9", "Payload": b"{}"},
        "Function not found: {heard}:9",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceNotFoundException",
        status=404,
        by_moto=True,
    ),
    of_function(
        "Invoke",
        "invoke-no-alias",
        "And the alias.",
        {"FunctionName": "heard", "Qualifier": "dead", "Payload": b"{}"},
        "Function not found: {heard}:dead",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceNotFoundException",
        status=404,
        by_moto=True,
    ),
)

PERMISSION: dict[str, Any] = {
    "FunctionName": "heard",
    "StatementId": "new",
    "Action": "lambda:InvokeFunction",
    "Principal": "elasticloadbalancing.amazonaws.com",
}

PERMISSIONS = (
    of_function(
        "AddPermission",
        "statement-again",
        "A statement id is one statement's.",
        PERMISSION | {"StatementId": "{statement}"},
        "The statement id ({statement}) provided already exists.",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceConflictException",
        status=409,
        by_moto=True,
    ),
    of_function(
        "AddPermission",
        "statement-with-a-dot",
        "It has letters, digits, hyphens and underscores.",
        PERMISSION | {"StatementId": "example.com"},
        constraint("example.com", "statementId", PATTERN + "([a-zA-Z0-9-_]+)"),
        SNAPSHOTS,
        OBSERVED,
        code=VALIDATION,
    ),
    of_function(
        "AddPermission",
        "permission-to-nobody",
        "A permission is somebody's.",
        PERMISSION | {"Principal": "nobody"},
        "The provided principal was invalid. Please check the principal and try again.",
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "AddPermission",
        "permission-to-do-more",
        "It is about Lambda.",
        PERMISSION | {"Action": "s3:GetObject"},
        constraint("s3:GetObject", "action", PATTERN),
        REFERENCE + "AddPermission: Action",
        code=VALIDATION,
    ),
    of_function(
        "AddPermission",
        "permission-of-latest",
        "$LATEST has none of its own.",
        PERMISSION | {"Qualifier": "$LATEST"},
        "We currently do not support adding policies for $LATEST.",
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "AddPermission",
        "permission-of-no-version",
        "The version exists.",
        PERMISSION | {"Qualifier": "42"},
        "Function not found: {heard}:42",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceNotFoundException",
        status=404,
        by_moto=True,
    ),
    of_function(
        "AddPermission",
        "permission-of-no-function",
        "The function exists.",
        PERMISSION | {"FunctionName": "none"},
        "Function not found: ",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceNotFoundException",
        status=404,
        by_moto=True,
    ),
    of_function(
        "RemovePermission",
        "remove-no-statement",
        "A statement that does not exist is not removed; the message is another on AWS.",
        {"FunctionName": "heard", "StatementId": "none"},
        "",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceNotFoundException",
        status=404,
        by_moto=True,
    ),
)

ALIAS: dict[str, Any] = {"FunctionName": "heard", "Name": "new", "FunctionVersion": "1"}
LIVE: dict[str, Any] = {"FunctionName": "heard", "Name": "live"}


def weighted(**weights: float) -> dict[str, Any]:
    """A RoutingConfig; the name of a version is `v1`, $LATEST is `latest`."""
    names = {name: "$LATEST" if name == "latest" else name.removeprefix("v") for name in weights}
    return {"RoutingConfig": {"AdditionalVersionWeights": {names[name]: weights[name] for name in weights}}}


MISSING = {"code": "ResourceNotFoundException", "status": 404}
ROUTES: tuple[Row, ...] = (
    (
        "two-more-versions",
        "An alias has two versions.",
        weighted(v2=0.1, v3=0.1),
        "Number of items in AdditionalVersionWeights cannot be greater than 1",
        SNAPSHOTS,
        {},
    ),
    (
        "latest-and-another",
        "Neither is $LATEST.",
        {"FunctionVersion": "$LATEST"} | weighted(v2=0.5),
        "$LATEST is not supported for an alias pointing to more than 1 version",
        SNAPSHOTS,
        {},
    ),
    (
        "another-and-latest",
        "Nor the second.",
        weighted(latest=0.5),
        "Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: "
        "Map keys must "
        "satisfy constraint: [",
        SNAPSHOTS,
        {"code": VALIDATION},
    ),
    (
        "one-version-twice",
        "They are two.",
        {"FunctionVersion": "1"} | weighted(v1=0.5),
        "Invalid function version 1. Function version 1 is already included in routing configuration.",
        SNAPSHOTS,
        {},
    ),
    (
        "weight-2",
        "A weight is 1 at most.",
        weighted(v2=2.0),
        "Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: "
        "Map value must satisfy "
        "constraint: [Member must have value less than or equal to 1.0",
        SNAPSHOTS,
        {"code": VALIDATION},
    ),
    (
        "weight-below-0",
        "A weight is 0 or more.",
        weighted(v2=-1.0),
        "Map value must satisfy constraint: [",
        SNAPSHOTS,
        {"code": VALIDATION},
    ),
    (
        "no-version",
        "Its version exists.",
        {"FunctionVersion": "10"},
        "Function not found: {heard}:10",
        SNAPSHOTS,
        MISSING,
    ),
    (
        "no-second-version",
        "And its second one.",
        weighted(v9=0.5),
        "Function not found: {heard}:9",
        SNAPSHOTS,
        MISSING,
    ),
)

ALIASES = (
    *(
        of_function(operation, f"{verb}-{id}", fact, alias | changed, message, source, OBSERVED, **more)
        for operation, verb, alias in (("CreateAlias", "alias", ALIAS), ("UpdateAlias", "change-alias", LIVE))
        for id, fact, changed, message, source, more in ROUTES
    ),
    of_function(
        "CreateAlias",
        "alias-again",
        "A name is one alias's.",
        ALIAS | {"Name": "live"},
        "Alias already exists: {heard}:live",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceConflictException",
        status=409,
    ),
    of_function(
        "CreateAlias",
        "alias-of-digits",
        "It is no number.",
        ALIAS | {"Name": "2024"},
        constraint("2024", "name", PATTERN + "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
        SNAPSHOTS,
        OBSERVED,
        code=VALIDATION,
    ),
    of_function(
        "CreateAlias",
        "alias-of-no-function",
        "The function exists.",
        ALIAS | {"FunctionName": "none"},
        "Function not found: ",
        SNAPSHOTS,
        OBSERVED,
        by_moto=True,
        **MISSING,
    ),
    of_function(
        "UpdateAlias",
        "change-no-alias",
        "An alias that does not exist does not change.",
        LIVE | {"Name": "dead", "FunctionVersion": "1"},
        "Alias not found: {heard}:dead",
        SNAPSHOTS,
        OBSERVED,
        **MISSING,
    ),
    of_function(
        "GetAlias",
        "get-no-alias",
        "Nor is it told of.",
        LIVE | {"Name": "dead"},
        "Cannot find alias arn: {heard}:dead",
        SNAPSHOTS,
        OBSERVED,
        by_moto=True,
        **MISSING,
    ),
)
