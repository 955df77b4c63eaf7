"""The methods of moto that localalb replaces, and those it adds.

Here Lambda's Invoke runs code, and a load balancer is active at once and has a scheme; what moto lacks of one
topic stands in a module of its own. They are
the seams of moto 5.2; the process is the local cloud's own, so nobody else's moto changes.
"""

from __future__ import annotations

import base64
import inspect
import json
import time
from importlib.metadata import version
from threading import RLock
from typing import Any
from uuid import uuid4

import moto.iam.models as iam
from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend
from moto.awslambda.responses import LambdaResponse
from moto.core.common_models import BaseModel
from moto.core.config import default_user_config
from moto.core.model import ServiceModel
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer

from localalb.control_plane import (
    bucket_policies,
    capacity,
    client_secrets,
    delete_markers,
    event_invoke_configs,
    function_policies,
    function_settings,
    instance_types,
    log_store,
    log_test_files,
    metric_store,
    provisioned_concurrency,
    refusing,
    revocations,
    rule_transforms,
    security_group_rules,
    security_policies,
    state_machines,
    targets,
    trust_stores,
    user_pools,
)
from localalb.control_plane.backing import Backing
from localalb.control_plane.discovery.functions import alias_of, function, weights
from localalb.control_plane.seam import Replacement, Seam
from localalb.runtime.asynchronous import Event
from localalb.runtime.function import Invocable, routed
from localalb.runtime.result import Throttled

# moto puts a request id of its own into every answer; the front replaces it by the one in this header.
REQUEST_ID = "X-Localalb-Request-Id"


_TOPICS = (
    bucket_policies,
    capacity,
    client_secrets,
    delete_markers,
    event_invoke_configs,
    function_policies,
    function_settings,
    instance_types,
    log_store,
    log_test_files,
    provisioned_concurrency,
    revocations,
    rule_transforms,
    security_group_rules,
    security_policies,
    state_machines,
    trust_stores,
    user_pools,
)


SEAMS: tuple[Seam, ...] = (
    (ELBv2Backend, "create_load_balancer"),
    (ELBv2Backend, "create_target_group"),
    (ELBv2Backend, "modify_target_group"),
    (ELBv2Backend, "create_listener"),
    (LambdaBackend, "invoke"),
    *refusing.SEAMS,
    *(seam for topic in _TOPICS for seam in topic.SEAMS),
    *metric_store.SEAMS,
    *targets.SEAMS,
    (BaseModel, "__new__"),
    (ServiceModel, "operation_model"),
    (iam, "get_account_id_from"),
)
"""The methods that `teach` replaces. tests/unit/test_moto_seams.py holds their signatures."""

ADDITIONS: tuple[Seam, ...] = (
    *capacity.ADDITIONS,
    *delete_markers.ADDITIONS,
    *provisioned_concurrency.ADDITIONS,
    *revocations.ADDITIONS,
    *state_machines.ADDITIONS,
    *trust_stores.ADDITIONS,
    *user_pools.ADDITIONS,
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
        *_load_balancing(),
        *_invoke(backing),
        *models(),
        *operation_models(),
        *accounts(),
        *metric_store.replacements(backing.metrics),
        *targets.replacements(backing),
        *(replacement for topic in _TOPICS for replacement in topic.replacements()),
    )
    for owner, name, replacement in replacements:
        setattr(owner, name, replacement)
    asking = refusing.replacements()  # in front of what the others have put there
    for owner, name, replacement in asking:
        setattr(owner, name, replacement)
    assert {(owner, name) for owner, name, _ in (*replacements, *asking)} == {*SEAMS, *ADDITIONS}
    # Of these attributes moto knows the third.
    FakeLoadBalancer.VALID_ATTRS |= {"health_check_logs.s3.bucket", "health_check_logs.s3.prefix"}
    # Roles have AWS's own policies attached; docs/architecture.md has the price.
    default_user_config["iam"]["load_aws_managed_policies"] = True


_MAKING = RLock()
_operation_model = ServiceModel.operation_model


def operation_models() -> list[Replacement]:
    """moto's operation model is made of botocore's, and both are kept under one name: a thread that asks
    meanwhile would get botocore's, which moto's router cannot use."""

    def operation_model(self: ServiceModel, operation_name: str) -> Any:
        with _MAKING:
            return _operation_model(self, operation_name)

    return [(ServiceModel, "operation_model", operation_model)]


def models() -> list[Replacement]:
    """moto keeps a list of every model there ever was, for a page of its own that is not served here. Of log
    events alone that is 1 KB a request."""

    def untracked(cls: Any, *_: Any, **__: Any) -> Any:
        return super(BaseModel, cls).__new__(cls)

    return [(BaseModel, "__new__", staticmethod(untracked))]


def accounts() -> list[Replacement]:
    """moto looks for an access key in each of AWS's partitions, China's too, and so makes what IAM has there:
    AWS's own 1,400 policies six times, 30 MB. A key can only be where there is something."""

    def get_account_id_from(access_key: str) -> str:
        for account, partitions in list(iam.iam_backends.items()):
            if any(access_key in made.access_keys for made in list(partitions.values())):
                return account
        return DEFAULT_ACCOUNT_ID

    return [(iam, "get_account_id_from", get_account_id_from)]


def _load_balancing() -> list[Replacement]:
    create_load_balancer = ELBv2Backend.create_load_balancer
    create_target_group = ELBv2Backend.create_target_group
    modify_target_group = ELBv2Backend.modify_target_group
    create_listener = ELBv2Backend.create_listener

    # ELBv2 API: these three are idempotent. What has the same name or port and other settings is refused
    # before (`refusals`), so what is found here is the same.

    def create_active(self: ELBv2Backend, name: str, *args: Any, **kwargs: Any) -> Any:
        if found := next((each for each in self.load_balancers.values() if each.name == name), None):
            return found
        kwargs["scheme"] = kwargs.get("scheme") or "internet-facing"  # moto forgets its own default
        balancer = create_load_balancer(self, name, *args, **kwargs)
        balancer.state = "active"
        return balancer

    def create_target_group_once(self: ELBv2Backend, name: str, **kwargs: Any) -> Any:
        if found := next((each for each in self.target_groups.values() if each.name == name), None):
            return found
        return create_target_group(self, name, **kwargs)

    def modify_with_matcher(self: ELBv2Backend, *args: Any, **kwargs: Any) -> Any:
        group = modify_target_group(self, *args, **kwargs)
        wanted = inspect.signature(modify_target_group).bind(self, *args, **kwargs).arguments
        if codes := wanted.get("http_codes"):  # moto takes them of HTTP target groups alone
            group.matcher["HttpCode"] = codes
        return group

    def create_listener_once(
        self: ELBv2Backend, load_balancer_arn: str, protocol: str, port: str, *args: Any, **kwargs: Any
    ) -> Any:
        balancer = self.load_balancers.get(load_balancer_arn)
        listeners = balancer.listeners.values() if balancer else ()
        if found := next((each for each in listeners if each.port == port), None):
            return found
        return create_listener(self, load_balancer_arn, protocol, port, *args, **kwargs)

    return [
        (ELBv2Backend, "create_load_balancer", create_active),
        (ELBv2Backend, "create_target_group", create_target_group_once),
        (ELBv2Backend, "modify_target_group", modify_with_matcher),
        (ELBv2Backend, "create_listener", create_listener_once),
    ]


def _invoked_arn(arn: str, name: str, qualifier: str | None) -> str:
    """The ARN as the caller named the function: with the alias or version asked for, else with none."""
    named = name.removeprefix(":".join(arn.split(":")[:6]) + ":")
    return ":".join([*arn.split(":")[:7], *filter(None, [qualifier or named.partition(":")[2]])])


def _invocable(backend: LambdaBackend, arn: str, model: Any) -> Invocable:
    """A version, or an alias with weights, as it is invoked by an ARN. Its concurrency is its function's,
    whatever was reserved when the version was published."""
    name = model.function_name
    latest: Any = backend.get_function(name, "$LATEST")
    reserved = None if latest.reserved_concurrency is None else int(latest.reserved_concurrency)
    shares = weights(backend.get_alias(alias, name).to_json()) if (alias := alias_of(arn)) else {}
    others = (
        (function(arn, backend.get_function(name, version).get_configuration(), reserved), weight)
        for version, weight in shares.items()
    )
    return routed(function(arn, model.get_configuration(), reserved), tuple(others))


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
        arn = _invoked_arn(model.function_arn, function_name, qualifier)
        invoked = _invocable(self, arn, model)
        payload = body if isinstance(body, bytes) else (body or "{}").encode()
        try:
            json.loads(payload)
        except ValueError as error:
            message = f"Could not parse request body into json: {error}"
            raise LambdaClientError("InvalidRequestContentException", message) from None
        context = headers.get("X-Amz-Client-Context")
        decoded = base64.b64decode(context).decode() if context else None
        match headers.get("X-Amz-Invocation-Type", "RequestResponse"):
            case "DryRun":
                response_headers["X-Amz-Executed-Version"] = str(model.version)
                return b""
            case "Event":
                event = Event(arn, payload, str(uuid4()), decoded, received=time.time())
                backing.invoke_later(event)
                response_headers[REQUEST_ID] = event.request_id
                return b""
        try:
            result = backing.invoke(invoked, payload, decoded)
        except Throttled as error:
            refused = LambdaClientError("TooManyRequestsException", str(error))
            refused.code = 429
            raise refused from None
        if result.failure:
            response_headers["X-Amz-Function-Error"] = "Unhandled"
        response_headers["X-Amz-Executed-Version"] = result.version
        response_headers["x-amz-log-result"] = base64.b64encode(result.log.encode()).decode()
        response_headers[REQUEST_ID] = result.request_id
        return result.payload

    respond: Any = LambdaResponse.invoke

    def respond_to_qualifier(self: Any) -> Any:
        if "Qualifier" in self.querystring:  # moto looks for it in lower case only
            self.querystring["qualifier"] = self.querystring["Qualifier"]
        return respond(self)

    return [(LambdaBackend, "invoke", invoke), (LambdaResponse, "invoke", respond_to_qualifier)]
