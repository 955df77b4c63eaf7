"""Health checks: the event, the interval, and the target health that the control plane reports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.cloud.conftest import Deploy
from tests.sites import WAITING, Site, Sites
from tests.waiting import Gate, until

PRINTING = """
import json

def handler(event, context):
    print("event", json.dumps(event))
    return {"statusCode": 200}
"""
# Once as long as a test lasts, and patient with a busy machine.
ONCE = {
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 300,
    "HealthCheckTimeoutSeconds": 120,
}
# As often as can be, and impatient.
EVERY_5 = ONCE | {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2}


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
    """A site that is checked every five seconds; made first, because its test takes longest."""
    with cloud.deployed(PRINTING, health_check=EVERY_5) as site:
        yield site


def events(cloud: Sites, site: Site) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in cloud.logged(site.name) if line.startswith("event ")]


@pytest.mark.parametrize("multi_value", [False, True], ids=["single", "multi"])
def test_the_event(cloud: Sites, deploy: Deploy, multi_value: bool) -> None:
    """Section 2: of the usual shape, with a user agent and no other header."""
    check = ONCE | {"HealthCheckPath": "/health"}
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
        "path": "/health",
        "body": "",
        "isBase64Encoded": False,
        **expected,
    }
    assert becomes(cloud, site, "healthy") == {"State": "healthy"}
    assert cloud.requests(site) == []


def test_a_target_is_initial_until_its_first_check_is_over(cloud: Sites, deploy: Deploy, gate: Gate) -> None:
    site = deploy(WAITING, health_check=ONCE, timeout=60, environment={"GATE": str(gate.path)})
    with gate.held():
        first = health(cloud, site)
        assert (first["State"], first["Reason"]) == ("initial", "Elb.InitialHealthChecking")
    assert becomes(cloud, site, "healthy") == {"State": "healthy"}


def test_another_status_than_the_matcher_s_is_unhealthy(cloud: Sites, deploy: Deploy) -> None:
    code = "def handler(event, context):\n    return {'statusCode': 404}\n"
    site = deploy(code, health_check=ONCE)
    found = becomes(cloud, site, "unhealthy")
    assert found["Reason"] == "Target.ResponseCodeMismatch"
    assert found["Description"] == "Health checks failed with these codes: [404]"
    assert site.ask().status_code == 404, "a group with only unhealthy targets fails open"
    allowed = deploy(code, health_check=ONCE | {"Matcher": {"HttpCode": "200,400-404"}})
    becomes(cloud, allowed, "healthy")


def test_a_function_that_fails_is_unhealthy(cloud: Sites, deploy: Deploy) -> None:
    site = deploy("def handler(event, context):\n    return event['nothing']\n", health_check=ONCE)
    found = becomes(cloud, site, "unhealthy")
    assert found["Reason"] == "Target.ResponseCodeMismatch"
    assert found["Description"] == "Health checks failed with these codes: [502]"


def test_a_check_that_takes_too_long_is_unhealthy(cloud: Sites, deploy: Deploy, gate: Gate) -> None:
    """The gate never opens."""
    site = deploy(WAITING, health_check=EVERY_5, timeout=900, environment={"GATE": str(gate.path)})
    found = becomes(cloud, site, "unhealthy")
    assert (found["Reason"], found["Description"]) == ("Target.Timeout", "Request timed out")


def test_checks_are_off_unless_asked_for(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(PRINTING)
    group = cloud.elbv2.describe_target_groups(TargetGroupArns=[site.target_group])["TargetGroups"][0]
    assert group["HealthCheckEnabled"] is False
    found = health(cloud, site)
    assert (found["State"], found["Reason"]) == ("unavailable", "Target.HealthCheckDisabled")
    cloud.elbv2.modify_target_group(TargetGroupArn=site.target_group, **ONCE)
    becomes(cloud, site, "healthy")
    cloud.elbv2.modify_target_group(TargetGroupArn=site.target_group, HealthCheckEnabled=False)
    assert health(cloud, site)["Reason"] == "Target.HealthCheckDisabled"


def test_a_target_that_is_not_registered_is_not_checked(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(PRINTING, health_check=ONCE)
    becomes(cloud, site, "healthy")
    target = [{"Id": site.function_arn}]
    cloud.elbv2.deregister_targets(TargetGroupArn=site.target_group, Targets=target)
    assert (
        cloud.elbv2.describe_target_health(TargetGroupArn=site.target_group)["TargetHealthDescriptions"] == []
    )


def test_checks_go_on(cloud: Sites, repeated: Site) -> None:
    """When exactly: tests/unit/test_health.py."""
    assert until(lambda: len(events(cloud, repeated)) > 1), "there was no second check"
