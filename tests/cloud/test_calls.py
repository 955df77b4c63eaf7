"""What the API refuses: each row of tests/cases/calls, through boto3."""

from __future__ import annotations

import pytest

from tests.cases.calls import CallCase, filled, forward
from tests.conformance import world
from tests.conformance.players.calls import ROWS, play
from tests.sites import Sites

REGION = "eu-west-2"  # a region of the test's own


@pytest.fixture(scope="module")
def ids(cloud: Sites) -> dict[str, str]:
    """The world that tests/cases/calls describes, made once: no row changes what another depends on."""
    return world.build(
        cloud.client,
        REGION,
        lambda name: cloud.function(name=name, region=REGION),
    )


@pytest.mark.parametrize("case", ROWS, ids=lambda case: case.id)
def test_call(cloud: Sites, ids: dict[str, str], case: CallCase) -> None:
    outcome = play(case, cloud.client(case.service, REGION, checks=False), ids)
    assert outcome.seen == outcome.expected
    assert filled(case.message, ids) in outcome.said


def test_nothing_is_left_of_what_was_refused(cloud: Sites, ids: dict[str, str]) -> None:
    """A second listener or load balancer is not there either."""
    elbv2 = cloud.client("elbv2", REGION)
    balancers = elbv2.describe_load_balancers()["LoadBalancers"]
    assert sorted(each["LoadBalancerName"] for each in balancers) == ["busy", "idle"]
    listeners = elbv2.describe_listeners(LoadBalancerArn=ids["busy"])["Listeners"]
    assert sorted(each["Port"] for each in listeners) == [80, 81, 443]
    assert elbv2.describe_listeners(LoadBalancerArn=ids["idle"])["Listeners"] == []


def test_a_load_balancer_without_protection_can_be_deleted(cloud: Sites, ids: dict[str, str]) -> None:
    elbv2 = cloud.client("elbv2", REGION)
    made = elbv2.create_load_balancer(Name="going", Subnets=[ids["main.a"], ids["main.b"]])
    (balancer,) = made["LoadBalancers"]
    elbv2.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])


def test_the_group_of_a_deleted_load_balancer_is_free_for_another(cloud: Sites, ids: dict[str, str]) -> None:
    elbv2 = cloud.client("elbv2", REGION)
    made = elbv2.create_target_group(Name="passed-on", TargetType="lambda")
    group = made["TargetGroups"][0]["TargetGroupArn"]
    for name in ("first", "second"):
        made = elbv2.create_load_balancer(Name=name, Subnets=[ids["main.a"], ids["main.b"]])
        arn = made["LoadBalancers"][0]["LoadBalancerArn"]
        elbv2.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=forward(group))
        elbv2.delete_load_balancer(LoadBalancerArn=arn)
    elbv2.delete_target_group(TargetGroupArn=group)
