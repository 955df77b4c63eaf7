"""Functions: how they are made, changed, published and deleted."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from tests.cases import Confidence
from tests.cases.calls.call import (
    ENUM,
    OBSERVED,
    PATTERN,
    REFERENCE,
    SHORTER,
    SNAPSHOTS,
    VALIDATION,
    Row,
    constraint,
    of_function,
)
from tests.cases.calls.function_settings import RUNTIME, SETTINGS


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return file.getvalue()


FUNCTION: dict[str, Any] = {
    "FunctionName": "new",
    "Runtime": RUNTIME,
    "Handler": "a.b",
    "Role": "arn:aws:iam::123456789012:role/function",
    "Code": {"ZipFile": zipped("a.py")},
}
SEEN: Confidence = OBSERVED
ACCESS_POINT = "arn:aws:elasticfilesystem:eu-west-2:123456789012:access-point/fsap-0123456789abcdef0"
MANDATORY = "Runtime and Handler are mandatory parameters for functions created with deployment packages."
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
        "A version that an alias references is not deleted.",
        {"FunctionName": "heard", "Qualifier": "1"},
        "Unable to delete version because the following aliases reference it: [live]",
        "go-lambda-cleanup #45",
        OBSERVED,
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
    of_function(
        "CreateFunction",
        "code-that-is-not-there",
        "The object with its code exists.",
        FUNCTION | {"Code": {"S3Bucket": "{closed}", "S3Key": "none.zip"}},
        "S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "CreateFunction",
        "image-with-a-handler",
        "An image has its handler in it.",
        FUNCTION | {"PackageType": "Image", "Code": {"ImageUri": "123456789012.dkr.ecr/a:1"}},
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
        "pulumi-aws #5439",
        OBSERVED,
    ),
    of_function(
        "CreateFunction",
        "file-system-elsewhere",
        "A file system is under /mnt/.",
        FUNCTION | {"FileSystemConfigs": [{"Arn": ACCESS_POINT, "LocalMountPath": "/data"}]},
        "failed to satisfy constraint: " + PATTERN + "/mnt/",
        REFERENCE + "FileSystemConfig",
        code=VALIDATION,
    ),
)
