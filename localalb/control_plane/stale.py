"""What a call makes stale: what has to be read again before the call is answered.

Every operation of Elastic Load Balancing and Lambda that is no Describe, Get or List stands in a table here;
one that stands in none makes the region stale. tests/unit/test_stale.py walks botocore's operations.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import botocore.session


@dataclass(frozen=True, slots=True)
class Stale:
    """`arns` of load balancers, listeners, rules and target groups, each without what belongs to it; names of
    `functions`; or `everything` that a region has."""

    arns: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    everything: bool = False

    def __or__(self, other: Stale) -> Stale:
        return Stale(
            self.arns | other.arns, self.functions | other.functions, self.everything or other.everything
        )


EVERYTHING = Stale(everything=True)
NOTHING_READ = Stale()
"""Nothing that is read has changed, but what is served has: a certificate's key is in no answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """`service` as a signature names it, `target` the header X-Amz-Target, `form` a body of the query
    protocol."""

    service: str
    method: str = "POST"
    path: str = "/"
    target: str = ""
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)


SERVICES = ("acm", "cloudformation", "elasticloadbalancing", "lambda")
"""Calls of other services change nothing that load balancers serve."""

LOAD_BALANCING: Mapping[str, str] = {
    "AddListenerCertificates": "ListenerArn",
    "AddTags": "",
    "AddTrustStoreRevocations": "",
    "CreateListener": "ListenerArn",
    "CreateLoadBalancer": "LoadBalancerArn",
    "CreateRule": "RuleArn",
    "CreateTargetGroup": "TargetGroupArn",
    "CreateTrustStore": "",
    "DeleteListener": "ListenerArn",
    "DeleteLoadBalancer": "LoadBalancerArn",
    "DeleteRule": "RuleArn",
    "DeleteSharedTrustStoreAssociation": "",
    "DeleteTargetGroup": "TargetGroupArn",
    "DeleteTrustStore": "",
    "DeregisterTargets": "TargetGroupArn",
    "ModifyCapacityReservation": "",
    "ModifyIpPools": "LoadBalancerArn",
    "ModifyListener": "ListenerArn",
    "ModifyListenerAttributes": "ListenerArn",
    "ModifyLoadBalancerAttributes": "LoadBalancerArn",
    "ModifyRule": "RuleArn",
    "ModifyTargetGroup": "TargetGroupArn",
    "ModifyTargetGroupAttributes": "TargetGroupArn",
    "ModifyTrustStore": "",
    "RegisterTargets": "TargetGroupArn",
    "RemoveListenerCertificates": "ListenerArn",
    "RemoveTags": "",
    "RemoveTrustStoreRevocations": "",
    "SetIpAddressType": "LoadBalancerArn",
    "SetRulePriorities": "RuleArn",
    "SetSecurityGroups": "LoadBalancerArn",
    "SetSubnets": "LoadBalancerArn",
}
"""The member of a call or of its answer that names what is stale; "" where nothing that is read is."""

OF_TRUST = frozenset({"AddTrustStoreRevocations", "ModifyTrustStore", "RemoveTrustStoreRevocations"})
"""Operations after which a load balancer trusts other clients: like a certificate's key, what a trust store
holds is not read but served."""

OF_A_FUNCTION = frozenset(
    {
        "AddPermission",
        "CreateAlias",
        "CreateFunction",
        "DeleteAlias",
        "DeleteFunction",
        "DeleteFunctionConcurrency",
        "PublishVersion",
        "PutFunctionConcurrency",
        "RemovePermission",
        "UpdateAlias",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
    }
)
"""Operations of Lambda that make the function stale that they name."""

OF_NONE = frozenset(
    {
        "AddLayerVersionPermission",
        "CheckpointDurableExecution",
        "CreateCapacityProvider",
        "CreateCodeSigningConfig",
        "CreateEventSourceMapping",
        "CreateFunctionUrlConfig",
        "DeleteCapacityProvider",
        "DeleteCodeSigningConfig",
        "DeleteDurableExecution",
        "DeleteEventSourceMapping",
        "DeleteFunctionCodeSigningConfig",
        "DeleteFunctionEventInvokeConfig",
        "DeleteFunctionUrlConfig",
        "DeleteLayerVersion",
        "DeleteProvisionedConcurrencyConfig",
        "Invoke",
        "InvokeAsync",
        "InvokeWithResponseStream",
        "PauseDurableExecution",
        "PublishLayerVersion",
        "PutFunctionCodeSigningConfig",
        "PutFunctionEventInvokeConfig",
        "PutFunctionRecursionConfig",
        "PutFunctionScalingConfig",
        "PutProvisionedConcurrencyConfig",
        "PutRuntimeManagementConfig",
        "RemoveLayerVersionPermission",
        "ResumeDurableExecution",
        "SendDurableExecutionCallbackFailure",
        "SendDurableExecutionCallbackHeartbeat",
        "SendDurableExecutionCallbackSuccess",
        "StopDurableExecution",
        "TagResource",
        "UntagResource",
        "UpdateCapacityProvider",
        "UpdateCodeSigningConfig",
        "UpdateEventSourceMapping",
        "UpdateFunctionEventInvokeConfig",
        "UpdateFunctionUrlConfig",
    }
)
"""Operations of Lambda after which a load balancer invokes what it did before. A version keeps the layers it
was published with (developer guide, "Deleting a layer version")."""

OF_THE_REGION = frozenset({"DeleteResourcePolicy", "PutResourcePolicy"})
"""Operations of Lambda that may change a function and have no name of one in their path."""

_READING = re.compile("Describe|Get|List|Detect|Estimate|Validate")
_CERTIFICATES = ("DeleteCertificate", "ImportCertificate", "RequestCertificate")
_CLASSIC = "2012-06-01"  # the API version of Classic Load Balancers, which nothing here serves
# Lambda API, `FunctionName`: a name, an ARN or a part of one, each with a qualifier or without.
_FUNCTION = re.compile(r"(?:(?:arn:[^:]+:lambda:[^:]+:)?\d{12}:function:)?([^:]+)")


def of(call: Call, answer: Sequence[bytes]) -> Stale | None:
    """What a call that was answered makes stale; None for nothing."""
    match call.service:
        case "elasticloadbalancing":
            return _of_load_balancing(call, answer)
        case "lambda":
            return _of_functions(call, answer)
        case "acm":
            return NOTHING_READ if call.target.rpartition(".")[2] in _CERTIFICATES else None
        case "cloudformation":  # a stack's resources are of any kind
            return None if _READING.match(_first(call, "Action")) else EVERYTHING
    return None


def _of_load_balancing(call: Call, answer: Sequence[bytes]) -> Stale | None:
    operation = _first(call, "Action")
    if _READING.match(operation) or _first(call, "Version") == _CLASSIC:
        return None
    if operation not in LOAD_BALANCING:
        return EVERYTHING
    member = LOAD_BALANCING[operation]
    if not member:
        return NOTHING_READ if operation in OF_TRUST else None
    arns = [arn for key, values in call.form.items() if key.rpartition(".")[2] == member for arn in values]
    # What is created has its ARN in the answer; one that refuses has none.
    arns = arns or re.findall(f"<{member}>([^<]+)</{member}>", b"".join(answer).decode())
    return Stale(arns=frozenset(arns)) if arns else None


def _of_functions(call: Call, answer: Sequence[bytes]) -> Stale | None:
    operation, name = lambda_operation(call.method, call.path)
    if _READING.match(operation) or operation in OF_NONE or (not operation and call.method == "GET"):
        return None
    if operation not in OF_A_FUNCTION:
        return EVERYTHING
    # What is created has its name in the answer; one that refuses has none.
    names = [name] if name else re.findall('"FunctionName": *"([^"]+)"', b"".join(answer).decode())
    return Stale(functions=frozenset(map(function_name, names))) if names else None


def function_name(name: str) -> str:
    """The bare name of a function, from what the API takes for one."""
    found = _FUNCTION.match(name)
    return found[1] if found else ""


def lambda_operation(method: str, path: str) -> tuple[str, str]:
    """The operation of Lambda that a request asks for, and the `FunctionName` in its path; both may be ""."""
    for name, of_method, pattern in _paths():
        if of_method == method and (found := pattern.fullmatch(path)):
            return name, found.groupdict().get("FunctionName", "")
    return "", ""


@functools.cache
def _paths() -> Iterable[tuple[str, str, re.Pattern[str]]]:
    """The operations of Lambda with their methods and paths."""
    session: Any = botocore.session.get_session()
    model = session.get_service_model("lambda")
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        # Behind the version of the API: moto takes any.
        path = http["requestUri"].partition("?")[0].rstrip("/").split("/", 2)[2]
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
        found.append((name, http["method"], re.compile(f"/[^/]+/{pattern}/?")))
    return tuple(found)


def _first(call: Call, key: str) -> str:
    return call.form.get(key, [""])[0]
