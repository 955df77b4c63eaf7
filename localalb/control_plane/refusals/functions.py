"""What Lambda refuses of functions: their settings and their code.

Where no other source stands beside it, localstack's snapshots of Lambda's answers (test_lambda_api) have the
words.
"""

from __future__ import annotations

import base64
import binascii
import json
import zipfile
from io import BytesIO

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal, parameter

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
_ENVIRONMENT = (
    "Lambda was unable to configure your environment variables because the environment variables you have "
    "provided "
)


def name_length(call: Api, existing: Existing) -> Refusal | None:
    """CreateFunction, `FunctionName`: a name has 64 characters, an ARN 140."""
    name = call["FunctionName"].rpartition(":")[2]
    if len(name) <= 64:
        return None
    return parameter(
        f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: "
        "Member must have length less than or equal to 64"
    )


def runtime_and_handler(call: Api, existing: Existing) -> Refusal | None:
    """CreateFunction, `Handler` and `Runtime`: of functions in zips. Words: pipecd #1400."""
    if call.get("PackageType", "Zip") == "Zip" and not (call.get("Runtime") and call.get("Handler")):
        words = "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        return parameter(words)
    return None


def runtime(call: Api, existing: Existing) -> Refusal | None:
    """One that there is, and whose time is not over."""
    wanted = call.get("Runtime")
    if not wanted or wanted in RUNTIMES:
        return None
    if wanted in DEPRECATED:
        return parameter(
            f"The runtime parameter of {wanted} is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions."
        )
    return parameter(
        f"Value {wanted} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
        f"[{', '.join(RUNTIMES)}] or be a valid ARN"
    )


def environment(call: Api, existing: Existing) -> Refusal | None:
    """Names that Lambda sets itself, and 4 KB in all. Words: mattermost-cloud-monitoring #264; AWS also shows
    the variables that are too large, which may be secrets."""
    variables = (call.get("Environment") or {}).get("Variables") or {}
    if reserved := [name for name in variables if name in RESERVED]:
        return parameter(
            f"{_ENVIRONMENT}contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    if len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode()) > MAX_ENVIRONMENT:
        return parameter(f"{_ENVIRONMENT}exceeded the 4KB limit.")
    return None


def network(call: Api, existing: Existing) -> Refusal | None:
    """VpcConfig: subnets and security groups, both or neither (aws-sdk-js #1293), that exist."""
    config: Api = call.get("VpcConfig") or {}
    if bool(config.get("SubnetIds")) != bool(config.get("SecurityGroupIds")):
        return parameter("SubnetIds and SecurityIds must coexist or be both empty list.")
    for id in config.get("SubnetIds") or ():
        if id not in existing.subnets:
            return parameter(
                "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
                f"EC2 Error Message: The subnet ID '{id}' does not exist"
            )
    for id in config.get("SecurityGroupIds") or ():
        if id not in existing.security_groups:
            return parameter(
                "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. "
                f"EC2 Error Message: The security group '{id}' does not exist"
            )
    return None


def code(call: Api, existing: Existing) -> Refusal | None:
    """The code of CreateFunction and UpdateFunctionCode: from somewhere, in a zip of up to 50 MB. Words:
    aws-stepfunctions-examples #31 of an empty zip; those of no source are a guess."""
    given: Api = call.get("Code") if "Code" in call else call  # type: ignore[assignment]
    zipped = given.get("ZipFile")
    function = existing.function(call["FunctionName"]) if "Code" not in call else None
    if function and function.package_type == "Zip" and given.get("ImageUri"):
        return parameter("Please don't provide ImageUri when updating a function with packageType Zip.")
    if function and function.package_type == "Image" and not given.get("ImageUri"):
        return parameter("Please provide ImageUri when updating a function with packageType Image.")
    if zipped is None:
        bucket, key = given.get("S3Bucket"), given.get("S3Key")
        if not key and not given.get("ImageUri"):
            return parameter("Please provide a source for function code.")
        if bucket and key and not existing.stored(bucket, key):
            return parameter(
                "Error occurred while GetObject. S3 Error Code: NoSuchKey. "
                "S3 Error Message: The specified key does not exist."
            )
        return None
    return unpacked(zipped)


def unpacked(zipped: bytes | str | None) -> Refusal | None:
    """A zip, of up to 50 MB and with something in it; as it is or in base64."""
    if zipped is None:
        return None
    try:
        data = zipped if isinstance(zipped, bytes) else base64.b64decode(zipped, validate=True)
        names = zipfile.ZipFile(BytesIO(data)).namelist() if data else []
    except (binascii.Error, zipfile.BadZipFile):
        return parameter("Could not unzip uploaded file. Please check your file, then try to upload again.")
    if not names:
        return parameter("Uploaded file must be a non-empty zip")
    if len(data) > MAX_ZIP:
        return Refusal(
            "RequestEntityTooLargeException", f"Zipped size must be smaller than {MAX_ZIP} bytes", 413
        )
    return None


def logging(call: Api, existing: Existing) -> Refusal | None:
    """LoggingConfig: levels are of logs in JSON. Words: aws-cdk #28045. What a function has is kept where
    an update does not name the format."""
    config: Api = call.get("LoggingConfig") or {}
    levels = config.get("ApplicationLogLevel") or config.get("SystemLogLevel")
    kept = "Text" if "Code" in call else "JSON"
    if not levels or (config.get("LogFormat") or kept) == "JSON":
        return None
    return parameter(
        'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or '
        'change the LogFormat to "Json" and try again.'
    )


def of_an_image(call: Api, existing: Existing) -> Refusal | None:
    """CreateFunction, `PackageType`: an image has all of this in it. Words: pulumi-aws #5439."""
    inside = any(call.get(each) for each in ("Handler", "Runtime", "Layers"))
    if call.get("PackageType") != "Image" or not inside:
        return None
    return parameter(
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."
    )
