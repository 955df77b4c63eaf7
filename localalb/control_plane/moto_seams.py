"""The methods of moto that localalb replaces, and those it adds.

Here Lambda's Invoke runs code, a load balancer is active at once and has a scheme, and a Lambda target's
health is what its health checks found; what moto lacks of one topic stands in a module of its own. They are
the seams of moto 5.2; the process is the local cloud's own, so nobody else's moto changes.
"""

from __future__ import annotations

import base64
import inspect
import json
import threading
from importlib.metadata import version
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend
from moto.awslambda.responses import LambdaResponse
from moto.core.config import default_user_config
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup

from localalb.control_plane import (
    bucket_policies,
    capacity,
    function_policies,
    function_settings,
    log_store,
    provisioned_concurrency,
    security_group_rules,
    trust_stores,
)
from localalb.control_plane.backing import Backing
from localalb.control_plane.discovery import function
from localalb.control_plane.seam import Replacement, Seam
from localalb.runtime.result import Throttled

# moto puts a request id of its own into every answer; the front replaces it by the one in this header.
REQUEST_ID = "X-Localalb-Request-Id"


_TOPICS = (
    bucket_policies,
    capacity,
    function_policies,
    function_settings,
    log_store,
    provisioned_concurrency,
    security_group_rules,
    trust_stores,
)

SEAMS: tuple[Seam, ...] = (
    (ELBv2Backend, "create_load_balancer"),
    (ELBv2Backend, "create_target_group"),
    (ELBv2Backend, "modify_target_group"),
    (FakeTargetGroup, "health_for"),
    (LambdaBackend, "invoke"),
    (LambdaResponse, "invoke"),
    *(seam for topic in _TOPICS for seam in topic.SEAMS),
)
"""The methods that `teach` replaces. tests/unit/test_moto_seams.py holds their signatures."""

ADDITIONS: tuple[Seam, ...] = (
    *capacity.ADDITIONS,
    *provisioned_concurrency.ADDITIONS,
    *trust_stores.ADDITIONS,
)
"""The methods that `teach` adds. The same test fails once moto has one of its own."""


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
        *_load_balancing(backing),
        *_invoke(backing),
        *(replacement for topic in _TOPICS for replacement in topic.replacements()),
    )
    assert {(owner, name) for owner, name, _ in replacements} == {*SEAMS, *ADDITIONS}
    for owner, name, replacement in replacements:
        setattr(owner, name, replacement)
    # Roles have AWS's own policies attached; 0.1 s and 15 MB.
    default_user_config["iam"]["load_aws_managed_policies"] = True


def _load_balancing(backing: Backing) -> list[Replacement]:
    create_load_balancer = ELBv2Backend.create_load_balancer
    create_target_group = ELBv2Backend.create_target_group
    modify_target_group = ELBv2Backend.modify_target_group
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

    def modify_with_matcher(self: ELBv2Backend, *args: Any, **kwargs: Any) -> Any:
        group = modify_target_group(self, *args, **kwargs)
        wanted = inspect.signature(modify_target_group).bind(self, *args, **kwargs).arguments
        if codes := wanted.get("http_codes"):  # moto takes them of HTTP target groups alone
            group.matcher["HttpCode"] = codes
        return group

    def health_of_lambda(self: FakeTargetGroup, target: dict[str, Any], ec2: Any) -> Any:
        if self.target_type != "lambda" or target["Id"] not in self.targets:
            return health_for(self, target, ec2)
        found = backing.health(self.arn, target["Id"])
        status: Any = FakeHealthStatus
        return status(target["Id"], None, None, found.state, found.reason or None, found.description or None)

    return [
        (ELBv2Backend, "create_load_balancer", create_active),
        (ELBv2Backend, "create_target_group", create_with_lambda_defaults),
        (ELBv2Backend, "modify_target_group", modify_with_matcher),
        (FakeTargetGroup, "health_for", health_of_lambda),
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
