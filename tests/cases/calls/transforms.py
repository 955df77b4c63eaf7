"""Transforms of rules, and their regular expressions."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import API, refused
from tests.cases.calls.rules import rule

REWRITE = API + "RuleTransform"
TWO = "A rule can only have one transform of a type"


def url(regex: str = "^/a", kind: str = "url-rewrite", **more: Any) -> dict[str, Any]:
    config = {"Rewrites": [{"Regex": regex, "Replace": "/b"}]}
    return {"Type": kind, "UrlRewriteConfig": config, **more}


ROWS: tuple[tuple[str, str, list[dict[str, Any]], str], ...] = (
    ("two-transforms-of-a-type", "A rule has one transform of a type", [url(), url()], TWO),
    (
        "transform-of-the-body",
        "There are two types",
        [url(kind="body")],
        "Member must satisfy enum value set",
    ),
    (
        "transform-of-another-type",
        "A transform has the rewrite of its type",
        [url(kind="host-header-rewrite")],
        "A transform of type 'host-header-rewrite' must have one rewrite",
    ),
    ("long-regular-expression", "It has 1024 characters", [url("a" * 1025)], "of a transform is not valid"),
    ("broken-regular-expression", "It can be read", [url("(")], "of a transform is not valid"),
)

TRANSFORMS = (
    *(
        refused("CreateRule", id, f"{fact}; the message is a guess.", rule(Transforms=given), words, REWRITE)
        for id, fact, given, words in ROWS
    ),
    refused(
        "ModifyRule",
        "transforms-and-none",
        "A rule's transforms are replaced or removed; the message is a guess.",
        {"RuleArn": "{busy.rule}", "Transforms": [url()], "ResetTransforms": True},
        "You cannot specify both Transforms and ResetTransforms",
        API + "ModifyRule: Transforms",
    ),
    *(
        refused(
            "CreateRule",
            id,
            f"{fact}; the message is a guess.",
            rule(Conditions=[given]),
            words,
            API + "RuleCondition: RegexValues",
        )
        for id, fact, given, words in (
            (
                "regular-expression-of-a-method",
                "Three fields take regular expressions",
                {"Field": "http-request-method", "RegexValues": ["GET"]},
                "The 'RegexValues' field is not compatible with 'http-request-method'",
            ),
            (
                "regular-expression-of-129",
                "One has 128 characters",
                {"Field": "path-pattern", "RegexValues": ["a" * 129]},
                "is not valid",
            ),
            (
                "broken-regular-expression-of-a-path",
                "It can be read",
                {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["("]}},
                "The 'path-pattern' regular expression '(' is not valid",
            ),
            (
                "regular-expression-beside-a-value",
                "They stand alone",
                {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["a"], "Values": ["/a"]}},
                "You cannot provide both Values and RegexValues for a condition of type 'path-pattern'",
            ),
        )
    ),
)
