"""What localalb reads from moto's models, and writes to them, that no API of AWS gives or takes."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from moto.acm.models import AWS_ROOT_CA, acm_backends
from moto.awslambda.exceptions import GenericResourcNotFound, UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.logs.models import logs_backends
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from localalb.control_plane import client_secrets
from localalb.control_plane import existing as existing_
from localalb.control_plane.existing import (
    Bucket,
    Existing,
    Listener,
    LoadBalancer,
    Rule,
    Subnet,
    TargetGroup,
)
from localalb.control_plane.refusals.actions import groups_of
from localalb.runtime.function import Function
from localalb.runtime.logs import LogEvent, Stream
from localalb.serving.tls import Certificate

logger = logging.getLogger("localalb.control_plane")

_LOG_EVENT_LIMIT = 256 * 1024
Value = TypeVar("Value")


def package(wanted: Function) -> bytes:
    """The deployment package of a version: moto keeps it, and its API has only a dead link to it.

    Raises `LookupError` where there is none any more.
    """
    return bytes(_version(wanted).code_bytes)


def layers(wanted: Function) -> tuple[bytes, ...]:
    """The packages of a version's layers, in order. Raises `LookupError` as `package` does."""
    return tuple(_version(wanted).layer_packages)


def functions() -> list[str]:
    """The ARNs of all functions, in every account and region."""
    return list(runtimes())


def runtimes() -> dict[str, str]:
    """The runtimes of all functions, by ARN; empty where it is an image."""
    regions = [each for account in list(lambda_backends.values()) for each in list(account.values())]
    return {
        str(found["latest"].function_arn): str(found["latest"].run_time or "")
        for backend in regions
        for found in list(backend._lambdas._functions.values())
    }


def _version(wanted: Function) -> Any:
    try:
        return lambda_backends[wanted.account][wanted.region].get_function(wanted.name, wanted.version)
    except UnknownFunctionException:
        raise LookupError(f"{wanted.arn} does not exist") from None


class _Seen(Mapping[str, Value]):
    """What is made of moto's models, each when somebody looks at it: a region may have ten thousand rules."""

    def __init__(self, models: Mapping[str, Any], make: Callable[[Any], Value]) -> None:
        self._models = models
        self._make = make
        self._made: dict[str, Value] = {}

    def __getitem__(self, key: str) -> Value:
        if key not in self._made:
            self._made[key] = self._make(self._models[key])
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)


def existing(account: str, region: str) -> Existing:
    """What a region has now, but functions. It is read in front of every change of load balancers, so it goes
    to no API."""
    balancers = elbv2_backends[account][region]
    # A copy of each mapping first: other threads change them.
    return Existing(
        load_balancers=_Seen(dict(balancers.load_balancers), _load_balancer),
        target_groups=_Seen(dict(balancers.target_groups), _target_group),
        region=region,
        policy=_policy,
        certificate=balancers._certificate_exists,
        bucket=functools.partial(_bucket, account),
        tags=balancers.tagging_service.get_tag_dict_for_resource,
        **_network(account, region),
    )


def existing_functions(account: str, region: str) -> Existing:
    """The functions of a region, and the network they may be in."""
    backend = lambda_backends[account][region]
    functions, provisioned = backend._lambdas, vars(backend).get("provisioned", {})
    return Existing(
        functions={
            name: _function(
                each,
                dict(functions._aliases.get(each["latest"].function_arn) or {}),
                dict(provisioned.get(name) or {}),
            )
            for name, each in dict(functions._functions).items()
        },
        stored=functools.partial(_stored, account),
        event_source_mappings=frozenset(dict(backend._event_source_mappings)),
        region=region,
        visibility_timeout=functools.partial(_visibility_timeout, account, region),
        revision=functools.partial(_revision, functions),
        **_network(account, region),
    )


def _network(account: str, region: str) -> dict[str, Any]:
    network = ec2_backends[account][region]
    return {
        "subnets": {
            id: Subnet(each.vpc_id, each.availability_zone, bool(each.ipv6_cidr_block_associations))
            for zone in list(network.subnets.values())
            for id, each in dict(zone).items()
        },
        "security_groups": {id: vpc for vpc, groups in dict(network.groups).items() for id in dict(groups)},
    }


def _function(
    found: dict[str, Any], aliases: dict[str, Any], provisioned: dict[str, Any]
) -> existing_.Function:
    latest = found["latest"]
    reserved = latest.reserved_concurrency
    return existing_.Function(
        arn=latest.function_arn,
        code_sha256=latest.code_sha_256,
        package_type=latest.package_type or "Zip",
        timeout=int(latest.timeout),
        versions=frozenset(str(each.version) for each in found["versions"]),
        aliases={name: _versions(each) for name, each in aliases.items()},
        reserved=None if reserved is None else int(reserved),
        provisioned={
            name: each["RequestedProvisionedConcurrentExecutions"] for name, each in provisioned.items()
        },
        has_url=latest.url_config is not None,
    )


def _revision(functions: Any, arn: str) -> str | None:
    name, _, alias = arn.partition(":function:")[2].partition(":")
    if alias:
        found = dict(functions._aliases.get(arn.removesuffix(f":{alias}")) or {}).get(alias)
        return found.revision_id if found else None
    return str(functions._functions[name]["latest"].get_configuration()["RevisionId"])


def _visibility_timeout(account: str, region: str, queue_arn: str) -> int | None:
    queues: Iterable[Any] = dict(sqs_backends[account][region].queues).values()
    return next((int(each.visibility_timeout) for each in queues if each.queue_arn == queue_arn), None)


def _bucket(account: str, name: str) -> Bucket | None:
    found = s3_backends[account]["aws"].buckets.get(name)
    if found is None:
        return None
    policy = found.policy or b""
    return Bucket(found.region_name, policy.decode() if isinstance(policy, bytes) else str(policy))


def _versions(alias: Any) -> tuple[str, ...]:
    others = (alias.routing_config or {}).get("AdditionalVersionWeights") or {}
    return (str(alias.function_version), *others)


def _load_balancer(model: Any) -> LoadBalancer:
    return LoadBalancer(
        arn=model.arn,
        name=model.name,
        vpc=model.vpc_id,
        subnets=frozenset(subnet.id for subnet in model.subnets),
        security_groups=frozenset(model.security_groups or ()),
        type=model.type,
        scheme=model.scheme,
        ip_address_type=model.ip_address_type,
        attributes=dict(model.attrs),
        listeners=tuple(_listener(each) for each in list(model.listeners.values())),
    )


def _listener(model: Any) -> Listener:
    rules = list(model.rules.values())
    actions = [action.data for rule in rules for action in rule.actions]
    return Listener(
        arn=model.arn,
        port=model.port,
        protocol=model.protocol,
        certificate=model.certificate,
        actions=tuple(action.data for action in model.default_actions),
        groups=frozenset(groups_of(actions)),
        rules=tuple(
            Rule(each.arn, None if each.priority == "default" else int(each.priority)) for each in rules
        ),
    )


def _target_group(model: Any) -> TargetGroup:
    settings = {
        "TargetType": model.target_type,
        "Protocol": model.protocol,
        "Port": model.port,
        "VpcId": model.vpc_id,
        "HealthCheckEnabled": model.health_check_enabled,
        "HealthCheckPath": model.health_check_path,
        "HealthCheckIntervalSeconds": model.health_check_interval_seconds,
        "HealthCheckTimeoutSeconds": model.health_check_timeout_seconds,
        "HealthyThresholdCount": model.healthy_threshold_count,
        "UnhealthyThresholdCount": model.unhealthy_threshold_count,
        "Matcher": getattr(model, "matcher", None),
    }
    targets = frozenset(each["Id"] for each in list(model.targets.values()))
    return TargetGroup(model.arn, model.name, settings, targets)


def _policy(function_arn: str) -> str | None:
    parts = function_arn.split(":")
    if len(parts) < 7 or parts[2] != "lambda":
        return None
    backend = lambda_backends[parts[4]][parts[3]]
    try:
        backend.get_function(function_arn)
        return str(json.loads(backend.get_policy(function_arn))["Policy"])
    except UnknownFunctionException:
        return None
    except GenericResourcNotFound:
        return json.dumps({"Statement": []})


def certificate(arn: str) -> Certificate | None:
    """A certificate with its private key, which ACM's API never gives back; None where there is none."""
    _, _, _, region, account, _ = arn.split(":", 5)
    bundle = acm_backends[account][region]._certificates.get(arn)
    if bundle is None:
        return None
    chain = bundle.chain.removesuffix(AWS_ROOT_CA + b"\n")
    return Certificate(arn, bundle.cert, bundle.key, chain)


def client_secret(rule: str) -> str:
    """The client secret of a rule that logs in at an OpenID provider, which no API gives back."""
    _, _, _, region, account, _ = rule.split(":", 5)
    balancers = dict(elbv2_backends[account][region].load_balancers).values()
    listeners = [each for balancer in balancers for each in list(balancer.listeners.values())]
    rules = [each for listener in listeners for each in list(listener.rules.values())]
    return client_secrets.secret(action for each in rules if each.arn == rule for action in each.actions)


def _stored(account: str, bucket: str, key: str) -> bool:
    found = s3_backends[account]["aws"].buckets.get(bucket)
    return found is None or key in found.keys


def write_logs(stream: Stream, events: Sequence[LogEvent]) -> None:
    """Put a function's output into CloudWatch Logs. A log group nobody made is made, as Lambda does."""
    backend = logs_backends[stream.account][stream.region]
    backend.ensure_log_group(stream.group)
    if stream.name not in backend.groups[stream.group].streams:
        backend.create_log_stream(stream.group, stream.name)
    backend.put_log_events(
        stream.group,
        stream.name,
        [{"timestamp": time, "message": message[:_LOG_EVENT_LIMIT]} for time, message in events],
    )


def write_object(account: str, bucket: str, key: str, data: bytes) -> None:
    """Put an object into a bucket of S3; a bucket that is not there is told of, as nobody waits for it."""
    try:
        s3_backends[account]["aws"].put_object(bucket, key, data)
    except MissingBucket:
        logger.warning("the bucket %s for access logs does not exist", bucket)
