"""A call of the API as a row, and what rows are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.cases import Case, Confidence

Row = tuple[str, str, dict[str, Any], str, str, dict[str, Any]]
"""The id, the fact, what is changed of a call, the message, the source, and the rest of a row."""

API = "ELBv2 API, "
REFERENCE = "Lambda API, "
GUIDE = "Lambda guide, "
SNAPSHOTS = "localstack, test_lambda_api.snapshot"
IDEMPOTENT = API + "{}: the operation is idempotent"
SHARED = "The following target groups cannot be associated with more than one load balancer: {used}"
OBSERVED: Confidence = "observed"
DOCUMENTED: Confidence = "documented"


@dataclass(frozen=True, kw_only=True)
class CallCase(Case):
    """`arguments` are a call's; `code` and `message` the refusal's, empty where the call succeeds. `answers`
    is what is answered with then, where it was there before. `by_moto` where moto refuses by itself, which no
    pure function knows of."""

    operation: str
    arguments: Mapping[str, Any]
    code: str = ""
    message: str = ""
    status: int = 400
    answers: str = ""
    service: str = "elbv2"
    by_moto: bool = False


def refused(
    operation: str,
    id: str,
    fact: str,
    arguments: Mapping[str, Any],
    message: str,
    source: str,
    confidence: Confidence = DOCUMENTED,
    **more: Any,
) -> CallCase:
    """A row of a refusal; a ValidationError where `code` says nothing else."""
    return CallCase(
        operation=operation,
        id=id,
        fact=fact,
        arguments=arguments,
        message=message,
        source=source,
        confidence=confidence,
        **{"code": "ValidationError"} | more,
    )


def constraint(value: str, path: str, words: str) -> str:
    """AWS's sentence about a value that breaks what the API reference says of it."""
    return f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {words}"


LESS = "Member must have value less than or equal to {}"
MORE = "Member must have value greater than or equal to {}"
SHORTER = "Member must have length less than or equal to {}"


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """A value of a row in which each `{name}` is that name's id, without what is None."""
    match value:
        case str():
            for name, id in ids.items():
                value = value.replace("{" + name + "}", id)
            return value
        case Mapping():
            return {key: filled(each, ids) for key, each in value.items() if each is not None}
        case list() | tuple():
            return [filled(each, ids) for each in value]
        case _:
            return value


def forward(group: str) -> list[dict[str, Any]]:
    return [{"Type": "forward", "TargetGroupArn": group}]


def weighted(*groups: str) -> list[dict[str, Any]]:
    pairs = [{"TargetGroupArn": group, "Weight": 1} for group in groups]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": pairs}}]


FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]
PATH = [{"Field": "path-pattern", "Values": ["/other"]}]


INVALID = "InvalidParameterValueException"
VALIDATION = "ValidationException"
ENUM = "Member must satisfy enum value set: ["
PATTERN = "Member must satisfy regular expression pattern: "
MISSING: dict[str, Any] = {"code": "ResourceNotFoundException", "status": 404}


def of_function(operation: str, id: str, fact: str, arguments: dict[str, Any], message: str, source: str,
                confidence: Confidence = DOCUMENTED, **more: Any) -> CallCase:  # fmt: skip
    """A row of Lambda's; an InvalidParameterValueException where `code` says nothing else."""
    return refused(
        operation,
        id,
        fact,
        arguments,
        message,
        source,
        confidence,
        **{"code": INVALID, "service": "lambda"} | more,
    )
