"""What localalb reads from moto's models, and writes to them, that no API of AWS gives or takes."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from moto.acm.models import AWS_ROOT_CA, acm_backends
from moto.awslambda.exceptions import GenericResourcNotFound, UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.logs.models import logs_backends
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from localalb.control_plane import client_secrets
from localalb.control_plane import existing as existing_
from localalb.control_plane.existing import (
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


def package(wanted: Function) -> bytes:
    """The deployment package of a version: moto keeps it, and its API has only a dead link to it.

    Raises `LookupError` where there is none any more.
    """
    return bytes(_version(wanted).code_bytes)


def layers(wanted: Function) -> tuple[bytes, ...]:
    """The packages of a version's layers, in order. Raises `LookupError` as `package` does."""
    return tuple(_version(wanted).layer_packages)


def _version(wanted: Function) -> Any:
    try:
        return lambda_backends[wanted.account][wanted.region].get_function(wanted.name, wanted.version)
    except UnknownFunctionException:
        raise LookupError(f"{wanted.arn} does not exist") from None


def existing(account: str, region: str) -> Existing:
    """What a region has now, but functions. It is read in front of every change of load balancers, so it goes
    to no API."""
    balancers = elbv2_backends[account][region]
    # A copy of each mapping first: other threads change them.
    return Existing(
        load_balancers={arn: _load_balancer(each) for arn, each in dict(balancers.load_balancers).items()},
        target_groups={arn: _target_group(each) for arn, each in dict(balancers.target_groups).items()},
        policy=_policy,
        certificate=balancers._certificate_exists,
        **_network(account, region),
    )


def existing_functions(account: str, region: str) -> Existing:
    """The functions of a region, and the network they may be in."""
    backend = lambda_backends[account][region]._lambdas
    return Existing(
        functions={
            name: _function(each, dict(backend._aliases.get(each["latest"].function_arn) or {}))
            for name, each in dict(backend._functions).items()
        },
        **_network(account, region),
    )


def _network(account: str, region: str) -> dict[str, Any]:
    network = ec2_backends[account][region]
    return {
        "subnets": {
            id: Subnet(each.vpc_id, each.availability_zone)
            for zone in list(network.subnets.values())
            for id, each in dict(zone).items()
        },
        "security_groups": {id: vpc for vpc, groups in dict(network.groups).items() for id in dict(groups)},
    }


def _function(found: dict[str, Any], aliases: dict[str, Any]) -> existing_.Function:
    latest = found["latest"]
    return existing_.Function(
        arn=latest.function_arn,
        code_sha256=latest.code_sha_256,
        versions=frozenset(str(each.version) for each in found["versions"]),
        aliases={name: _versions(each) for name, each in aliases.items()},
        reserved=int(latest.reserved_concurrency or 0),
    )


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
    actions = [action.data for rule in list(model.rules.values()) for action in rule.actions]
    return Listener(
        arn=model.arn,
        port=model.port,
        protocol=model.protocol,
        certificate=model.certificate,
        actions=tuple(action.data for action in model.default_actions),
        groups=frozenset(groups_of(actions)),
        rules=tuple(
            Rule(each.arn, None if each.priority == "default" else int(each.priority))
            for each in list(model.rules.values())
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
    return TargetGroup(model.arn, model.name, settings, frozenset(dict(model.targets)))


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
