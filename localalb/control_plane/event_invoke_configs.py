"""Settings of asynchronous invocations, by version and alias, of which moto keeps one a function.

Lambda API, PutFunctionEventInvokeConfig and those beside it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from moto.awslambda.exceptions import UnknownEventConfig
from moto.awslambda.models import EventInvokeConfig, LambdaBackend
from moto.awslambda.responses import LambdaResponse

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = (
    (LambdaResponse, "put_function_event_invoke_config"),
    (LambdaResponse, "get_function_event_invoke_config"),
    (LambdaResponse, "update_function_event_invoke_config"),
    (LambdaResponse, "delete_function_event_invoke_config"),
    (LambdaResponse, "list_function_event_invoke_configs"),
)

Answer = tuple[int, dict[str, Any], str]


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` as they should be."""
    return [
        (LambdaResponse, "put_function_event_invoke_config", _put),
        (LambdaResponse, "get_function_event_invoke_config", _get),
        (LambdaResponse, "update_function_event_invoke_config", _update),
        (LambdaResponse, "delete_function_event_invoke_config", _delete),
        (LambdaResponse, "list_function_event_invoke_configs", _list),
    ]


def _kept(backend: LambdaBackend, function: str) -> dict[str, EventInvokeConfig]:
    """The configurations of one function, by qualifier. They end with it."""
    latest: Any = backend.get_function(function)
    kept: dict[str, EventInvokeConfig] = vars(latest).setdefault("event_invoke_configs", {})
    return kept


def _asked(self: Any) -> tuple[dict[str, EventInvokeConfig], str, str]:
    """The function's configurations, the qualifier asked for, which must exist, and the ARN of both."""
    name, qualifier = self.uri_match["FunctionName"], self._get_param("Qualifier") or "$LATEST"
    self.backend.get_function(name, qualifier)
    function = self.backend.get_function(name)
    return _kept(self.backend, name), qualifier, f"{function.function_arn}:{qualifier}"


def _put(self: Any) -> Answer:
    kept, qualifier, arn = _asked(self)
    return _keep(kept, qualifier, arn, json.loads(self.body))


def _update(self: Any) -> Answer:
    kept, qualifier, arn = _asked(self)
    return _keep(kept, qualifier, arn, _config(kept, qualifier, arn).config | json.loads(self.body))


def _keep(kept: dict[str, EventInvokeConfig], qualifier: str, arn: str, config: Mapping[str, Any]) -> Answer:
    members = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
    named = {name: config[name] for name in members if config.get(name) is not None}
    made: Any = EventInvokeConfig(arn, time.time(), named)  # type: ignore[arg-type]
    kept[qualifier] = made
    return 200, {}, json.dumps(made.response())


def _get(self: Any) -> Answer:
    return 200, {}, json.dumps(_config(*_asked(self)).response())


def _delete(self: Any) -> Answer:
    kept, qualifier, arn = _asked(self)
    _config(kept, qualifier, arn)
    del kept[qualifier]
    return 204, {"status": 204}, ""


def _list(self: Any) -> Answer:
    kept = _kept(self.backend, self.uri_match["FunctionName"])
    return 200, {}, json.dumps({"FunctionEventInvokeConfigs": [each.response() for each in kept.values()]})


def _config(kept: Mapping[str, EventInvokeConfig], qualifier: str, arn: str) -> EventInvokeConfig:
    if qualifier not in kept:
        raise UnknownEventConfig(arn)
    return kept[qualifier]
