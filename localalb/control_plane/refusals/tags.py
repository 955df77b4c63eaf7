"""What AWS refuses of tags: a key twice, more than fifty, keys that are AWS's own."""

from __future__ import annotations

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal, invalid, parameter

MAX_TAGS = 50  # ELBv2 API, TooManyTags; Lambda guide, "Using tags"


def of_load_balancing(call: Api, existing: Existing) -> Refusal | None:
    """`Tags` of the operations that create, and AddTags. Words: ernest #237 of a key twice, and
    elastic-load-balancing-tools #6 of one of AWS's; moto's of too many."""
    keys = [each.get("Key") or "" for each in call.get("Tags") or ()]
    if len(keys) != len(set(keys)):
        words = "Duplicate Tag Keys found in the request. Tag keys should be unique."
        return Refusal("DuplicateTagKeys", words)
    for key in keys:
        if key.lower().startswith("aws:"):
            return invalid(f"Tag key '{key}' cannot start with 'aws:'")
    arns = call.get("ResourceArns") or [""]
    if any(len({*existing.tags(arn), *keys}) > MAX_TAGS for arn in arns):
        words = "The quota for the number of tags that can be assigned to a load balancer has been reached"
        return Refusal("TooManyTags", words)
    return None


def of_functions(call: Api, existing: Existing) -> Refusal | None:
    """`Tags` of CreateFunction and TagResource. Words: localstack, test_lambda_api.snapshot; those of AWS's
    own keys are a guess."""
    if qualified(call.get("Resource", "")):
        return parameter(
            "Tags on function aliases and versions are not supported. Please specify a function ARN."
        )
    given: Api = call.get("Tags") or {}
    if "Resource" in call and not given:
        return parameter("An error occurred and the request cannot be processed.")
    if len(given) > MAX_TAGS:
        return parameter("Number of tags exceeds resource tag limit.")
    if any(key.lower().startswith("aws:") for key in given):
        return parameter("Tag keys cannot start with 'aws:'")
    return None


def qualified(arn: str) -> bool:
    """Whether an ARN is that of a version or an alias."""
    return ":function:" in arn and arn.count(":") > 6
