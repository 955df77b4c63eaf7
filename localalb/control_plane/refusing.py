"""Asks `refusals` in front of moto's methods for the operations that AWS may refuse."""

from __future__ import annotations

import functools
import json
import logging
import re
import threading
from collections.abc import Callable
from typing import Any

from botocore.model import OperationModel
from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.responses import LambdaResponse
from moto.core.responses import ActionResult
from moto.core.utils import get_service_model
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.responses import ELBV2Response

from localalb.control_plane import moto_models, refusals
from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals import Refusal, quotas
from localalb.control_plane.seam import Replacement, Seam

logger = logging.getLogger("localalb.control_plane")

Answer = Callable[[Any], Any]


def method(operation: str) -> str:
    """The name of moto's method for an operation: `create_rule` for CreateRule."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


SEAMS: tuple[Seam, ...] = (
    *((ELBV2Response, method(each)) for each in refusals.LOAD_BALANCING if each not in refusals.ADDED),
    *((LambdaResponse, method(each)) for each in refusals.FUNCTIONS if each not in refusals.ADDED),
)


def replacements() -> list[Replacement]:
    """The methods of `SEAMS`, in front of what stands there. One call at a time, so that what was found is
    still so when moto acts on it; but for invocations, which depend on nothing that is there."""
    lock = threading.Lock()
    return [
        *((ELBV2Response, method(each), _balancing(each, lock)) for each in refusals.LOAD_BALANCING),
        *((LambdaResponse, method(each), _function(each, lock)) for each in refusals.FUNCTIONS),
    ]


def _balancing(operation: str, lock: threading.Lock) -> Answer:
    respond: Any = vars(ELBV2Response)[method(operation)]

    @functools.wraps(respond)
    def ask(self: Any) -> Any:
        with lock:
            existing = moto_models.existing(self.current_account, self.region)
            call = self._get_params()
            found = refusals.refusal(operation, call, existing)
            if found is None:
                if advice := quotas.passed(operation, call, existing):
                    logger.warning("%s", advice)
                return respond(self)
        error = ActionResult(ELBClientError(found.code, found.message))
        _, headers, body = self.serialized(error)
        return body, headers | {"status": found.status}

    return ask


def _function(operation: str, lock: threading.Lock) -> Answer:
    respond: Any = vars(LambdaResponse)[method(operation)]
    model = get_service_model("lambda").operation_model(operation)

    @functools.wraps(respond)
    def ask(self: Any) -> Any:
        call = _parameters(self, model)
        if operation == "Invoke":
            _raise(refusals.refusal(operation, call, Existing()))
            return respond(self)
        with lock:
            existing = moto_models.existing_functions(self.current_account, self.region)
            _raise(refusals.refusal(operation, call, existing))
            return respond(self)

    return ask


def _raise(found: Refusal | None) -> None:
    if found:
        error = LambdaClientError(found.code, found.message)
        error.code = found.status
        raise error


def _parameters(asked: Any, model: OperationModel) -> dict[str, Any]:
    """A call of the protocol rest-json: members stand in the path, the query, the headers and the body."""
    shape: Any = model.input_shape
    payload = shape.serialization.get("payload")
    found: dict[str, Any] = {}
    if payload:
        found[payload] = asked.body
    elif asked.body:
        found.update(json.loads(asked.body))
    for name, member in shape.members.items():
        key = member.serialization.get("name", name)
        match member.serialization.get("location"):
            case "uri":
                value = asked.uri_match.get(key)
            case "querystring":
                value = (asked.querystring.get(key) or [None])[0]
            case "header":
                value = asked.headers.get(key)
            case _:
                continue
        if value is not None:
            found[name] = value
    return found
