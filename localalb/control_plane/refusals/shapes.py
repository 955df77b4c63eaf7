"""What the API reference says of one value: required, length, range, pattern, values. botocore has the data.

AWS checks these before all else, and tells of each that is broken in one message: cfn-lint #807 and provider
#46461 show Elastic Load Balancing's, localstack's snapshots of Lambda show Lambda's.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
from botocore.model import OperationNotFoundError, ServiceModel

from localalb.control_plane.refusals.reason import Api, Refusal

# The reference gives the ranges of functions on managed instances, which nothing here is.
_RANGES = {"Timeout": (1, 900), "MemorySize": (128, 10240), "EphemeralStorageSize": (512, 10240)}
_OF_CODES = {"elbv2": "ValidationError", "lambda": "ValidationException"}
# Runtimes are refused with a code of their own, in `functions`; moto's access points have shorter ids than
# AWS's.
_ELSEWHERE = {"Runtime", "FileSystemArn"}


def refusal(operation: str, call: Api) -> Refusal | None:
    """What is broken of an operation of Elastic Load Balancing or Lambda; other operations are nobody's."""
    for service, code in _OF_CODES.items():
        try:
            shape = _model(service).operation_model(operation).input_shape
        except OperationNotFoundError:
            continue
        broken = list(_broken(shape, call, "", service))
        if not broken:
            return None
        plural = "" if len(broken) == 1 else "s"
        return Refusal(code, f"{len(broken)} validation error{plural} detected: {'; '.join(broken)}")
    return None


@functools.cache
def _model(service: str) -> ServiceModel:
    session: Any = botocore.session.get_session()
    model: ServiceModel = session.get_service_model(service)
    return model


def _broken(shape: Any, value: Any, path: str, service: str) -> Iterator[str]:
    found = [] if shape.name in _ELSEWHERE else list(_constraints(shape, value))
    yield from (_sentence(shape, value, path, constraint) for constraint in found)
    match shape.type_name:
        case "structure" if isinstance(value, Mapping):
            for name, member in shape.members.items():
                inner = f"{path}.{_camel(name)}".lstrip(".")
                if value.get(name) is not None:
                    yield from _broken(member, value[name], inner, service)
                elif name in shape.required_members:
                    yield f"Value null at '{inner}' failed to satisfy constraint: Member must not be null"
        case "list" if isinstance(value, list) and service == "elbv2":
            for number, each in enumerate(value, 1):
                yield from _broken(shape.member, each, f"{path}.{number}.member", service)
        case "list" if isinstance(value, list) and shape.member.type_name == "structure":
            for number, each in enumerate(value, 1):  # as Elastic Load Balancing has it: a guess
                yield from _broken(shape.member, each, f"{path}.{number}.member", service)
        case "list" if isinstance(value, list):
            inside = [constraint for each in value for constraint in _constraints(shape.member, each)]
            if inside:
                yield _sentence(shape, value, path, f"Member must satisfy constraint: [{', '.join(inside)}]")
        case "map" if isinstance(value, Mapping):
            for who, member, all in (("keys", shape.key, value), ("value", shape.value, value.values())):
                inside = [constraint for each in all for constraint in _constraints(member, each)]
                if inside:
                    constraint = f"Map {who} must satisfy constraint: [{', '.join(inside)}]"
                    yield _sentence(shape, value, path, constraint)


def _constraints(shape: Any, value: Any) -> Iterator[str]:
    """Those that a value breaks, in AWS's words."""
    rules = shape.metadata
    low, high = _RANGES.get(shape.name, (rules.get("min"), rules.get("max")))
    measure, kind = _measure(shape.type_name, value)
    if measure is not None and low is not None and measure < low:
        yield f"Member must have {kind} greater than or equal to {low}"
    if measure is not None and high is not None and measure > high:
        yield f"Member must have {kind} less than or equal to {high}"
    if not isinstance(value, str):
        return
    if "pattern" in rules and not _pattern(rules["pattern"]).fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {rules['pattern']}"
    if "enum" in rules and value not in rules["enum"]:
        yield f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]"


def _measure(type_name: str, value: Any) -> tuple[float | None, str]:
    """What a range is about: a number, or the length of something."""
    if type_name in ("integer", "long", "float", "double"):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return (value if number else None), "value"
    return (len(value) if hasattr(value, "__len__") else None), "length"


@functools.cache
def _pattern(pattern: str) -> re.Pattern[str]:
    # Java's classes of letters, spaces and digits have no names in Python.
    return re.compile(pattern.replace(r"\p{L}\p{Z}\p{N}_", r"\w\s"))


def _sentence(shape: Any, value: Any, path: str, constraint: str) -> str:
    parts = (shape, shape.key, shape.value) if shape.type_name == "map" else (shape,)
    secret = any(part.metadata.get("sensitive") for part in parts)
    return (
        f"Value '{'***' if secret else _java(value)}' at '{path}' failed to satisfy constraint: {constraint}"
    )


def _java(value: Any) -> str:
    match value:
        case Mapping():
            return "{" + ", ".join(f"{key}={_java(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_java, value)) + "]"
        case bool():
            return str(value).lower()
    return str(value)


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]
