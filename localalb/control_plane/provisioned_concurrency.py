"""Provisioned concurrency of aliases and versions, which moto's Lambda lacks. It is kept and told of; no
execution environment is held ready for it.

Lambda API, PutProvisionedConcurrencyConfig; guide, "Configuring provisioned concurrency for a function".
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from moto.awslambda import urls
from moto.awslambda.exceptions import (
    InvalidParameterValueException,
    LambdaClientError,
    UnknownFunctionException,
)
from moto.awslambda.models import LambdaBackend
from moto.awslambda.responses import LambdaResponse

from localalb.control_plane.seam import Replacement, Seam

PATH = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/provisioned-concurrency/?$"

SEAMS: tuple[Seam, ...] = (
    (LambdaBackend, "update_alias"),
    (LambdaBackend, "delete_alias"),
    (LambdaBackend, "delete_function"),
)
ADDITIONS: tuple[Seam, ...] = (
    (LambdaResponse, "put_provisioned_concurrency_config"),
    (LambdaResponse, "get_provisioned_concurrency_config"),
    (LambdaResponse, "delete_provisioned_concurrency_config"),
    (LambdaResponse, "list_provisioned_concurrency_configs"),
)

Answer = tuple[int, dict[str, Any], str]
Config = dict[str, Any]


class _NotFound(LambdaClientError):
    code = 404

    def __init__(self) -> None:
        words = "No Provisioned Concurrency Config found for this function"
        super().__init__("ProvisionedConcurrencyConfigNotFoundException", words)


class _NoAlias(LambdaClientError):
    code = 404

    def __init__(self, arn: str) -> None:
        super().__init__("ResourceNotFoundException", f"Cannot find alias arn: {arn}")


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` and `ADDITIONS` as they should be."""
    urls.url_paths[PATH] = LambdaResponse.dispatch
    update_alias: Any = LambdaBackend.update_alias
    delete_alias = LambdaBackend.delete_alias
    delete_function = LambdaBackend.delete_function

    def update_unless_provisioned(self: LambdaBackend, *, name: str, function_name: str, **rest: Any) -> Any:
        kept = _kept(self, function_name)
        if name in kept and _weights(rest.get("routing_config")):
            raise InvalidParameterValueException(_WEIGHTED)
        return update_alias(self, name=name, function_name=function_name, **rest)

    def delete_alias_and_config(self: LambdaBackend, name: str, function_name: str) -> None:
        delete_alias(self, name, function_name)
        _kept(self, function_name).pop(name, None)

    def delete_function_and_configs(
        self: LambdaBackend, function_name: str, qualifier: str | None = None
    ) -> None:
        kept = _kept(self, function_name)
        if qualifier and qualifier.isdecimal() and not _has(self, function_name, qualifier):
            return  # as on AWS (floci #2824)
        delete_function(self, function_name, qualifier)
        kept.pop(qualifier, None) if qualifier else kept.clear()

    return [
        (LambdaBackend, "update_alias", update_unless_provisioned),
        (LambdaBackend, "delete_alias", delete_alias_and_config),
        (LambdaBackend, "delete_function", delete_function_and_configs),
        (LambdaResponse, "put_provisioned_concurrency_config", _put),
        (LambdaResponse, "get_provisioned_concurrency_config", _get),
        (LambdaResponse, "delete_provisioned_concurrency_config", _delete),
        (LambdaResponse, "list_provisioned_concurrency_configs", _list),
    ]


# Lambda guide, "Configuring provisioned concurrency for a function". The sentence's words are a guess.
_WEIGHTED = "Alias with weights can not be used with Provisioned Concurrency"


def _kept(backend: LambdaBackend, function: str) -> dict[str, Config]:
    """The configurations of one function, by qualifier."""
    name = backend.get_function(function).function_name
    functions: dict[str, dict[str, Config]] = vars(backend).setdefault("provisioned", {})
    return functions.setdefault(name, {})


def _has(backend: LambdaBackend, function: str, version: str) -> bool:
    try:
        backend.get_function(function, version)
    except UnknownFunctionException:
        return False
    return True


def _weights(routing: Any) -> bool:
    return any(weight > 0 for weight in ((routing or {}).get("AdditionalVersionWeights") or {}).values())


def _asked(self: Any) -> tuple[Any, str]:
    """The function, and the qualifier, which must exist."""
    name, qualifier = self.uri_match["FunctionName"], self._get_param("Qualifier")
    if qualifier == "$LATEST":
        words = "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        raise InvalidParameterValueException(words)
    function = self.backend.get_function(name)
    try:
        self.backend.get_function(name, qualifier)
    except UnknownFunctionException:
        if qualifier.isdecimal():
            raise
        raise _NoAlias(f"{function.function_arn}:{qualifier}") from None
    return function, qualifier


def _put(self: Any) -> Answer:
    function, qualifier = _asked(self)
    aliases = {alias.name: alias for alias in self.backend.list_aliases(function.function_name)}
    if qualifier in aliases and _weights(aliases[qualifier].routing_config):
        raise InvalidParameterValueException(_WEIGHTED)
    count = int(json.loads(self.body)["ProvisionedConcurrentExecutions"])
    _kept(self.backend, function.function_name)[qualifier] = config = {
        "RequestedProvisionedConcurrentExecutions": count,
        "AvailableProvisionedConcurrentExecutions": count,
        "AllocatedProvisionedConcurrentExecutions": count,
        "Status": "READY",
        "LastModified": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"),
    }
    return 202, {"status": 202}, json.dumps(config)


def _get(self: Any) -> Answer:
    function, qualifier = _asked(self)
    config = _kept(self.backend, function.function_name).get(qualifier)
    if config is None:
        raise _NotFound
    return 200, {}, json.dumps(config)


def _delete(self: Any) -> Answer:
    function, qualifier = _asked(self)
    if _kept(self.backend, function.function_name).pop(qualifier, None) is None:
        raise _NotFound
    return 204, {"status": 204}, ""


def _list(self: Any) -> Answer:
    function = self.backend.get_function(self.uri_match["FunctionName"])
    configs = [
        {"FunctionArn": f"{function.function_arn}:{qualifier}", **config}
        for qualifier, config in _kept(self.backend, function.function_name).items()
    ]
    return 200, {}, json.dumps({"ProvisionedConcurrencyConfigs": configs})
