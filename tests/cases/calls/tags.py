"""Tags of load balancers, their parts, and functions."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import (
    API,
    GUIDE,
    OBSERVED,
    SNAPSHOTS,
    VALIDATION,
    constraint,
    of_function,
    refused,
)
from tests.cases.calls.functions import FUNCTION
from tests.cases.calls.rules import rule

MANY = [{"Key": f"key{number}", "Value": ""} for number in range(51)]
TWICE = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
OURS = [{"Key": "aws:stack", "Value": "1"}]
UNIQUE = "Duplicate Tag Keys found in the request. Tag keys should be unique."
QUOTA = "The quota for the number of tags that can be assigned to a load balancer has been reached"
LISTENER = {
    "LoadBalancerArn": "{idle}",
    "Protocol": "HTTP",
    "Port": 90,
    "DefaultActions": rule()["Actions"],
}
TAGGED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("CreateLoadBalancer", "load-balancer", {"Name": "new", "Subnets": ["{main.a}", "{main.b}"]}),
    ("CreateTargetGroup", "target-group", {"Name": "new", "TargetType": "lambda"}),
    ("CreateListener", "listener", LISTENER),
    ("CreateRule", "rule", rule()),
    ("AddTags", "any", {"ResourceArns": ["{idle}"]}),
)
KINDS = (
    (
        "tags-again",
        "A key is one tag's.",
        TWICE,
        "DuplicateTagKeys",
        UNIQUE,
        "; ernest #237, for the message",
    ),
    ("51-tags", "There are fifty at most; the message is moto's.", MANY, "TooManyTags", QUOTA, ""),
    (
        "tags-of-aws",
        "Keys that begin with aws: are AWS's own.",
        OURS,
        "ValidationError",
        "Tag key 'aws:stack' cannot start with 'aws:'",
        "; elastic-load-balancing-tools #6, for the message",
    ),
)

TAGS = (
    *(
        refused(
            operation,
            f"{what}-{id}",
            fact,
            {**arguments, "Tags": tags},
            words,
            API + operation + more,
            code=code,
        )
        for operation, what, arguments in TAGGED
        for id, fact, tags, code, words, more in KINDS
    ),
    refused(
        "AddTags",
        "tag-with-a-hash",
        "A key has letters, digits, spaces and some signs.",
        {"ResourceArns": ["{idle}"], "Tags": [{"Key": "a#", "Value": ""}]},
        constraint("a#", "tags.1.member.key", "Member must satisfy regular expression pattern"),
        API + "Tag",
    ),
    refused(
        "AddTags",
        "no-tags",
        "One tag at least is added.",
        {"ResourceArns": ["{idle}"], "Tags": []},
        "",
        API + "AddTags: Tags",
    ),
    of_function(
        "CreateFunction",
        "function-tags-of-aws",
        "Keys that begin with aws: are AWS's own; the message is a guess.",
        FUNCTION | {"Tags": {"aws:stack": "1"}},
        "",
        GUIDE + "Using tags on Lambda functions",
    ),
    of_function(
        "TagResource",
        "tags-of-a-version",
        "A version has no tags of its own.",
        {"Resource": "{heard}:1", "Tags": {"a": "b"}},
        "Tags on function aliases and versions are not supported. Please specify a function ARN.",
        SNAPSHOTS,
        OBSERVED,
    ),
    of_function(
        "TagResource",
        "tags-of-nothing",
        "A tag is an ARN's.",
        {"Resource": "heard", "Tags": {"a": "b"}},
        constraint("heard", "resource", "Member must satisfy regular expression pattern"),
        SNAPSHOTS,
        OBSERVED,
        code=VALIDATION,
    ),
    of_function(
        "TagResource",
        "no-function-tags",
        "One tag at least is added.",
        {"Resource": "{heard}", "Tags": {}},
        "An error occurred and the request cannot be processed.",
        SNAPSHOTS,
        OBSERVED,
    ),
)
