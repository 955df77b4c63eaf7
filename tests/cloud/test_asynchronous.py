"""Asynchronous invocations, from Invoke to the queue, topic, function, bus or bucket that hears of them.

The cloud of these tests waits for no retry; how long one waits is in tests/unit/test_asynchronous.py.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sites import Sites, payload
from tests.waiting import until

CODE = """
def handler(event, context):
    print("tried", event)
    if event["fail"]:
        raise ValueError("no")
    return "done"
"""


class Queue:
    """An SQS queue, and what came into it."""

    def __init__(self, cloud: Sites) -> None:
        self._sqs = cloud.client("sqs")
        self.url = self._sqs.create_queue(QueueName=cloud.name("queue"))["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.arn = attributes["Attributes"]["QueueArn"]

    def next(self) -> dict[str, Any]:
        messages: list[dict[str, Any]] = []

        def arrived() -> bool:
            found = self._sqs.receive_message(QueueUrl=self.url, MessageAttributeNames=["All"])
            messages.extend(found.get("Messages", []))
            return bool(messages)

        assert until(arrived)
        return messages[0]

    def record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self.next()["Body"])
        return record


@pytest.fixture
def queue(cloud: Sites) -> Queue:
    return Queue(cloud)


def put(cloud: Sites, name: str, event: dict[str, Any]) -> str:
    response = cloud.functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))
    assert response["StatusCode"] == 202
    return str(response["ResponseMetadata"]["RequestId"])


def test_an_event_that_fails_three_times_is_a_dead_letter(cloud: Sites, queue: Queue) -> None:
    name = cloud.name("dead")
    cloud.function(CODE, name=name, DeadLetterConfig={"TargetArn": queue.arn})
    request_id = put(cloud, name, {"fail": True})
    message = queue.next()
    assert json.loads(message["Body"]) == {"fail": True}
    attributes = message["MessageAttributes"]
    assert {each: value["StringValue"] for each, value in attributes.items()} == {
        "RequestID": request_id,
        "ErrorCode": "200",
        "ErrorMessage": "no",
    }
    lines = cloud.logged(name)
    assert sum(line.startswith("tried") for line in lines) == 3
    assert sum(line.startswith(f"START RequestId: {request_id} ") for line in lines) == 3


def test_on_failure_and_on_success(cloud: Sites, queue: Queue) -> None:
    name, well = cloud.name("destinations"), Queue(cloud)
    arn = cloud.function(CODE, name=name)
    cloud.functions.put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=1,
        DestinationConfig={
            "OnFailure": {"Destination": queue.arn},
            "OnSuccess": {"Destination": well.arn},
        },
    )
    request_id = put(cloud, name, {"fail": True})
    record = queue.record()
    assert record["requestContext"] == {
        "requestId": request_id,
        "functionArn": f"{arn}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 2,
    }
    assert record["responsePayload"]["errorMessage"] == "no"
    put(cloud, name, {"fail": False})
    record = well.record()
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == "done"


def test_a_function_a_topic_a_bus_and_a_bucket_are_destinations(cloud: Sites, queue: Queue) -> None:
    sns, events, s3 = cloud.client("sns"), cloud.client("events"), cloud.client("s3")
    heard = cloud.name("heard")
    function = cloud.function(
        "def handler(event, context):\n    print('heard', event['version'])\n", name=heard
    )
    topic = sns.create_topic(Name=cloud.name("topic"))["TopicArn"]
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes={"RawMessageDelivery": "true"}
    )
    bus, from_bus = cloud.name("bus"), Queue(cloud)
    bus_arn = events.create_event_bus(Name=bus)["EventBusArn"]
    events.put_rule(Name="all", EventBusName=bus, EventPattern='{"source": ["lambda"]}')
    events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "1", "Arn": from_bus.arn}])
    bucket = cloud.name("bucket")
    s3.create_bucket(Bucket=bucket)
    for destination in (function, topic, bus_arn, f"arn:aws:s3:::{bucket}"):
        name = cloud.name("source")
        cloud.function(CODE, name=name)
        cloud.functions.put_function_event_invoke_config(
            FunctionName=name,
            MaximumRetryAttempts=0,
            DestinationConfig={"OnFailure": {"Destination": destination}},
        )
        put(cloud, name, {"fail": True})
    assert until(lambda: "heard 1.0" in cloud.logged(heard))
    assert queue.record()["requestPayload"] == {"fail": True}
    event = from_bus.record()
    assert event["detail-type"] == "Lambda Function Invocation Result - Failure"
    assert event["detail"]["requestContext"]["condition"] == "RetriesExhausted"
    assert until(lambda: s3.list_objects_v2(Bucket=bucket).get("Contents"))
    [stored] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert stored["Key"].startswith("aws/lambda/async/")


def test_settings_are_kept_by_qualifier(cloud: Sites) -> None:
    """Lambda API, PutFunctionEventInvokeConfig replaces, UpdateFunctionEventInvokeConfig does not."""
    name, functions = cloud.name("settings"), cloud.functions
    arn = cloud.function(CODE, name=name)
    functions.publish_version(FunctionName=name)
    functions.put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60
    )
    functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    functions.put_function_event_invoke_config(FunctionName=name, Qualifier="1", MaximumRetryAttempts=2)
    functions.update_function_event_invoke_config(
        FunctionName=name, Qualifier="1", MaximumEventAgeInSeconds=120
    )
    latest = functions.get_function_event_invoke_config(FunctionName=name)
    assert (latest["FunctionArn"], latest["MaximumRetryAttempts"]) == (f"{arn}:$LATEST", 0)
    assert "MaximumEventAgeInSeconds" not in latest
    first = functions.get_function_event_invoke_config(FunctionName=name, Qualifier="1")
    assert (first["MaximumRetryAttempts"], first["MaximumEventAgeInSeconds"]) == (2, 120)
    listed = functions.list_function_event_invoke_configs(FunctionName=name)["FunctionEventInvokeConfigs"]
    assert {each["FunctionArn"] for each in listed} == {f"{arn}:$LATEST", f"{arn}:1"}
    functions.delete_function_event_invoke_config(FunctionName=name)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.get_function_event_invoke_config(FunctionName=name)


def test_a_destination_that_is_gone_is_told_of(cloud: Sites, queue: Queue) -> None:
    name = cloud.name("nowhere")
    missing = f"{queue.arn}-that-is-gone"
    cloud.function(CODE, name=name, DeadLetterConfig={"TargetArn": missing})
    cloud.functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    put(cloud, name, {"fail": True})
    assert until(lambda: f"cannot be sent to {missing}" in cloud.log.read_text())
    assert payload(cloud.functions.invoke(FunctionName=name, Payload='{"fail": false}')) == "done"
