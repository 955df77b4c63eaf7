"""Conditions of rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.cases import Confidence
from tests.cases.calls.call import (
    API,
    OBSERVED,
    CallCase,
    refused,
)
from tests.cases.calls.rules import rule

CONDITION = API + "RuleCondition"
TYPES = "user guide, Condition types for listener rules"
QUOTAS = "user guide, Quotas for your Application Load Balancers"
MOTO = "moto, test_elbv2, for the message"
MARK: Confidence = "guess"


def condition(field: str, values: Sequence[Any], **more: Any) -> dict[str, Any]:
    name = "".join(part.capitalize() for part in field.split("-")) + "Config"
    return {"Field": field, name: {"Values": values, **more}}


def of_conditions(id: str, fact: str, conditions: Any, message: str, source: str, **more: Any) -> CallCase:
    return refused("CreateRule", id, fact, rule(Conditions=conditions), message, source, **more)


CONDITIONS = (
    of_conditions(
        "no-conditions",
        "A rule has a condition; the message is a guess.",
        [],
        "A condition must be specified",
        API + "CreateRule: Conditions",
    ),
    of_conditions(
        "six-values",
        "A rule has five values in all its conditions.",
        [condition("path-pattern", [f"/{each}" for each in "abcdef"])],
        "A rule can only have '5' condition values",
        "aws-cdk#10065",
        confidence=OBSERVED,
    ),
    of_conditions(
        "six-values-in-two-conditions",
        "However they are parted.",
        [
            condition("path-pattern", ["/a", "/b", "/c"]),
            condition("host-header", ["a.com", "b.com", "c.com"]),
        ],
        "A rule can only have '5' condition values",
        QUOTAS,
    ),
    of_conditions(
        "six-wildcards",
        "A rule has five wildcards; the message is a guess.",
        [condition("path-pattern", ["/*a*b*c*", "/*?d"])],
        "A rule can only have '5' condition wildcards",
        QUOTAS,
    ),
    *(
        of_conditions(
            f"two-conditions-{field}",
            f"A rule has one condition {field}; the message is a guess.",
            [condition(field, [each]) for each in values],
            f"A rule can only have one '{field}' condition",
            CONDITION,
        )
        for field, values in (
            ("path-pattern", ("/a", "/b")),
            ("host-header", ("a.com", "b.com")),
            ("http-request-method", ("GET", "PUT")),
            ("source-ip", ("192.0.2.0/24", "198.51.100.0/24")),
        )
    ),
    of_conditions(
        "unknown-field",
        "Conditions are of six fields.",
        [{"Field": "cookie", "Values": ["a"]}],
        "Condition field 'cookie' must be one of '[",
        f"{CONDITION}: Field; {MOTO}",
    ),
    of_conditions(
        "no-field",
        "A condition has a field; the message is a guess.",
        [{"Values": ["/a"]}],
        "A condition field must be specified",
        f"{CONDITION}: Field",
        confidence=MARK,
    ),
    of_conditions(
        "no-values",
        "A condition has a value.",
        [condition("path-pattern", [])],
        "A condition value must be specified",
        f"{CONDITION}: a value cannot be empty; {MOTO}",
    ),
    of_conditions(
        "empty-value",
        "The value of a condition is not empty.",
        [condition("path-pattern", [""])],
        "A condition value must be specified",
        f"{CONDITION}: a value cannot be empty",
    ),
    of_conditions(
        "two-old-values",
        "The old form has one value.",
        [{"Field": "path-pattern", "Values": ["/a", "/b"]}],
        "The 'path-pattern' field contains too many values; the limit is '1'",
        f"{CONDITION}: Values; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "old-and-new-values",
        "A condition has the old form or the new.",
        [{"Field": "host-header", "Values": ["a.com"], "HostHeaderConfig": {"Values": ["b.com"]}}],
        "You cannot provide both Values and 'HostHeaderConfig' for a condition of type 'host-header'",
        f"{CONDITION}: Values; {MOTO}",
    ),
    of_conditions(
        "old-values-of-a-header",
        "The old form is for hosts and paths.",
        [{"Field": "http-header", "Values": ["a"]}],
        "The 'Values' field is not compatible with 'http-header'",
        f"{CONDITION}: Values; {MOTO}",
    ),
    of_conditions(
        "config-of-another-field",
        "A condition has its field's configuration; the message is a guess.",
        [{"Field": "path-pattern", "HostHeaderConfig": {"Values": ["a.com"]}}],
        "The 'HostHeaderConfig' field is not compatible with 'path-pattern'",
        f"{CONDITION}: HostHeaderConfig",
    ),
    of_conditions(
        "long-path",
        "A path pattern has 128 characters.",
        [condition("path-pattern", ["/" * 129])],
        "The 'path-pattern' value is too long; the limit is '128'",
        f"{TYPES}; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "strange-path",
        "A path pattern has certain characters; the message is a guess.",
        [condition("path-pattern", ["/a b"])],
        "The 'path-pattern' value '/a b' is not valid",
        TYPES,
    ),
    of_conditions(
        "long-host",
        "A host name has 128 characters.",
        [condition("host-header", ["a" * 125 + ".com"])],
        "The 'host-header' value is too long; the limit is '128'",
        f"{TYPES}; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "strange-host",
        "A host name has letters, digits, '-', '.' and wildcards; the message is a guess.",
        [condition("host-header", ["a_b.com"])],
        "The 'host-header' value 'a_b.com' is not valid",
        TYPES,
    ),
    of_conditions(
        "host-without-a-dot",
        "A host name has a dot; the message is a guess.",
        [condition("host-header", ["localhost"])],
        "The 'host-header' value 'localhost' is not valid",
        TYPES,
    ),
    of_conditions(
        "host-that-ends-in-digits",
        "After a host name's last dot are letters; the message is a guess.",
        [condition("host-header", ["127.0.0.1"])],
        "The 'host-header' value '127.0.0.1' is not valid",
        TYPES,
    ),
    of_conditions(
        "long-header-name",
        "A header's name has 40 characters.",
        [condition("http-header", ["a"], HttpHeaderName="x" * 41)],
        "The 'HttpHeaderName' value is too long; the limit is '40'",
        f"{API}HttpHeaderConditionConfig; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "wildcard-in-a-header-name",
        "A header's name has no wildcards; the message is a guess.",
        [condition("http-header", ["a"], HttpHeaderName="x-*")],
        "The 'HttpHeaderName' value 'x-*' is not valid",
        API + "HttpHeaderConditionConfig",
    ),
    of_conditions(
        "host-as-a-header",
        "The header Host has a field of its own; the message is a guess.",
        [condition("http-header", ["a.com"], HttpHeaderName="Host")],
        "The 'HttpHeaderName' value 'Host' is not valid",
        API + "HttpHeaderConditionConfig",
    ),
    of_conditions(
        "long-header-value",
        "A header's value has 128 characters.",
        [condition("http-header", ["a" * 129], HttpHeaderName="x")],
        "The 'http-header' value is too long; the limit is '128'",
        f"{API}HttpHeaderConditionConfig; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "lower-method",
        "A method has capitals, '-' and '_'; the message is a guess.",
        [condition("http-request-method", ["get"])],
        "The 'http-request-method' value 'get' is not valid",
        API + "HttpRequestMethodConditionConfig",
    ),
    of_conditions(
        "long-method",
        "A method has 40 characters.",
        [condition("http-request-method", ["A" * 41])],
        "The 'http-request-method' value is too long; the limit is '40'",
        f"{API}HttpRequestMethodConditionConfig; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "long-query",
        "A value of the query has 128 characters.",
        [condition("query-string", [{"Key": "a", "Value": "b" * 129}])],
        "The 'Value' value is too long; the limit is '128'",
        f"{API}QueryStringKeyValuePair; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "long-query-key",
        "So has a key.",
        [condition("query-string", [{"Key": "a" * 129, "Value": "b"}])],
        "The 'Key' value is too long; the limit is '128'",
        f"{API}QueryStringKeyValuePair; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "query-key-alone",
        "A key of the query has a value.",
        [condition("query-string", [{"Key": "a"}])],
        "A 'Value' must be specified in 'QueryStringKeyValuePair'",
        f"{API}QueryStringKeyValuePair: Value; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "source-without-cidr",
        "A source is a block of addresses; the message is a guess.",
        [condition("source-ip", ["192.0.2.1"])],
        "The 'source-ip' value '192.0.2.1' is not valid",
        API + "SourceIpConditionConfig: CIDR format",
    ),
    of_conditions(
        "source-with-wildcards",
        "A source has no wildcards; the message is a guess.",
        [condition("source-ip", ["192.0.2.*"])],
        "The 'source-ip' value '192.0.2.*' is not valid",
        API + "SourceIpConditionConfig",
    ),
    refused(
        "ModifyRule",
        "modify-to-six-values",
        "What a rule cannot begin with it cannot become.",
        {
            "RuleArn": "{busy.rule}",
            "Conditions": [condition("path-pattern", [f"/{each}" for each in "abcdef"])],
        },
        "A rule can only have '5' condition values",
        "aws-cdk#10065",
        OBSERVED,
    ),
)
