"""A reason for which AWS refuses a call: a function of it and of what there is, to a `Refusal` or None."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localalb.control_plane.existing import Existing

Api = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of the API: `code` and `message` as AWS has them, `status` of HTTP."""

    code: str
    message: str
    status: int = 400


Reason = Callable[[Api, Existing], Refusal | None]


def invalid(message: str) -> Refusal:
    """What Elastic Load Balancing answers to most of what it refuses (ELBv2 API, Common Errors)."""
    return Refusal("ValidationError", message)


def parameter(message: str) -> Refusal:
    """What Lambda answers to most of what it refuses."""
    return Refusal("InvalidParameterValueException", message)


def not_found(message: str) -> Refusal:
    """What Lambda answers where a call names something that does not exist."""
    return Refusal("ResourceNotFoundException", message, 404)
