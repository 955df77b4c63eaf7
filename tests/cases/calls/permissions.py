"""Permissions of functions."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import (
    MISSING,
    OBSERVED,
    PATTERN,
    REFERENCE,
    SNAPSHOTS,
    VALIDATION,
    constraint,
    of_function,
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
        "A statement that does not exist is not removed.",
        {"FunctionName": "heard", "StatementId": "none"},
        "Statement none is not found in resource policy.",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceNotFoundException",
        status=404,
        by_moto=True,
    ),
    of_function(
        "AddPermission",
        "permission-to-a-stranger",
        "A service is AWS's.",
        PERMISSION | {"Principal": "invalid.nonaws.com"},
        "The provided principal was invalid. Please check the principal and try again.",
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "AddPermission",
        "permission-of-20-kilobytes",
        "A policy has 20,480 bytes.",
        PERMISSION
        | {"FunctionName": "full", "StatementId": "s" * 100, "SourceArn": "arn:aws:s3:::" + "a" * 9900}
        | {"Principal": "arn:aws:iam::123456789012:user/" + "u" * 2000},
        "is bigger than the limit (20480).",
        "helix-deploy #24",
        OBSERVED,
        code="PolicyLengthExceededException",
        by_moto=True,
    ),
    *(
        of_function("RemovePermission", id, fact, call, words, SNAPSHOTS, OBSERVED, by_moto=True, **MISSING)
        for id, fact, call, words in (
            (
                "remove-from-no-policy",
                "Nor where there is no policy.",
                {"FunctionName": "mute", "StatementId": "none"},
                "No policy is associated with the given resource.",
            ),
            (
                "remove-from-no-function",
                "Nor where there is no function.",
                {"FunctionName": "none", "StatementId": "none"},
                "No policy found for: ",
            ),
        )
    ),
)
