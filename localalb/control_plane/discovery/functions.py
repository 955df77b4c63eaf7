"""Functions, and the versions that an alias shares its invocations among."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localalb.control_plane.discovery.api import Api, existing
from localalb.runtime.function import Function, Invocable, routed


@dataclass(frozen=True, slots=True)
class Registered:
    """What a target's ARN names, and the policy of that resource as JSON, None where it has none."""

    function: Invocable
    policy: str | None


def registered(lambda_: Any, arn: str) -> Registered | None:
    """What a target's ARN names; None for nothing."""
    function = invocable(lambda_, arn)
    if function is None:
        return None
    answer = existing(lambda_.get_policy, FunctionName=arn)
    return Registered(function, answer and answer["Policy"])


def invocable(lambda_: Any, arn: str) -> Invocable | None:
    """What is invoked by an ARN, qualified or not; None for nothing."""
    config = existing(lambda_.get_function_configuration, FunctionName=arn)
    if config is None:
        return None
    name = config["FunctionName"]
    reserved = reserved_concurrency(lambda_, name)
    others = []
    if alias := alias_of(arn):
        found = lambda_.get_alias(FunctionName=name, Name=alias)
        for version, weight in weights(found).items():
            config_of = lambda_.get_function_configuration(FunctionName=name, Qualifier=version)
            others.append((function(arn, config_of, reserved), weight))
    return routed(function(arn, config, reserved), tuple(others))


def reserved_concurrency(lambda_: Any, name: str) -> int | None:
    """A function's, None where it has none reserved."""
    found: int | None = lambda_.get_function_concurrency(FunctionName=name).get(
        "ReservedConcurrentExecutions"
    )
    return found


def alias_of(arn: str) -> str:
    """The alias in a function's ARN, empty where it has none or a version; an alias is no number
    (CreateAlias, `Name`)."""
    qualifier = ":".join(arn.split(":")[7:])
    return "" if qualifier.isdecimal() or qualifier == "$LATEST" else qualifier


def weights(api: Api) -> Mapping[str, float]:
    """The additional versions of GetAlias, with their shares."""
    config: Api = api.get("RoutingConfig") or {}
    return config.get("AdditionalVersionWeights") or {}


def function(arn: str, api: Api, reserved: int | None = None) -> Function:
    """A function of GetFunctionConfiguration, named by the ARN that asked for it; `reserved` is its reserved
    concurrency, None for none."""
    name = api["FunctionName"]
    logging: Api = api.get("LoggingConfig", {})
    return Function(
        arn=arn,
        name=name,
        version=api["Version"],
        handler=api.get("Handler") or "",
        runtime=api.get("Runtime") or "",  # an image has none
        timeout=api["Timeout"],
        memory_size=api["MemorySize"],
        code_sha256=api["CodeSha256"],
        log_group=logging.get("LogGroup") or f"/aws/lambda/{name}",
        environment=api.get("Environment", {}).get("Variables", {}),
        reserved_concurrency=reserved,
        layers=tuple(layer["Arn"] for layer in api.get("Layers") or ()),
        log_format=logging.get("LogFormat", "Text"),
        log_level=logging.get("ApplicationLogLevel", "INFO"),
        system_log_level=logging.get("SystemLogLevel", "INFO"),
    )
