"""Where the outcomes of asynchronous invocations go, through boto3 as Lambda itself would send them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from localalb.control_plane.discovery.api import existing
from localalb.control_plane.discovery.functions import reserved_concurrency
from localalb.runtime import asynchronous
from localalb.runtime.asynchronous import Outcome, Settings

logger = logging.getLogger("localalb.destinations")

Clients = Callable[[str, str], Any]
"""Gives the boto3 client of a service and a region."""


def settings(lambda_: Any, arn: str) -> Settings:
    """A function's settings, as the API tells them. Raises `LookupError` where it is gone."""
    qualifier = ":".join(arn.split(":")[7:])
    named = {"FunctionName": arn.split(":")[6]} | ({"Qualifier": qualifier} if qualifier else {})
    config = existing(lambda_.get_function_configuration, **named)
    reserved = existing(reserved_concurrency, lambda_=lambda_, name=named["FunctionName"])
    if config is None:
        raise LookupError(f"{arn} does not exist any more")
    found = existing(lambda_.get_function_event_invoke_config, **named) or {}
    destinations = found.get("DestinationConfig") or {}
    return Settings(
        retries=found.get("MaximumRetryAttempts", asynchronous.RETRIES),
        max_age=found.get("MaximumEventAgeInSeconds", asynchronous.MAX_AGE),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination") or "",
        on_failure=(destinations.get("OnFailure") or {}).get("Destination") or "",
        dead_letter=(config.get("DeadLetterConfig") or {}).get("TargetArn") or "",
        reserved_concurrency=reserved,
    )


def send(clients: Clients, wanted: Settings, outcome: Outcome) -> None:
    """Deliver what a function's settings want of an outcome. What cannot be delivered is told of and
    dropped, as on AWS (metrics DestinationDeliveryFailures and DeadLetterErrors)."""
    now = datetime.now(UTC)
    success = outcome.condition == "Success"
    destination = wanted.on_success if success else wanted.on_failure
    if destination:
        body = json.dumps(asynchronous.record(outcome, now))
        _deliver(destination, lambda: _send_record(clients, destination, body, outcome, now))
    if wanted.dead_letter and not success:
        _deliver(wanted.dead_letter, lambda: _send_dead_letter(clients, wanted.dead_letter, outcome))


def _deliver(arn: str, deliver: Callable[[], object]) -> None:
    try:
        deliver()
    except (ClientError, BotoCoreError) as error:
        logger.warning("the outcome of an asynchronous invocation cannot be sent to %s: %s", arn, error)


def _send_record(clients: Clients, arn: str, body: str, outcome: Outcome, now: datetime) -> None:
    _, _, service, region, _, name, *_ = [*arn.split(":"), ""]
    function = outcome.event.arn
    match service:
        case "sqs":
            sqs = clients("sqs", region)
            sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], MessageBody=body)
        case "sns":
            clients("sns", region).publish(TopicArn=arn, Message=body)
        case "lambda":
            clients("lambda", region).invoke(FunctionName=arn, InvocationType="Event", Payload=body)
        case "events":
            end = "Success" if outcome.condition == "Success" else "Failure"
            entry = {
                "EventBusName": arn,
                "Source": "lambda",
                "DetailType": f"Lambda Function Invocation Result - {end}",
                "Resources": [arn, json.loads(body)["requestContext"]["functionArn"]],
                "Detail": body,
            }
            clients("events", region).put_events(Entries=[entry])
        case "s3":
            name = function.split(":")[6]
            key = f"aws/lambda/async/{name}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{uuid4()}"
            region = function.split(":")[3]
            clients("s3", region).put_object(Bucket=arn.rpartition(":")[2], Key=key, Body=body.encode())


def _send_dead_letter(clients: Clients, arn: str, outcome: Outcome) -> None:
    types = {"ErrorCode": "Number"}
    attributes = {
        name: {"DataType": types.get(name, "String"), "StringValue": value}
        for name, value in asynchronous.dead_letter(outcome).items()
        if value  # an empty one is refused
    }
    _, _, service, region, _, name = arn.split(":")
    body = outcome.event.payload.decode() or "{}"
    if service == "sqs":
        sqs = clients("sqs", region)
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)
    else:
        clients("sns", region).publish(TopicArn=arn, Message=body, MessageAttributes=attributes)
