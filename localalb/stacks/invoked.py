"""Invoking a stack's functions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3

from localalb.stacks import resources


class FunctionError(Exception):
    """A function raised, timed out or ended. `kind` and `message` are Lambda's errorType and errorMessage,
    `trace` is its stackTrace."""

    def __init__(self, error: dict[str, Any]) -> None:
        self.kind = str(error.get("errorType", ""))
        self.message = str(error.get("errorMessage", ""))
        self.trace = [str(line) for line in error.get("stackTrace") or ()]
        words = ": ".join(filter(None, (self.kind, self.message)))
        super().__init__("\n".join((words, *(line.rstrip("\n") for line in self.trace))))


def invoked(state: Path, event: Any, named: str | None) -> Any:
    """The result of a state's function for an event, which is {} where it is None; `named` is its name or
    ARN, with a version or an alias behind it where one is meant, or None for the only one.

    Raises `FunctionError`, and `LookupError` where no or no single function is meant.
    """
    arn, qualifier = meant([each["arn"] for each in resources.made(state, "aws_lambda_function")], named)
    more = {"Qualifier": qualifier} if qualifier else {}
    payload = json.dumps({} if event is None else event)
    answer = boto3.client("lambda", arn.split(":")[3]).invoke(FunctionName=arn, Payload=payload, **more)
    result = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer:
        raise FunctionError(result)
    return result


def meant(arns: list[str], named: str | None) -> tuple[str, str]:
    """An ARN and a qualifier."""
    if named is None:
        found, qualifier = arns, ""
    else:
        length = 7 if named.startswith("arn:") else 1
        parts = named.split(":")
        name, qualifier = ":".join(parts[:length]), ":".join(parts[length:])
        found = [arn for arn in arns if name in (arn, arn.split(":")[6])]
    if len(found) == 1:
        return found[0], qualifier
    there = ", ".join(sorted(arn.split(":")[6] for arn in arns)) or "no function"
    if named is None:
        raise LookupError(f"name the function: stack.invoke(event, NAME); the stack has {there}")
    raise LookupError(f"the stack has no function {named}: it has {there}")
