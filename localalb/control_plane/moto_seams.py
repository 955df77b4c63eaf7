"""The methods of moto's models that localalb replaces.

With these Lambda's Invoke runs code, a load balancer is active at once and has a scheme, a function keeps its
logging configuration, and a Lambda target's health is what its health checks found. They are the seams of
moto 5.2; the process is the local cloud's own, so nobody else's moto changes.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.core.common_models import BaseModel
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup

from localalb.control_plane import log_store
from localalb.control_plane.backing import Backing
from localalb.control_plane.discovery import function
from localalb.runtime import code
from localalb.runtime.result import Throttled

# moto puts a request id of its own into every answer; the front replaces it by the one in this header.
REQUEST_ID = "X-Localalb-Request-Id"


Replacement = tuple[type, str, Callable[..., Any]]

SEAMS: tuple[tuple[type, str], ...] = (
    (ELBv2Backend, "create_load_balancer"),
    (ELBv2Backend, "create_target_group"),
    (FakeTargetGroup, "health_for"),
    (LambdaFunction, "__init__"),
    (LambdaFunction, "update_configuration"),
    (LambdaFunction, "get_configuration"),
    (LambdaFunction, "_set_function_code"),
    (LambdaBackend, "invoke"),
    (LambdaResponse, "invoke"),
    (BaseModel, "__new__"),
    *log_store.SEAMS,
)
"""The methods that `teach` replaces. tests/unit/test_moto_seams.py holds their signatures."""


def teach(backing: Backing) -> None:
    """Replace the methods that stand in for what localalb really does. Raises `RuntimeError` where this moto
    has no such method, before anything is replaced."""
    missing = [f"{owner.__name__}.{name}" for owner, name in SEAMS if name not in vars(owner)]
    if missing:
        raise RuntimeError(
            f"moto {version('moto')} has no {', '.join(missing)}, which localalb replaces: "
            'install a moto that localalb knows, pip install "moto>=5.2,<5.3"'
        )
    replacements = (
        *_load_balancing(backing), *_functions(), *_invoke(backing), *models(), *log_store.replacements()
    )  # fmt: skip
    assert {(owner, name) for owner, name, _ in replacements} == set(SEAMS)
    for owner, name, replacement in replacements:
        setattr(owner, name, replacement)


def models() -> list[Replacement]:
    """moto keeps a list of every model there ever was, for a page of its own that is not served here. Of log
    events alone that is 1 KB a request."""

    def untracked(cls: Any, *_: Any, **__: Any) -> Any:
        return super(BaseModel, cls).__new__(cls)

    return [(BaseModel, "__new__", staticmethod(untracked))]


def _load_balancing(backing: Backing) -> list[Replacement]:
    create_load_balancer = ELBv2Backend.create_load_balancer
    create_target_group = ELBv2Backend.create_target_group
    health_for = FakeTargetGroup.health_for

    def create_active(self: ELBv2Backend, *args: Any, **kwargs: Any) -> Any:
        kwargs["scheme"] = kwargs.get("scheme") or "internet-facing"  # moto forgets its own default
        balancer = create_load_balancer(self, *args, **kwargs)
        balancer.state = "active"
        return balancer

    def create_with_lambda_defaults(self: ELBv2Backend, name: str, **kwargs: Any) -> Any:
        # User guide, "Lambda functions as targets": off by default; every 35 s, within 30 s, the path /.
        if kwargs.get("target_type") == "lambda":
            kwargs["healthcheck_enabled"] = kwargs.get("healthcheck_enabled") or "false"
            kwargs["healthcheck_interval_seconds"] = kwargs.get("healthcheck_interval_seconds") or 35
            kwargs["healthcheck_timeout_seconds"] = kwargs.get("healthcheck_timeout_seconds") or 30
            kwargs["healthcheck_path"] = kwargs.get("healthcheck_path") or "/"
        return create_target_group(self, name, **kwargs)

    def health_of_lambda(self: FakeTargetGroup, target: dict[str, Any], ec2: Any) -> Any:
        if self.target_type != "lambda" or target["Id"] not in self.targets:
            return health_for(self, target, ec2)
        found = backing.health(self.arn, target["Id"])
        status: Any = FakeHealthStatus
        return status(target["Id"], None, None, found.state, found.reason or None, found.description or None)

    return [
        (ELBv2Backend, "create_load_balancer", create_active),
        (ELBv2Backend, "create_target_group", create_with_lambda_defaults),
        (FakeTargetGroup, "health_for", health_of_lambda),
    ]


def _functions() -> list[Replacement]:
    init = LambdaFunction.__init__
    get_configuration = LambdaFunction.get_configuration
    set_code = LambdaFunction._set_function_code
    update_configuration = LambdaFunction.update_configuration

    def init_with_logging(self: Any, account_id: str, spec: dict[str, Any], *rest: Any, **named: Any) -> None:
        self.logging_config = spec.get("LoggingConfig") or {}
        init(self, account_id, spec, *rest, **named)

    def update_with_logging(self: Any, updates: dict[str, Any]) -> dict[str, Any]:
        self.logging_config = updates.get("LoggingConfig") or self.logging_config
        return update_configuration(self, updates)

    def configuration_with_logging(self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        default = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}
        return get_configuration(self, *args, **kwargs) | {"LoggingConfig": default | self.logging_config}

    def set_code_within_limits(self: Any, spec: dict[str, Any]) -> None:
        before = dict(vars(self)), dict(self.code)
        set_code(self, spec)
        if code.unpacked_size(self.code_bytes) > code.MAX_UNPACKED:
            vars(self).update(before[0], code=before[1])
            words = f"Unzipped size must be smaller than {code.MAX_UNPACKED} bytes"
            raise LambdaClientError("InvalidParameterValueException", words)

    return [
        (LambdaFunction, "_set_function_code", set_code_within_limits),
        (LambdaFunction, "__init__", init_with_logging),
        (LambdaFunction, "update_configuration", update_with_logging),
        (LambdaFunction, "get_configuration", configuration_with_logging),
    ]


def _invoked_arn(arn: str, name: str, qualifier: str | None) -> str:
    """The ARN as the caller named the function: with the alias or version asked for, else with none."""
    named = name.removeprefix(":".join(arn.split(":")[:6]) + ":")
    return ":".join([*arn.split(":")[:7], *filter(None, [qualifier or named.partition(":")[2]])])


def _invoke(backing: Backing) -> list[Replacement]:
    def invoke(
        self: LambdaBackend,
        function_name: str,
        qualifier: str | None,
        body: Any,
        headers: Any,
        response_headers: dict[str, str],
    ) -> bytes:
        model: Any = self.get_function(function_name, qualifier)
        reserved = model.reserved_concurrency
        concurrency = None if reserved is None else int(reserved)
        arn = _invoked_arn(model.function_arn, function_name, qualifier)
        invoked = function(arn, model.get_configuration(), concurrency)
        payload = body if isinstance(body, bytes) else (body or "{}").encode()
        try:
            json.loads(payload)
        except ValueError as error:
            message = f"Could not parse request body into json: {error}"
            raise LambdaClientError("InvalidRequestContentException", message) from None
        context = headers.get("X-Amz-Client-Context")
        decoded = base64.b64decode(context).decode() if context else None
        response_headers["X-Amz-Executed-Version"] = str(model.version)
        match headers.get("X-Amz-Invocation-Type", "RequestResponse"):
            case "DryRun":
                return b""
            case "Event":
                arguments = (invoked, payload, decoded)
                threading.Thread(target=backing.invoke, args=arguments, daemon=True).start()
                return b""
        try:
            result = backing.invoke(invoked, payload, decoded)
        except Throttled as error:
            refused = LambdaClientError("TooManyRequestsException", str(error))
            refused.code = 429
            raise refused from None
        if result.failure:
            response_headers["X-Amz-Function-Error"] = "Unhandled"
        response_headers["x-amz-log-result"] = base64.b64encode(result.log.encode()).decode()
        response_headers[REQUEST_ID] = result.request_id
        return result.payload

    respond: Any = LambdaResponse.invoke

    def respond_to_qualifier(self: Any) -> Any:
        if "Qualifier" in self.querystring:  # moto looks for it in lower case only
            self.querystring["qualifier"] = self.querystring["Qualifier"]
        return respond(self)

    return [(LambdaBackend, "invoke", invoke), (LambdaResponse, "invoke", respond_to_qualifier)]
