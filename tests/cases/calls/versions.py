"""Versions and qualifiers: what is read is what is changed, and a name means one version."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import (
    MISSING,
    OBSERVED,
    REFERENCE,
    SNAPSHOTS,
    CallCase,
    of_function,
)
from tests.cases.calls.functions import zipped

OLD = {"RevisionId": "00000000-0000-0000-0000-000000000000"}
STALE: dict[str, Any] = {"code": "PreconditionFailedException", "status": 412}
TWO = "The derived qualifier from the function name does not match the specified qualifier."
PERMISSION = {"StatementId": "new", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
REVISION = "The Revision Id provided does not match the latest Revision Id."
GONE = "Cannot find alias arn: {heard}:dead"

VERSIONS = (
    *(
        of_function(
            operation,
            id,
            "What is changed is what was read.",
            call | OLD,
            REVISION,
            SNAPSHOTS,
            OBSERVED,
            **STALE,
            **more,
        )
        for operation, id, call, more in (
            (
                "UpdateFunctionConfiguration",
                "settings-of-before",
                {"FunctionName": "mute", "Timeout": 10},
                {},
            ),
            ("UpdateFunctionCode", "code-of-before", {"FunctionName": "mute", "ZipFile": zipped("a.py")}, {}),
            ("PublishVersion", "version-of-before", {"FunctionName": "heard"}, {}),
            ("UpdateAlias", "alias-of-before", {"FunctionName": "heard", "Name": "live"}, {}),
            (
                "AddPermission",
                "policy-of-before",
                {"FunctionName": "heard", **PERMISSION},
                {"by_moto": True},
            ),
        )
    ),
    *(
        of_function(operation, id, "Two qualifiers are one.", call, TWO, SNAPSHOTS, OBSERVED)
        for operation, id, call in (
            ("DeleteFunction", "delete-two-versions", {"FunctionName": "{heard}:1", "Qualifier": "2"}),
            ("Invoke", "invoke-two-versions", {"FunctionName": "{heard}:live", "Qualifier": "2"}),
            (
                "AddPermission",
                "permission-of-two-versions",
                {"FunctionName": "{heard}:live", "Qualifier": "2", **PERMISSION},
            ),
        )
    ),
    *(
        of_function(
            operation, id, "The alias exists.", call, GONE, SNAPSHOTS, OBSERVED, by_moto=True, **MISSING
        )
        for operation, id, call in (
            (
                "AddPermission",
                "permission-of-no-alias",
                {"FunctionName": "heard", "Qualifier": "dead", **PERMISSION},
            ),
            (
                "PutProvisionedConcurrencyConfig",
                "provisioned-for-no-alias",
                {"FunctionName": "heard", "Qualifier": "dead", "ProvisionedConcurrentExecutions": 1},
            ),
        )
    ),
    CallCase(
        id="delete-a-version-that-is-not-there",
        fact="A version that does not exist is deleted already.",
        source="floci #2824, measured on AWS",
        confidence=OBSERVED,
        service="lambda",
        operation="DeleteFunction",
        arguments={"FunctionName": "heard", "Qualifier": "99"},
    ),
    of_function(
        "UpdateFunctionCode",
        "image-for-a-zip",
        "A function of a zip stays one.",
        {"FunctionName": "mute", "ImageUri": "123456789012.dkr.ecr.eu-west-2.amazonaws.com/a:1"},
        "Please don't provide ImageUri when updating a function with packageType Zip.",
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "PublishVersion",
        "version-with-a-story",
        "A description has 256 characters.",
        {"FunctionName": "heard", "Description": "a" * 257},
        "at 'description' failed to satisfy constraint",
        REFERENCE + "PublishVersion",
        code="ValidationException",
    ),
)
