"""What Lambda refuses of aliases. Words: localstack's snapshots of Lambda's answers (test_lambda_api)."""

from __future__ import annotations

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal, parameter


def new_name(call: Api, existing: Existing) -> Refusal | None:
    """CreateAlias: ResourceConflictException."""
    function = existing.function(call["FunctionName"])
    if function is None or call["Name"] not in function.aliases:
        return None
    return Refusal("ResourceConflictException", f"Alias already exists: {function.arn}:{call['Name']}", 409)


def known_name(call: Api, existing: Existing) -> Refusal | None:
    """UpdateAlias: ResourceNotFoundException."""
    function = existing.function(call["FunctionName"])
    if function is None or call["Name"] in function.aliases:
        return None
    return Refusal("ResourceNotFoundException", f"Alias not found: {function.arn}:{call['Name']}", 404)


def versions(call: Api, existing: Existing) -> Refusal | None:
    """CreateAlias and UpdateAlias, `RoutingConfig`: one more version, each published, and not twice one."""
    function = existing.function(call["FunctionName"])
    if function is None:
        return None
    weights = (call.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    main = call.get("FunctionVersion") or next(iter(function.aliases.get(call["Name"], ())), None)
    if len(weights) > 1:
        return parameter("Number of items in AdditionalVersionWeights cannot be greater than 1")
    if weights and main == "$LATEST":
        return parameter("$LATEST is not supported for an alias pointing to more than 1 version")
    if main in weights:
        words = f"Function version {main} is already included in routing configuration."
        return parameter(f"Invalid function version {main}. {words}")
    for version in filter(None, (main, *weights)):
        if version != "$LATEST" and version not in function.versions:
            return Refusal("ResourceNotFoundException", f"Function not found: {function.arn}:{version}", 404)
    return None
