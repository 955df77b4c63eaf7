"""Regular expressions and transforms of rules, through the API, and what curl gets."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cases.rules import header_regex, host_regex, path_regex
from tests.cases.transforms import host_rewrite, url_rewrite
from tests.sites import Site, Sites

URL = url_rewrite("^/dp/([A-Za-z0-9]+)/?$", "/product.php?id=$1")
HOST = host_rewrite(r"^(.+)\.example\.com$", "$1.internal")
CONDITIONS = [
    path_regex("^/dp/"),
    host_regex(r"^(.*)\.example\.com$"),
    header_regex("User-Agent", "^curl"),
]


def curl(site: Site, target: str, *, host: str = "shop.example.com", agent: str = "curl") -> Any:
    """What the echo function says it got."""
    url = f"http://{site.address[0]}:{site.address[1]}{target}"
    command = ["curl", "-sS", "-H", f"Host: {host}", "-A", agent, url]
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)


@pytest.fixture
def rule(cloud: Sites, echo: Site) -> Iterator[str]:
    made = cloud.elbv2.create_rule(
        ListenerArn=echo.listener,
        Priority=1,
        Conditions=CONDITIONS,
        Actions=[{"Type": "forward", "TargetGroupArn": echo.target_group}],
        Transforms=[HOST, URL],
    )
    arn = made["Rules"][0]["RuleArn"]
    yield arn
    cloud.elbv2.delete_rule(RuleArn=arn)


def read(cloud: Sites, arn: str) -> dict[str, Any]:
    (rule,) = cloud.elbv2.describe_rules(RuleArns=[arn])["Rules"]
    return dict(rule)


def test_curl_by_a_rule_that_rewrites(echo: Site, rule: str) -> None:
    event = curl(echo, "/dp/B09G3HRMW")
    assert event["path"] == "/product.php"
    assert event["queryStringParameters"] == {"id": "B09G3HRMW"}
    assert event["headers"]["host"] == "shop.internal"


@pytest.mark.parametrize(
    ("target", "other"),
    [("/other", {}), ("/dp/A", {"host": "shop.example.org"}), ("/dp/A", {"agent": "other"})],
    ids=["path", "host", "header"],
)
def test_what_the_expressions_do_not_take(echo: Site, rule: str, target: str, other: dict[str, str]) -> None:
    assert curl(echo, target, **other)["path"] == target


def test_they_are_read_back(cloud: Sites, rule: str) -> None:
    found = read(cloud, rule)
    assert found["Transforms"] == [HOST, URL]
    assert found["Conditions"] == CONDITIONS


def test_the_list_given_replaces_the_list(cloud: Sites, echo: Site, rule: str) -> None:
    (modified,) = cloud.elbv2.modify_rule(RuleArn=rule, Transforms=[URL])["Rules"]
    assert modified["Transforms"] == read(cloud, rule)["Transforms"] == [URL]
    assert curl(echo, "/dp/A")["headers"]["host"] == "shop.example.com"
    cloud.elbv2.modify_rule(RuleArn=rule, Conditions=[path_regex("^/d")], ResetTransforms=False)
    assert read(cloud, rule)["Transforms"] == [URL], "what is not named stays"


def test_reset(cloud: Sites, echo: Site, rule: str) -> None:
    (modified,) = cloud.elbv2.modify_rule(RuleArn=rule, ResetTransforms=True)["Rules"]
    assert not modified.get("Transforms")
    assert not read(cloud, rule).get("Transforms")
    assert curl(echo, "/dp/A")["path"] == "/dp/A"


def test_a_rule_without_them_has_none(cloud: Sites, echo: Site) -> None:
    for each in cloud.elbv2.describe_rules(ListenerArn=echo.listener)["Rules"]:
        assert not each.get("Transforms")
