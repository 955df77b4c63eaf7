"""Transforms of rules, and the regular expressions of these and of conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.cases.calls.call import OBSERVED, CallCase, constraint, refused
from tests.cases.calls.conditions import CONDITION, MARK, QUOTAS, TYPES, condition, of_conditions
from tests.cases.calls.rules import rule


def expressions(field: str, values: Sequence[str], **more: Any) -> dict[str, Any]:
    name = "".join(part.capitalize() for part in field.split("-")) + "Config"
    return {"Field": field, name: {"RegexValues": values, **more}}


def rewrite(type: str, *pairs: tuple[str, str]) -> dict[str, Any]:
    name = "UrlRewriteConfig" if type == "url-rewrite" else "HostHeaderRewriteConfig"
    return {"Type": type, name: {"Rewrites": [{"Regex": regex, "Replace": to} for regex, to in pairs]}}


def of_transforms(id: str, fact: str, transforms: Any, message: str, source: str, **more: Any) -> CallCase:
    return refused("CreateRule", id, fact, rule(Transforms=transforms), message, source, **more)


BASICS = "user guide, Listener rules: Rule basics"
REWRITES = "user guide, Transforms for listener rules"
REGEXES = (
    *(
        of_conditions(
            f"regex-{name}",
            f"A regular expression has no {name.replace('-', ' ')}; the message is a guess.",
            [expressions("path-pattern", [regex])],
            f"The regular expression '{regex}' is not valid: ",
            BASICS,
        )
        for name, regex in (
            ("lookahead", "^/a(?=b)"),
            ("lookbehind", "(?<=a)b"),
            ("backreference", r"(a)\1"),
            ("atomic-group", "(?>a)b"),
            ("possessive-quantifier", "a++"),
            ("subroutine", "(a)(?1)"),
            ("recursion", "a(?R)?b"),
            ("unicode-class", r"\p{L}"),
        )
    ),
    of_conditions(
        "regex-syntax",
        "A regular expression is one; the message is a guess.",
        [expressions("host-header", ["(a"])],
        "The regular expression '(a' is not valid: ",
        BASICS,
        confidence=MARK,
    ),
    of_conditions(
        "regex-long",
        "A regular expression of a condition has 128 characters; the message is a guess.",
        [expressions("path-pattern", ["a" * 129])],
        "The 'path-pattern' regex value is too long; the limit is '128'",
        f"{CONDITION}: RegexValues",
    ),
    of_conditions(
        "regex-empty",
        "It is not empty.",
        [expressions("path-pattern", [""])],
        "A condition value must be specified",
        f"{CONDITION}: a value cannot be empty",
    ),
    of_conditions(
        "regex-and-values",
        "A condition has values or regular expressions; the message is a guess.",
        [expressions("path-pattern", ["^/a"], Values=["/a"])],
        "You cannot provide both 'Values' and 'RegexValues' for a condition of type 'path-pattern'",
        TYPES,
    ),
    of_conditions(
        "regex-of-a-query",
        "They are for hosts, paths and headers; the message is a guess.",
        [{"Field": "query-string", "RegexValues": ["a"]}],
        "The 'RegexValues' field is not compatible with 'query-string'",
        f"{CONDITION}: RegexValues",
    ),
    of_conditions(
        "regex-of-the-host-header",
        "A header condition with one names no Host either.",
        [expressions("http-header", ["a"], HttpHeaderName="Host")],
        "The 'HttpHeaderName' value 'Host' is not valid",
        "ELBv2 API, HttpHeaderConditionConfig",
    ),
    of_conditions(
        "six-regexes",
        "A rule has five match evaluations, regular expressions too; the message is a guess.",
        [expressions("path-pattern", ["a", "b", "c"]), condition("host-header", ["a.com", "b.com", "c.com"])],
        "A rule can only have '5' condition values",
        QUOTAS,
    ),
)

TRANSFORMS = (
    of_transforms(
        "two-url-rewrites",
        "A rule has one transform of a type; the message is a guess.",
        [rewrite("url-rewrite", ("a", "b")), rewrite("url-rewrite", ("c", "d"))],
        "A rule can only have one 'url-rewrite' transform",
        REWRITES,
    ),
    of_transforms(
        "two-rewrites-in-one",
        "A transform has one rewrite; the message is a guess.",
        [rewrite("url-rewrite", ("a", "b"), ("c", "d"))],
        "A 'url-rewrite' transform must have one rewrite",
        "terraform-provider-aws#44702",
        confidence=OBSERVED,
    ),
    of_transforms(
        "transform-without-a-rewrite",
        "It has one at least; the message is a guess.",
        [{"Type": "host-header-rewrite"}],
        "A 'host-header-rewrite' transform must have one rewrite",
        "ELBv2 API, RuleTransform",
        confidence=MARK,
    ),
    of_transforms(
        "transform-of-another-type",
        "A transform has its type's configuration; the message is a guess.",
        [{**rewrite("url-rewrite", ("a", "b")), "Type": "host-header-rewrite"}],
        "The 'UrlRewriteConfig' field is not compatible with 'host-header-rewrite'",
        "ELBv2 API, RuleTransform",
    ),
    of_transforms(
        "unknown-transform",
        "Transforms are of two types.",
        [{**rewrite("url-rewrite", ("a", "b")), "Type": "path-rewrite"}],
        constraint(
            "path-rewrite",
            "transforms.1.member.type",
            "Member must satisfy enum value set: [host-header-rewrite, url-rewrite]",
        ),
        "ELBv2 API, RuleTransform: Type",
    ),
    *(
        of_transforms(
            f"long-{member}",
            f"The {member} of a transform has 1024 characters; the message is a guess.",
            [rewrite("url-rewrite", pair)],
            f"The 'url-rewrite' {member} is too long; the limit is '1024'",
            "ELBv2 API, RewriteConfig",
        )
        for member, pair in (("regex", ("a" * 1025, "b")), ("replace", ("a", "b" * 1025)))
    ),
    of_transforms(
        "transform-lookahead",
        "The regular expression of a transform lacks the same; the message is a guess.",
        [rewrite("url-rewrite", ("^/a(?=b)", "b"))],
        "The regular expression '^/a(?=b)' is not valid: ",
        BASICS,
    ),
    refused(
        "ModifyRule",
        "transforms-and-reset",
        "Transforms are set or reset; the message is a guess.",
        {
            "RuleArn": "{busy.rule}",
            "Transforms": [rewrite("url-rewrite", ("a", "b"))],
            "ResetTransforms": True,
        },
        "You cannot specify both 'Transforms' and 'ResetTransforms'",
        "ELBv2 API, ModifyRule: ResetTransforms",
    ),
    refused(
        "ModifyRule",
        "transforms-of-the-default-rule",
        "The default rule has no transforms.",
        {"RuleArn": "{busy.default}", "Transforms": [rewrite("url-rewrite", ("a", "b"))]},
        "Default rule '{busy.default}' cannot be modified",
        REWRITES,
        code="OperationNotPermitted",
    ),
)
