"""`localalb explain` against a cloud: it says what the same request meets, and calls nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from localalb.stacks.explained import explained
from localalb.stacks.isolation import Endpoint
from localalb.stacks.stack import Stack
from localalb.stacks.terraform import Terraform
from tests.cloud.commands import localalb
from tests.sites import Site, Sites, fixed


@pytest.fixture(scope="module")
def site(cloud: Sites) -> Iterator[Site]:
    """Answers with the event, but for /fixed and, to nobody, /other."""
    with cloud.deployed() as site:
        other = cloud.target_group(cloud.function(), permission=False)
        cloud.rule(site, fixed("short", 418), priority=7, path="/fixed")
        cloud.rule(site, {"Type": "forward", "TargetGroupArn": other}, priority=9, path="/other")
        yield site


def said(*arguments: str) -> Any:
    result = localalb("explain", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_rule_that_takes_it_and_nothing_is_called(cloud: Sites, site: Site) -> None:
    before = len(cloud.requests(site)), cloud.logged(site.name)
    for url in (site.url, f"http://{site.dns_name}"):
        found = json.loads(said("GET", url + "/fixed?a=b", "--json"))
        assert (found["rule"], found["action"], found["status"], found["body"]) == (
            "7",
            "fixed-response",
            418,
            "short",
        )
        (condition,) = found["rules"][0]["conditions"]
        assert (condition["compared"], condition["matched"]) == (["/fixed"], True)
        assert found["listener"] == site.listener
    assert "rule default: forward" in said("GET", site.url + "/")
    assert (len(cloud.requests(site)), cloud.logged(site.name)) == before


def test_a_function_that_may_not_be_called(site: Site) -> None:
    found = json.loads(said("GET", site.url + "/other", "--json"))
    response = site.ask("/other")
    assert (found["rule"], found["status"], response.status_code) == ("9", 502, 502)
    assert found["refusal"]["reason"] == "LambdaAccessDenied"


def test_the_event_is_the_one_that_is_sent_and_can_be_invoked(site: Site) -> None:
    """But for what is another with each request."""
    arguments = ("POST", site.url + "/a?b=c&b=d", "-H", "X-A: 1", "-H", "Content-Type: text/plain")
    text = said(*arguments, "--body", "caf\u00e9", "--event")
    event, invoked = json.loads(text), localalb("invoke", site.name, "--payload", text)
    assert json.loads(json.loads(invoked.stdout)["body"]) == event
    headers = {"X-A": "1", "Content-Type": "text/plain"}
    sent = site.event("/a?b=c&b=d", "POST", headers=headers, data="caf\u00e9".encode())
    assert event["headers"].pop("x-amzn-trace-id").startswith("Root=1-")
    for name in ("x-amzn-trace-id", "user-agent", "accept", "accept-encoding", "connection"):
        del sent["headers"][name]
    assert event == sent


def test_no_one_without_the_key(cloud: Sites, site: Site) -> None:
    with pytest.raises(requests.HTTPError, match="403"):
        explained(Endpoint(cloud.endpoint_url, "wrong"), "GET", site.url, [], b"", "127.0.0.1")


def test_a_stack_explains_its_own(cloud: Sites, site: Site, tmp_path: Path) -> None:
    stack = Stack(Terraform(tmp_path, tmp_path, {}), {}, cloud.endpoint)
    stack.outputs = {"dns_name": site.dns_name}
    stack.names["www.example.com"] = site.dns_name
    assert stack.explain("GET", "/fixed")["rule"] == "7"
    found = stack.explain(
        "PUT", "http://www.example.com/?a", {"X-A": "1", "X-B": ""}, b"\xff", source="192.0.2.7"
    )
    event = found["event"]
    assert (found["rule"], event["body"], event["queryStringParameters"]) == ("default", "/w==", {"a": ""})
    assert event["headers"]["host"] == "www.example.com"
    assert (event["headers"]["x-a"], event["headers"]["x-b"]) == ("1", "")
    assert event["headers"]["x-forwarded-for"] == "192.0.2.7"
    with pytest.raises(LookupError, match="nothing listens at"):
        stack.explain("GET", f"http://{site.dns_name}:81/")
    with pytest.raises(ValueError, match="the client 'here' is no IP address"):
        stack.explain("GET", "/", source="here")
