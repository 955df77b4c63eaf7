"""A service with dependencies from requirements.txt: routes, validation, structured logs."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
import requests

from localalb.stacks.session import Stacks, eventually
from localalb.stacks.stack import Stack
from tests.examples.conftest import EXAMPLES


@pytest.fixture(scope="session")
def powertools(terraform_stack: Stacks) -> Stack:
    return terraform_stack(EXAMPLES / "powertools")


def ask(stack: Stack, method: str, path: str, **options: Any) -> requests.Response:
    return stack.http.request(method, stack.outputs["url"] + path, **options)


def test_a_list(powertools: Stack) -> None:
    response = ask(powertools, "GET", "countries")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert "JP" in response.json()["countries"]


def test_one_of_it(powertools: Stack) -> None:
    assert ask(powertools, "GET", "countries/JP").json() == {"country": "JP", "zone": 3}


def test_what_is_not_there(powertools: Stack) -> None:
    response = ask(powertools, "GET", "countries/XX")
    assert response.status_code == 404
    assert response.json()["message"] == "no parcels go to XX"
    assert ask(powertools, "GET", "nowhere").status_code == 404


def test_quote(powertools: Stack) -> None:
    response = ask(powertools, "POST", "quotes", json={"country": "JP", "grams": 1200})
    assert response.status_code == 201
    assert response.json() == {"country": "JP", "grams": 1200, "cents": 2590}


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"country": "JP"}, 422, "grams"),
        ({"country": "JP", "grams": 0}, 422, "grams"),
        ({"country": "Japan", "grams": 1}, 422, "country"),
        ({"country": "JP", "grams": 1, "speed": "c"}, 422, "properties"),
        ({"country": "XX", "grams": 1}, 404, "XX"),
    ],
)
def test_input_is_checked(powertools: Stack, body: dict[str, Any], status: int, word: str) -> None:
    response = ask(powertools, "POST", "quotes", json=body)
    assert response.status_code == status
    assert word in response.json()["message"]


def test_body_that_is_no_json(powertools: Stack) -> None:
    response = ask(powertools, "POST", "quotes", data="{", headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert "no JSON" in response.json()["message"]


def test_log_is_json_and_follows_the_trace(powertools: Stack) -> None:
    trace = f"Root=1-67891233-{uuid4().hex[:24]}"
    headers = {"X-Amzn-Trace-Id": trace}
    ask(powertools, "POST", "quotes", json={"country": "DE", "grams": 501}, headers=headers)
    lines = eventually(lambda: [line for line in powertools.logs() if "quoted" in line and trace in line])
    entry = json.loads(lines[0])
    assert entry["service"] == "quotes"
    assert entry["level"] == "INFO"
    assert entry["message"] == "quoted"
    assert (entry["country"], entry["grams"], entry["cents"]) == ("DE", 501, 550)
    assert trace in entry["correlation_id"]
    assert entry["function_request_id"]


def test_second_plan_is_empty(powertools: Stack) -> None:
    plan = powertools.plan()
    assert plan.returncode == 0, plan.stdout
    assert "code_is_what_was_built" not in plan.stdout
