"""Whether a function's resource policy lets a load balancer invoke it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from localalb.balancer import wildcard

SERVICE = "elasticloadbalancing.amazonaws.com"


def allows(policy: str, *, function_arn: str, target_group_arn: str) -> bool:
    """Evaluate the policy (JSON, as GetPolicy returns it) for one call by Elastic Load Balancing.

    The caller's context has two keys: `aws:SourceArn`, the target group, and `aws:SourceAccount`, its
    account (Lambda developer guide, "Working with resource-based policies"). An explicit Deny wins.
    """
    context = {"aws:sourcearn": target_group_arn, "aws:sourceaccount": target_group_arn.split(":")[4]}
    effects = {
        statement["Effect"]
        for statement in json.loads(policy)["Statement"]
        if _applies(statement, function_arn, context)
    }
    return "Allow" in effects and "Deny" not in effects


def _applies(statement: Mapping[str, Any], function_arn: str, context: Mapping[str, str]) -> bool:
    return (
        _is_service(statement.get("Principal"))
        and _any_like(statement.get("Action"), "lambda:InvokeFunction")
        and _any_like(statement.get("Resource", "*"), function_arn)
        and all(
            _holds(operator, _list(expected), context.get(key.lower()))
            for operator, pairs in statement.get("Condition", {}).items()
            for key, expected in pairs.items()
        )
    )


def _is_service(principal: object) -> bool:
    if isinstance(principal, Mapping):
        return any(
            name in ("*", SERVICE) for kind in ("Service", "AWS") for name in _list(principal.get(kind, ()))
        )
    return principal in ("*", SERVICE)


def _holds(operator: str, expected: list[str], actual: str | None) -> bool:
    """One condition. An operator this context cannot satisfy is false, as in IAM."""
    match operator:
        case "ArnLike" | "ArnEquals" | "StringLike":
            return actual is not None and any(wildcard.matches(pattern, actual) for pattern in expected)
        case "StringEquals":
            return actual in expected
        case _:
            return False


def _any_like(patterns: Any, value: str) -> bool:
    return any(wildcard.matches(pattern, value) for pattern in _list(patterns))


def _list(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return list(value) if isinstance(value, Iterable) else []
