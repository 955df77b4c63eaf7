"""The module called twice from another stack, once with multi-value headers."""

from __future__ import annotations

import base64
import json
from uuid import uuid4

import pytest
import requests
from urllib3 import HTTPHeaderDict

from localalb.stacks.stack import Stack, eventually


def test_both_answer(two_services: Stack) -> None:
    for name in ("a", "b"):
        response = two_services.http.get(two_services.outputs["urls"][name])
        assert response.text == "<h1>Hello from Lambda!</h1>"


def test_each_has_names_of_its_own(two_services: Stack) -> None:
    lambda_ = two_services.client("lambda")
    for name in ("two-services-a", "two-services-b"):
        assert lambda_.get_function_configuration(FunctionName=name)["FunctionName"] == name


def test_repeated_values_reach_the_function(two_services: Stack) -> None:
    url = two_services.outputs["urls"]["b"] + "echo?name=foo&name=bar"
    echo = two_services.http.get(url).json()
    assert echo["multiValue"] is True
    assert echo["query"] == {"name": ["foo", "bar"]}


def test_repeated_headers_reach_the_function(two_services: Stack) -> None:
    request = requests.Request("GET", two_services.outputs["urls"]["b"] + "echo").prepare()
    request.headers = HTTPHeaderDict([("X-Twice", "one"), ("X-Twice", "two")])  # type: ignore[assignment]
    assert two_services.http.send(request).json()["headers"]["x-twice"] == ["one", "two"]


def test_event_has_one_pair_of_fields(two_services: Stack) -> None:
    marker = uuid4().hex
    two_services.http.get(two_services.outputs["urls"]["b"] + "echo", params={"marker": marker})
    group = "/aws/lambda/two-services-b"
    messages = eventually(lambda: [line for line in two_services.logs(group) if marker in line])
    event = json.loads(messages[0])
    assert event["multiValueQueryStringParameters"] == {"marker": [marker]}
    assert "queryStringParameters" not in event
    assert "headers" not in event


@pytest.mark.parametrize("name", ["a", "b"])
def test_binary_body(two_services: Stack, name: str) -> None:
    body = bytes(range(256))
    url = two_services.outputs["urls"][name] + "echo"
    echo = two_services.http.post(url, data=body, headers={"Content-Type": "image/png"}).json()
    assert echo["isBase64Encoded"] is True
    assert base64.b64decode(echo["body"]) == body


def test_second_plan_is_empty(two_services: Stack) -> None:
    plan = two_services.plan()
    assert plan.returncode == 0, plan.stdout
