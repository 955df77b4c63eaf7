"""Rules of every kind between one listener and three functions, and a fourth of another state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import uuid4

import pytest
import requests
from urllib3 import HTTPHeaderDict

from localalb.stacks.session import eventually
from localalb.stacks.stack import Stack

# (method, path, headers) -> the service whose rule takes it, None where none does.
TAKEN: dict[str, tuple[str, str, Mapping[str, str], str | None]] = {
    "method": ("POST", "orders/1", {}, "orders"),
    "path": ("GET", "orders/1", {}, "orders"),
    "path, one of two values": ("GET", "orders", {}, "orders"),
    "query, before the path's priority": ("GET", "orders?q=shoes", {}, "search"),
    "the method's priority is before the query's": ("POST", "orders?q=shoes", {}, "orders"),
    "header": ("GET", "anything", {"X-Admin": "YES"}, "admin"),
    "header of another value": ("GET", "anything", {"X-Admin": "no"}, None),
    "host": ("GET", "anything", {"Host": "admin.example.com"}, "admin"),
    "host of another name": ("GET", "anything", {"Host": "www.example.com"}, None),
    "a path is case-sensitive": ("GET", "Search", {}, None),
}


@pytest.mark.parametrize(("method", "path", "headers", "service"), TAKEN.values(), ids=TAKEN)
def test_who_answers(
    many_functions: Stack, method: str, path: str, headers: Mapping[str, str], service: str | None
) -> None:
    response = many_functions.http.request(method, many_functions.outputs["url"] + path, headers=headers)
    if service is None:
        assert response.status_code == 404
    else:
        assert response.json()["service"] == service
        assert response.json()["method"] == method


def test_repeated_query_reaches_a_function_with_multiple_values(many_functions: Stack) -> None:
    response = many_functions.http.get(many_functions.outputs["url"] + "search?name=foo&name=bar")
    assert response.json()["query"] == {"name": ["foo", "bar"]}


def test_an_event_with_multiple_values_has_one_pair_of_fields(many_functions: Stack) -> None:
    marker = uuid4().hex
    request = requests.Request("GET", many_functions.outputs["url"] + "search").prepare()
    request.headers = HTTPHeaderDict([("X-Twice", "one"), ("X-Twice", marker)])  # type: ignore[assignment]
    assert many_functions.http.send(request).status_code == 200
    messages = eventually(
        lambda: [line for line in many_functions.logs("/aws/lambda/many-search") if marker in line]
    )
    event = json.loads(messages[0])
    assert event["multiValueHeaders"]["x-twice"] == ["one", marker]
    assert "headers" not in event
    assert "queryStringParameters" not in event


def test_another_state_adds_a_function(many_functions: Stack, existing_listener: Stack) -> None:
    url = many_functions.outputs["url"]
    assert many_functions.http.get(url + "health").status_code == 200
    assert many_functions.http.get(url + "echo").json()["path"] == "/echo"
    assert many_functions.http.get(url + "orders").json()["service"] == "orders"


@pytest.mark.parametrize("which", ["many_functions", "existing_listener"])
def test_second_plan_is_empty(request: pytest.FixtureRequest, which: str) -> None:
    plan = request.getfixturevalue(which).plan()
    assert plan.returncode == 0, plan.stdout
