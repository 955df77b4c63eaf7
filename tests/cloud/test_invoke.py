"""Lambda's Invoke with boto3, and what it leaves in CloudWatch Logs."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from tests.cloud.conftest import Deploy
from tests.sites import Sites, payload, says
from tests.waiting import until
from tests.zips import zipped

CODE = """
import logging, sys, time

def handler(event, context):
    print("own output")
    print("to stderr", file=sys.stderr)
    logging.getLogger().warning("a warning")
    if "raise" in event:
        raise KeyError(event["raise"])
    return {
        "event": event,
        "name": context.function_name,
        "version": context.function_version,
        "arn": context.invoked_function_arn,
        "left": context.get_remaining_time_in_millis(),
        "id": context.aws_request_id,
    }
"""


@pytest.fixture(scope="module")
def function(cloud: Sites) -> Iterator[str]:
    name = cloud.name("invoked")
    cloud.function(CODE, name=name)
    yield name
    cloud.functions.delete_function(FunctionName=name)


def test_request_response(cloud: Sites, function: str) -> None:
    response = cloud.functions.invoke(FunctionName=function, Payload='{"a": "\u00e9"}')
    result = payload(response)
    assert response["StatusCode"] == 200
    assert response["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in response
    assert "LogResult" not in response  # only when LogType asks for it
    assert result["event"] == {"a": "\u00e9"}
    assert (result["name"], result["version"]) == (function, "$LATEST")
    assert 0 < result["left"] <= 10_000
    assert result["id"] == response["ResponseMetadata"]["RequestId"]


def test_no_payload_is_an_empty_event(cloud: Sites, function: str) -> None:
    assert payload(cloud.functions.invoke(FunctionName=function))["event"] == {}


def test_a_function_error(cloud: Sites, function: str) -> None:
    response = cloud.functions.invoke(FunctionName=function, Payload='{"raise": "x"}')
    assert response["StatusCode"] == 200
    assert response["FunctionError"] == "Unhandled"
    error = payload(response)
    assert (error["errorType"], error["errorMessage"]) == ("KeyError", "'x'")
    assert error["stackTrace"]


def test_other_runtimes_and_images_are_not_run(cloud: Sites, deploy: Deploy) -> None:
    site = deploy({"index.py": "def handler(event, context):\n    return 'ran'"}, runtime="nodejs22.x")
    assert site.ask().status_code == 502
    why = cloud.record(site)["why"]
    assert f"{site.name} needs nodejs22.x; localalb runs the runtimes python3.9 and newer" in why
    assert until(lambda: any("needs nodejs22.x" in line for line in cloud.logged(site.name)))
    image = cloud.name("image")
    uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1"
    cloud.functions.create_function(
        FunctionName=image, PackageType="Image", Role=cloud.role, Code={"ImageUri": uri}
    )
    response = cloud.functions.invoke(FunctionName=image)
    assert response["FunctionError"] == "Unhandled"
    assert "is a container image; localalb runs" in payload(response)["errorMessage"]
    cloud.functions.delete_function(FunctionName=image)


def test_an_event_is_accepted_and_then_run(cloud: Sites) -> None:
    name = cloud.name("invoked")
    cloud.function("def handler(event, context):\n    print('ran', event['n'])\n", name=name)
    response = cloud.functions.invoke(FunctionName=name, InvocationType="Event", Payload='{"n": 7}')
    assert response["StatusCode"] == 202
    assert response["Payload"].read() == b""
    assert until(lambda: "ran 7" in cloud.logged(name))


def test_a_dry_run_runs_nothing(cloud: Sites) -> None:
    name = cloud.name("invoked")
    cloud.function(CODE, name=name)
    response = cloud.functions.invoke(FunctionName=name, InvocationType="DryRun")
    assert response["StatusCode"] == 204
    assert response["Payload"].read() == b""
    assert cloud.logged(name) == []


def test_the_tail_of_the_log(cloud: Sites, function: str) -> None:
    response = cloud.functions.invoke(FunctionName=function, LogType="Tail")
    request_id = response["ResponseMetadata"]["RequestId"]
    lines = base64.b64decode(response["LogResult"]).decode().splitlines()
    start = lines.index(f"START RequestId: {request_id} Version: $LATEST")
    assert lines[start + 1] == "own output"
    assert f"END RequestId: {request_id}" in lines
    assert lines[-1].startswith(f"REPORT RequestId: {request_id}\tDuration: ")


def test_versions_and_aliases(cloud: Sites) -> None:
    name = cloud.name("invoked")
    arn = cloud.function(CODE, name=name)
    functions = cloud.functions
    functions.publish_version(FunctionName=name)
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    functions.update_function_code(
        FunctionName=name, ZipFile=zipped({"app.py": "def handler(event, context):\n    return 'latest'\n"})
    )
    assert payload(functions.invoke(FunctionName=name)) == "latest"
    for qualifier in ("1", "live"):
        response = functions.invoke(FunctionName=name, Qualifier=qualifier)
        result = payload(response)
        assert response["ExecutedVersion"] == "1"
        assert result["version"] == "1"
        assert result["arn"] == f"{arn}:{qualifier}"
    assert payload(functions.invoke(FunctionName=f"{name}:live"))["version"] == "1"
    assert payload(functions.invoke(FunctionName=f"{arn}:1"))["version"] == "1"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"FunctionName": "no-such-function"}, "ResourceNotFoundException"),
        ({"FunctionName": "no-such-function", "InvocationType": "DryRun"}, "ResourceNotFoundException"),
        ({"Qualifier": "no-such-alias"}, "ResourceNotFoundException"),
        ({"Payload": "no json"}, "InvalidRequestContentException"),
    ],
    ids=["function", "dry-run", "alias", "payload"],
)
def test_what_the_service_refuses(cloud: Sites, function: str, arguments: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        cloud.functions.invoke(**{"FunctionName": function} | arguments)
    assert caught.value.response["Error"]["Code"] == code


def test_a_throttled_invocation(cloud: Sites) -> None:
    name = cloud.name("invoked")
    cloud.function(CODE, name=name)
    cloud.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as caught:
        cloud.functions.invoke(FunctionName=name)
    assert caught.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_the_log_can_be_read_at_once(cloud: Sites) -> None:
    name = cloud.name("invoked")
    cloud.function(CODE, name=name)
    response = cloud.functions.invoke(FunctionName=name)
    request_id = response["ResponseMetadata"]["RequestId"]
    (stream,) = cloud.client("logs").describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream["logStreamName"])
    messages = cloud.logged(name)
    start = messages.index(f"START RequestId: {request_id} Version: $LATEST")
    end = messages.index(f"END RequestId: {request_id}")
    output = messages[start + 1 : end]
    assert {"own output", "to stderr"} < set(output)
    warning = next(message for message in output if "a warning" in message)
    assert re.fullmatch(rf"\[WARNING\]\t\S+Z\t{request_id}\ta warning", warning)
    assert re.fullmatch(
        rf"REPORT RequestId: {request_id}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t",
        messages[end + 1],
    )


def test_a_log_in_json(cloud: Sites) -> None:
    """Developer guide, "Configuring JSON and plain text log formats" and "Log-level filtering"."""
    name = cloud.name("invoked")
    code = """
import json, logging
def handler(event, context):
    logging.getLogger().info("too little")
    logging.getLogger("own").warning("enough", extra={"order": 7})
    print("text is of the level INFO")
    print(json.dumps({"level": "error", "message": "printed"}))
    raise ValueError("no")
"""
    levels = {"LogFormat": "JSON", "ApplicationLogLevel": "WARN", "SystemLogLevel": "INFO"}
    cloud.function(code, name=name, LoggingConfig=levels)
    request_id = cloud.functions.invoke(FunctionName=name)["ResponseMetadata"]["RequestId"]
    events = [json.loads(message) for message in cloud.logged(name)]
    assert [event.get("type") or event.get("message") or event["errorMessage"] for event in events] == [
        *("platform.initStart", "platform.start", "enough", "printed", "no"),
        *("platform.runtimeDone", "platform.report"),
    ]
    enough, failure, report = events[2], events[4], events[-1]
    assert (enough["level"], enough["order"], enough["requestId"]) == ("WARNING", 7, request_id)
    assert (failure["level"], failure["errorType"]) == ("ERROR", "ValueError")
    assert (report["record"]["requestId"], report["record"]["status"]) == (request_id, "error")


def test_a_timeout_is_in_the_log(cloud: Sites) -> None:
    name = cloud.name("invoked")
    cloud.function(
        "import time\ndef handler(event, context):\n    print('half', end='')\n    time.sleep(30)\n",
        name=name,
        timeout=1,
    )
    response = cloud.functions.invoke(FunctionName=name)
    assert response["FunctionError"] == "Unhandled"
    assert "Task timed out after 1.00 seconds" in payload(response)["errorMessage"]
    messages = cloud.logged(name)
    assert "half" in messages
    assert any(message.endswith("Task timed out after 1.00 seconds") for message in messages)
    assert messages[-1].endswith("Status: timeout")


def test_a_function_s_own_boto3_reaches_the_same_cloud(cloud: Sites, deploy: Deploy) -> None:
    """A function calls another function, and writes to a bucket."""
    other = cloud.name("called")
    cloud.function(says("from the other"), name=other)
    bucket = cloud.name("bucket")
    cloud.client("s3").create_bucket(Bucket=bucket)
    site = deploy(
        """
import json, os
import boto3

def handler(event, context):
    called = boto3.client("lambda").invoke(FunctionName=os.environ["OTHER"])
    result = json.loads(called["Payload"].read())
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key="key", Body=result["body"].encode())
    return result
""",
        environment={"OTHER": other, "BUCKET": bucket},
        timeout=30,
    )
    assert site.ask().text == "from the other"
    stored = cloud.client("s3").get_object(Bucket=bucket, Key="key")["Body"].read()
    assert stored == b"from the other"


def test_nothing_of_the_caller_s_environment_reaches_a_function(
    cloud: Sites, deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = deploy(
        "import json, os\n"
        "def handler(event, context):\n"
        "    return {'statusCode': 200, 'body': json.dumps(dict(os.environ))}\n",
        environment={"MINE": "1"},
    )
    environ = site.ask().json()
    assert environ["MINE"] == "1"
    assert environ["AWS_LAMBDA_FUNCTION_NAME"] == site.name
    assert environ["AWS_REGION"] == "us-east-1"
    assert not {"HOME", "USER", "PYTEST_CURRENT_TEST", "VIRTUAL_ENV"} & set(environ)
