"""An internal load balancer that one security group reaches, and a function in the VPC."""

from __future__ import annotations

import pytest

from localalb.stacks.session import Stacks
from localalb.stacks.stack import Stack
from tests.examples.conftest import EXAMPLES


@pytest.fixture(scope="module")
def private(terraform_stack: Stacks) -> Stack:
    return terraform_stack(EXAMPLES / "private")


def test_it_is_internal(private: Stack) -> None:
    (balancer,) = private.client("elbv2").describe_load_balancers(Names=["private"])["LoadBalancers"]
    assert balancer["Scheme"] == "internal"
    assert balancer["SecurityGroups"] == [private.outputs["security_group_id"]]


def test_only_the_clients_get_in(private: Stack) -> None:
    (group,) = private.client("ec2").describe_security_groups(
        GroupIds=[private.outputs["security_group_id"]]
    )["SecurityGroups"]
    (rule,) = group["IpPermissions"]
    assert (rule["FromPort"], rule["ToPort"]) == (80, 80)
    clients = private.outputs["client_security_group_id"]
    assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [clients]
    assert rule["IpRanges"] == []
    assert group["IpPermissionsEgress"] == []


def test_the_function_is_in_the_vpc(private: Stack) -> None:
    config = private.client("lambda").get_function_configuration(FunctionName="private")
    (balancer,) = private.client("elbv2").describe_load_balancers(Names=["private"])["LoadBalancers"]
    assert config["VpcConfig"]["VpcId"] == balancer["VpcId"]
    assert len(config["VpcConfig"]["SubnetIds"]) == 2


def test_it_answers_from_inside(private: Stack, pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--cloud") == "aws":  # these tests run outside of the VPC
        return
    assert private.http.get(private.outputs["internal_url"]).text == "hello 127.0.0.1"


def test_second_plan_is_empty(private: Stack) -> None:
    plan = private.plan()
    assert plan.returncode == 0, plan.stdout
