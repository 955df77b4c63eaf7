"""Health checks: the event, the interval, and the target health that the control plane reports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.cloud.conftest import Deploy
from tests.sites import Site, Sites, sleeps, until

# Prints its event and when it came, in seconds.
PRINTING = """
import json, time

def handler(event, context):
    print("event", json.dumps(event))
    print("time", time.time())
    time.sleep(float(event["path"][1:] or 0))
    return {"statusCode": 200}
"""
EVERY_5 = {
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 5,
    "HealthCheckTimeoutSeconds": 2,
}


def health(cloud: Sites, site: Site) -> dict[str, str]:
    """The one target's health."""
    (found,) = cloud.elbv2.describe_target_health(TargetGroupArn=site.target_group)[
        "TargetHealthDescriptions"
    ]
    state: dict[str, str] = found["TargetHealth"]
    return state


def becomes(cloud: Sites, site: Site, state: str) -> dict[str, str]:
    found: dict[str, str] = {}

    def is_there() -> bool:
        found.update(health(cloud, site))
        return found["State"] == state

    assert until(is_there), found
    return health(cloud, site)


@pytest.fixture(scope="module", autouse=True)
def repeated(cloud: Sites) -> Iterator[Site]:
    """A site that takes a second and a half for each check; made first, because its test takes longest."""
    check = EVERY_5 | {"HealthCheckPath": "/1.5"}
    with cloud.deployed(PRINTING, health_check=check) as site:
        yield site


def events(cloud: Sites, site: Site) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in cloud.logged(site.name) if line.startswith("event ")]


@pytest.mark.parametrize("multi_value", [False, True], ids=["single", "multi"])
def test_the_event(cloud: Sites, deploy: Deploy, multi_value: bool) -> None:
    """Section 2: of the usual shape, with a user agent and no other header."""
    check = EVERY_5 | {"HealthCheckPath": "/0.0"}
    site = deploy(PRINTING, health_check=check, multi_value=multi_value)
    (event,) = until(lambda: events(cloud, site))
    agent = "ELB-HealthChecker/2.0"
    expected: Mapping[str, Any] = (
        {"multiValueHeaders": {"user-agent": [agent]}, "multiValueQueryStringParameters": {}}
        if multi_value
        else {"headers": {"user-agent": agent}, "queryStringParameters": {}}
    )
    assert event == {
        "requestContext": {"elb": {"targetGroupArn": site.target_group}},
        "httpMethod": "GET",
        "path": "/0.0",
        "body": "",
        "isBase64Encoded": False,
        **expected,
    }
    assert becomes(cloud, site, "healthy") == {"State": "healthy"}
    assert cloud.requests(site) == []


def test_a_target_is_initial_until_its_first_check_is_over(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(sleeps(1), health_check=EVERY_5)
    first = health(cloud, site)
    assert (first["State"], first["Reason"]) == ("initial", "Elb.InitialHealthChecking")
    assert becomes(cloud, site, "healthy") == {"State": "healthy"}


def test_another_status_than_the_matcher_s_is_unhealthy(cloud: Sites, deploy: Deploy) -> None:
    code = "def handler(event, context):\n    return {'statusCode': 404}\n"
    site = deploy(code, health_check=EVERY_5)
    found = becomes(cloud, site, "unhealthy")
    assert found["Reason"] == "Target.ResponseCodeMismatch"
    assert found["Description"] == "Health checks failed with these codes: [404]"
    assert site.ask().status_code == 404, "a group with only unhealthy targets fails open"
    allowed = deploy(code, health_check=EVERY_5 | {"Matcher": {"HttpCode": "200,400-404"}})
    becomes(cloud, allowed, "healthy")


def test_a_function_that_fails_is_unhealthy(cloud: Sites, deploy: Deploy) -> None:
    site = deploy("def handler(event, context):\n    return event['nothing']\n", health_check=EVERY_5)
    found = becomes(cloud, site, "unhealthy")
    assert found["Reason"] == "Target.ResponseCodeMismatch"
    assert found["Description"] == "Health checks failed with these codes: [502]"


def test_a_check_that_takes_too_long_is_unhealthy(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(sleeps(5), health_check=EVERY_5)
    found = becomes(cloud, site, "unhealthy")
    assert (found["Reason"], found["Description"]) == ("Target.Timeout", "Request timed out")


def test_checks_are_off_unless_asked_for(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(PRINTING)
    group = cloud.elbv2.describe_target_groups(TargetGroupArns=[site.target_group])["TargetGroups"][0]
    assert group["HealthCheckEnabled"] is False
    found = health(cloud, site)
    assert (found["State"], found["Reason"]) == ("unavailable", "Target.HealthCheckDisabled")
    cloud.elbv2.modify_target_group(TargetGroupArn=site.target_group, **EVERY_5)
    becomes(cloud, site, "healthy")
    cloud.elbv2.modify_target_group(TargetGroupArn=site.target_group, HealthCheckEnabled=False)
    assert health(cloud, site)["Reason"] == "Target.HealthCheckDisabled"


def test_a_target_that_is_not_registered_is_not_checked(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(PRINTING, health_check=EVERY_5)
    becomes(cloud, site, "healthy")
    target = [{"Id": site.function_arn}]
    cloud.elbv2.deregister_targets(TargetGroupArn=site.target_group, Targets=target)
    assert (
        cloud.elbv2.describe_target_health(TargetGroupArn=site.target_group)["TargetHealthDescriptions"] == []
    )


def test_the_interval_is_from_start_to_start(cloud: Sites, repeated: Site) -> None:
    """User guide, "Health checks": how long a target takes does not affect when the next check begins."""

    def times() -> list[float]:
        return [float(line[5:]) for line in cloud.logged(repeated.name) if re.match(r"time \d", line)]

    began = until(lambda: found if len(found := times()) > 1 else [])
    assert began, "there was no second check"
    assert began[1] - began[0] == pytest.approx(5, abs=0.8)
