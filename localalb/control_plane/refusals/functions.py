"""What Lambda refuses of functions: settings, code, concurrency, permissions, payloads.

Where no other source stands beside it, localstack's snapshots of Lambda's answers (test_lambda_api) have the
words.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zipfile
from io import BytesIO

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal

# Lambda guide, "Lambda runtimes": those a function can be created with, and those whose time is over.
RUNTIMES = (
    "dotnet8", "java11", "java17", "java21", "java25", "java8.al2", "nodejs16.x", "nodejs18.x", "nodejs20.x",
    "nodejs22.x", "nodejs24.x", "dotnet6", "dotnet10", "provided.al2", "provided.al2023", "python3.8",
    "python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14", "ruby3.2", "ruby3.3",
    "ruby3.4",
)  # fmt: skip
DEPRECATED = (
    "dotnet5.0", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "go1.x", "java8",
    "nodejs", "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10",
    "nodejs8.10",
    "provided", "python2.7", "python3.6", "python3.7", "ruby2.5", "ruby2.7",
)  # fmt: skip

# Lambda guide, "Defined runtime environment variables": the reserved ones.
RESERVED = frozenset(
    (
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    )
)  # fmt: skip

# Lambda guide, "Lambda quotas".
MAX_ENVIRONMENT = 4096
MAX_ZIP = 52428800
MAX_PAYLOAD, MAX_EVENT = 6291456, 1048576
MAX_LAYERS = 5
MAX_TAGS = 50
CONCURRENCY, UNRESERVED = 1000, 100
_ENVIRONMENT = (
    "Lambda was unable to configure your environment variables because the environment variables you have "
    "provided "
)


def name_length(call: Api, existing: Existing) -> Refusal | None:
    """CreateFunction, `FunctionName`: a name has 64 characters, an ARN 140."""
    name = call["FunctionName"].rpartition(":")[2]
    if len(name) <= 64:
        return None
    return _invalid(
        f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: "
        "Member must have length less than or equal to 64"
    )


def runtime_and_handler(call: Api, existing: Existing) -> Refusal | None:
    """CreateFunction, `Handler` and `Runtime`: of functions in zips. Words: pipecd #1400."""
    if call.get("PackageType", "Zip") == "Zip" and not (call.get("Runtime") and call.get("Handler")):
        words = "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        return _invalid(words)
    return None


def runtime(call: Api, existing: Existing) -> Refusal | None:
    """One that there is, and whose time is not over."""
    wanted = call.get("Runtime")
    if not wanted or wanted in RUNTIMES:
        return None
    if wanted in DEPRECATED:
        return _invalid(
            f"The runtime parameter of {wanted} is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions."
        )
    return _invalid(
        f"Value {wanted} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
        f"[{', '.join(RUNTIMES)}] or be a valid ARN"
    )


def environment(call: Api, existing: Existing) -> Refusal | None:
    """Names that Lambda sets itself, and 4 KB in all. Words: mattermost-cloud-monitoring #264; AWS also shows
    the variables that are too large, which may be secrets."""
    variables = (call.get("Environment") or {}).get("Variables") or {}
    if reserved := [name for name in variables if name in RESERVED]:
        return _invalid(
            f"{_ENVIRONMENT}contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    if len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode()) > MAX_ENVIRONMENT:
        return _invalid(f"{_ENVIRONMENT}exceeded the 4KB limit.")
    return None


def layers(call: Api, existing: Existing) -> Refusal | None:
    """Lambda guide, quotas: five layers a function. A guess of words."""
    given = call.get("Layers") or ()
    return (
        _invalid(f"Layers list cannot have more than {MAX_LAYERS} layers")
        if len(given) > MAX_LAYERS
        else None
    )


def network(call: Api, existing: Existing) -> Refusal | None:
    """VpcConfig: subnets and security groups that exist."""
    config: Api = call.get("VpcConfig") or {}
    for id in config.get("SubnetIds") or ():
        if id not in existing.subnets:
            return _invalid(
                "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
                f"EC2 Error Message: The subnet ID '{id}' does not exist"
            )
    for id in config.get("SecurityGroupIds") or ():
        if id not in existing.security_groups:
            return _invalid(
                "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. "
                f"EC2 Error Message: The security group '{id}' does not exist"
            )
    return None


def tags(call: Api, existing: Existing) -> Refusal | None:
    """Fifty a function."""
    many = len(call.get("Tags") or ()) > MAX_TAGS
    return _invalid("Number of tags exceeds resource tag limit.") if many else None


def code(call: Api, existing: Existing) -> Refusal | None:
    """The code of CreateFunction and UpdateFunctionCode: from somewhere, in a zip of up to 50 MB. Words:
    aws-stepfunctions-examples #31 of an empty zip; those of no source are a guess."""
    given: Api = call.get("Code") if "Code" in call else call  # type: ignore[assignment]
    zipped = given.get("ZipFile")
    if zipped is None:
        source = given.get("S3Key") or given.get("ImageUri")
        return None if source else _invalid("Please provide a source for function code.")
    try:
        data = zipped if isinstance(zipped, bytes) else base64.b64decode(zipped, validate=True)
        names = zipfile.ZipFile(BytesIO(data)).namelist() if data else []
    except (binascii.Error, zipfile.BadZipFile):
        return _invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
    if not names:
        return _invalid("Uploaded file must be a non-empty zip")
    if len(data) > MAX_ZIP:
        return Refusal(
            "RequestEntityTooLargeException", f"Zipped size must be smaller than {MAX_ZIP} bytes", 413
        )
    return None


def code_sha256(call: Api, existing: Existing) -> Refusal | None:
    """PublishVersion, `CodeSha256`."""
    function = existing.function(call["FunctionName"])
    wanted = call.get("CodeSha256")
    if not function or not wanted or wanted == function.code_sha256:
        return None
    return _invalid(
        f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({function.code_sha256}). "
        "Please try again with the CodeSHA256 in $LATEST."
    )


def concurrency(call: Api, existing: Existing) -> Refusal | None:
    """PutFunctionConcurrency: of a function, and 100 of 1000 stay unreserved."""
    name = call["FunctionName"]
    if len(name.split(":")) in (2, 8):
        return _invalid(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
            "operation. Please specify either a function name or an unqualified function ARN."
        )
    mine = existing.function(name)
    others = sum(each.reserved for each in existing.functions.values() if each is not mine)
    if CONCURRENCY - others - call["ReservedConcurrentExecutions"] >= UNRESERVED:
        return None
    return _invalid(
        "Specified ReservedConcurrentExecutions for function decreases account's "
        f"UnreservedConcurrentExecution below its minimum value of [{UNRESERVED}]."
    )


def permission(call: Api, existing: Existing) -> Refusal | None:
    """AddPermission: not for $LATEST, and to somebody."""
    if call.get("Qualifier") == "$LATEST":
        return _invalid("We currently do not support adding policies for $LATEST.")
    if not _PRINCIPAL.fullmatch(call["Principal"]):
        return _invalid("The provided principal was invalid. Please check the principal and try again.")
    return None


_PRINCIPAL = re.compile(r"\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:\S+|[a-z0-9-]+(\.[a-z0-9-]+)+")


def payload(call: Api, existing: Existing) -> Refusal | None:
    """Invoke: 6 MB, 1 MB where nobody waits. Words: streetwarp-web #14, hyp3 #2241."""
    size = len(call.get("Payload") or b"")
    if size > MAX_PAYLOAD:
        words = f"Request must be smaller than {MAX_PAYLOAD} bytes for the InvokeFunction operation"
    elif call.get("InvocationType") == "Event" and size > MAX_EVENT:
        words = f"{size} byte payload is too large for the Event invocation type (limit {MAX_EVENT} bytes)"
    else:
        return None
    return Refusal("RequestEntityTooLargeException", words, 413)


def latest_is_not_deleted(call: Api, existing: Existing) -> Refusal | None:
    """DeleteFunction, `Qualifier`: a version, and one that no alias has. The second words are a guess."""
    qualifier = call.get("Qualifier")
    if qualifier == "$LATEST":
        return _invalid("$LATEST version cannot be deleted without deleting the function.")
    function = existing.function(call["FunctionName"])
    named = [name for name, versions in function.aliases.items() if qualifier in versions] if function else []
    if not named:
        return None
    words = f"Version {qualifier} cannot be deleted, because aliases reference it: {', '.join(named)}"
    return Refusal("ResourceConflictException", words, 409)


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValueException", message)
