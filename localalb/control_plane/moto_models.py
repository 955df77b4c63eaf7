"""What localalb reads from moto's models, and writes to them, that no API of AWS gives or takes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from moto.acm.models import AWS_ROOT_CA, acm_backends
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.logs.models import logs_backends
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from localalb.runtime.function import Function
from localalb.runtime.logs import LogEvent, Stream
from localalb.serving.tls import Certificate

logger = logging.getLogger("localalb.control_plane")

_LOG_EVENT_LIMIT = 256 * 1024


def package(wanted: Function) -> bytes:
    """The deployment package of a function: moto keeps it, and its API has only a dead link to it.

    Raises `LookupError` where there is none any more.
    """
    try:
        model: Any = lambda_backends[wanted.account][wanted.region].get_function(wanted.arn)
    except UnknownFunctionException:
        raise LookupError(f"{wanted.arn} does not exist") from None
    return bytes(model.code_bytes)


def certificate(arn: str) -> Certificate | None:
    """A certificate with its private key, which ACM's API never gives back; None where there is none."""
    _, _, _, region, account, _ = arn.split(":", 5)
    bundle = acm_backends[account][region]._certificates.get(arn)
    if bundle is None:
        return None
    chain = bundle.chain.removesuffix(AWS_ROOT_CA + b"\n")
    return Certificate(arn, bundle.cert, bundle.key, chain)


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
