"""URLs of functions."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import (
    ENUM,
    MISSING,
    OBSERVED,
    REFERENCE,
    SNAPSHOTS,
    VALIDATION,
    of_function,
)

NONE = "Function does not exist"
GONE = "The resource you requested does not exist."
URL: dict[str, Any] = {"FunctionName": "mute", "AuthType": "NONE"}
OF_ALIAS = "Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)"
CREATE = REFERENCE + "CreateFunctionUrlConfig"

FUNCTION_URLS = (
    *(
        of_function("CreateFunctionUrlConfig", id, fact, URL | changed, words, source, code=VALIDATION)
        for id, fact, changed, words, source in (
            ("url-for-some", "It is open or for IAM.", {"AuthType": "SOME"}, ENUM, CREATE),
            ("url-without-a-type", "Which is said.", {"AuthType": None}, "Value null at 'authType'", CREATE),
            ("url-of-a-version", "It is an alias's.", {"Qualifier": "1"}, OF_ALIAS, SNAPSHOTS),
            ("url-of-latest", "It is no version's.", {"Qualifier": "$LATEST"}, OF_ALIAS, SNAPSHOTS),
            ("url-that-streams", "It is buffered or streams.", {"InvokeMode": "STREAM"}, ENUM, CREATE),
            ("url-cached-for-long", "Up to a day.", {"Cors": {"MaxAge": 86401}}, "'cors.maxAge'", CREATE),
        )
    ),
    *(
        of_function(operation, id, fact, URL | changed, words, SNAPSHOTS, OBSERVED, **MISSING)
        for operation, id, fact, changed, words in (
            (
                "CreateFunctionUrlConfig",
                "url-of-nothing",
                "Its function exists.",
                {"FunctionName": "none"},
                NONE,
            ),
            (
                "CreateFunctionUrlConfig",
                "url-of-no-alias",
                "And its alias.",
                {"FunctionName": "heard", "Qualifier": "dead"},
                NONE,
            ),
            ("UpdateFunctionUrlConfig", "change-no-url", "One changes that is there.", {}, GONE),
            ("DeleteFunctionUrlConfig", "delete-no-url", "And is deleted.", {"AuthType": None}, GONE),
        )
    ),
    of_function(
        "CreateFunctionUrlConfig",
        "url-again",
        "A function has one.",
        URL | {"FunctionName": "kept"},
        "[functionArn = {kept}]. Error message: FunctionUrlConfig exists for this Lambda function",
        SNAPSHOTS,
        OBSERVED,
        code="ResourceConflictException",
        status=409,
    ),
)
