"""Whether a resource policy lets Elastic Load Balancing do something: invoke a function, write logs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from localalb.balancer import wildcard

SERVICE = "elasticloadbalancing.amazonaws.com"
LOG_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"

# User guide, "Access logs": the accounts that write them in the regions of before August 2022.
LOG_ACCOUNTS = frozenset(
    (
        "009996457667", "027434742980", "033677994240", "048591011584", "054676820928", "076674570225",
        "098369216593", "114774131450", "127311923021", "156460612806", "190560391635", "383597477331",
        "507241528517", "582318560864", "589379963580", "600734575887", "635631232127", "638102146993",
        "652711504416", "718504428378", "754344448648", "783225319266", "797873946194", "897822967062",
        "985666609251",
    )
)  # fmt: skip


def allows(policy: str, *, function_arn: str, target_group_arn: str) -> bool:
    """Evaluate the policy (JSON, as GetPolicy returns it) for one call by Elastic Load Balancing.

    The caller's context has two keys: `aws:SourceArn`, the target group, and `aws:SourceAccount`, its
    account (Lambda developer guide, "Working with resource-based policies"). An explicit Deny wins.
    """
    context = {"aws:sourcearn": target_group_arn, "aws:sourceaccount": target_group_arn.split(":")[4]}
    return _evaluate(policy, frozenset({SERVICE}), "lambda:InvokeFunction", function_arn, context)


def lets_write(policy: str, *, bucket: str, key: str, balancer_arn: str) -> bool:
    """Evaluate a bucket's policy (JSON, empty for none) for a load balancer that writes a log under `key`.

    It comes over TLS and gives the object to the bucket's owner (user guide, "Access logs", step 2, which
    has the two keys of its context). Access logs may also come from an account of AWS's in the region.
    """
    context = {
        "aws:sourcearn": balancer_arn,
        "aws:sourceaccount": balancer_arn.split(":")[4],
        "aws:securetransport": "true",
        "s3:x-amz-acl": "bucket-owner-full-control",
    }
    callers = {LOG_DELIVERY}
    if "ELBAccessLog" in key:
        callers |= LOG_ACCOUNTS | {f"arn:aws:iam::{account}:root" for account in LOG_ACCOUNTS}
    resource = f"arn:aws:s3:::{bucket}/{key}"
    return bool(policy) and _evaluate(policy, frozenset(callers), "s3:PutObject", resource, context)


def _evaluate(
    policy: str, callers: frozenset[str], action: str, resource: str, context: Mapping[str, str]
) -> bool:
    statements = json.loads(policy)["Statement"]
    effects = {
        statement["Effect"]
        for statement in (statements if isinstance(statements, list) else [statements])
        if _applies(statement, callers, action, resource, context)
    }
    return "Allow" in effects and "Deny" not in effects


def _applies(
    statement: Mapping[str, Any],
    callers: frozenset[str],
    action: str,
    resource: str,
    context: Mapping[str, str],
) -> bool:
    return (
        _is_one_of(callers, statement.get("Principal"))
        and _any_like(statement.get("Action"), action)
        and _any_like(statement.get("Resource", "*"), resource)
        and all(
            _holds(operator, _list(expected), context.get(key.lower()))
            for operator, pairs in statement.get("Condition", {}).items()
            for key, expected in pairs.items()
        )
    )


def _is_one_of(callers: frozenset[str], principal: object) -> bool:
    if isinstance(principal, Mapping):
        names = [name for kind in ("Service", "AWS") for name in _list(principal.get(kind, ()))]
        return any(name == "*" or name in callers for name in names)
    return principal == "*" or principal in callers


def _holds(operator: str, expected: list[str], actual: str | None) -> bool:
    """One condition. An operator this context cannot satisfy is false, as in IAM."""
    match operator:
        case "ArnLike" | "ArnEquals" | "StringLike":
            return actual is not None and any(wildcard.matches(pattern, actual) for pattern in expected)
        case "StringEquals":
            return actual in expected
        case "Bool":
            return actual in [str(each).lower() for each in expected]
        case _:
            return False


def _any_like(patterns: Any, value: str) -> bool:
    return any(wildcard.matches(pattern, value) for pattern in _list(patterns))


def _list(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return list(value) if isinstance(value, Iterable) else []
