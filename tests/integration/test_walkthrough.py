"""The walkthrough, row by row, as `terraform apply` with no input builds it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from localalb.stacks.session import eventually
from localalb.stacks.stack import Stack


@pytest.fixture(scope="module")
def load_balancer(walkthrough: Stack) -> dict[str, Any]:
    found = walkthrough.client("elbv2").describe_load_balancers(Names=["demo-Lambda-alb"])
    return dict(found["LoadBalancers"][0])


@pytest.fixture(scope="module")
def target_group(walkthrough: Stack) -> dict[str, Any]:
    return dict(
        walkthrough.client("elbv2").describe_target_groups(Names=["demo-tg-lambda"])["TargetGroups"][0]
    )


def test_function(walkthrough: Stack) -> None:
    config = walkthrough.client("lambda").get_function_configuration(FunctionName="Lambda-alb")
    assert config["Runtime"] == "python3.13"
    assert config["Handler"] == "lambda_function.lambda_handler"
    assert config["FunctionArn"] == walkthrough.outputs["function_arn"]


def test_function_answers_a_test_event(walkthrough: Stack) -> None:
    event = json.dumps({"key1": "value1"})
    result = walkthrough.client("lambda").invoke(FunctionName="Lambda-alb", Payload=event)
    assert json.load(result["Payload"]) == {"statusCode": 200, "body": '"Hello from Lambda!"'}
    assert "FunctionError" not in result


def test_load_balancer(walkthrough: Stack, load_balancer: dict[str, Any]) -> None:
    assert load_balancer["Type"] == "application"
    assert load_balancer["Scheme"] == "internet-facing"
    assert load_balancer["DNSName"] == walkthrough.outputs["dns_name"]
    assert load_balancer["LoadBalancerArn"] == walkthrough.outputs["load_balancer_arn"]
    vpc = walkthrough.client("ec2").describe_vpcs(VpcIds=[load_balancer["VpcId"]])["Vpcs"][0]
    assert vpc["IsDefault"]


def test_load_balancer_is_in_three_zones(walkthrough: Stack, load_balancer: dict[str, Any]) -> None:
    zones = walkthrough.client("ec2").describe_subnets(
        Filters=[
            {"Name": "vpc-id", "Values": [load_balancer["VpcId"]]},
            {"Name": "default-for-az", "Values": ["true"]},
        ]
    )["Subnets"]
    available = {subnet["AvailabilityZone"] for subnet in zones}
    used = {zone["ZoneName"] for zone in load_balancer["AvailabilityZones"]}
    assert len(used) == min(3, len(available))
    assert used <= available


def test_security_group(walkthrough: Stack, load_balancer: dict[str, Any]) -> None:
    assert load_balancer["SecurityGroups"] == [walkthrough.outputs["security_group_id"]]
    ec2 = walkthrough.client("ec2")
    group = ec2.describe_security_groups(GroupIds=load_balancer["SecurityGroups"])["SecurityGroups"][0]
    assert group["GroupName"] == "DemoLambdaALBSG"
    assert group["IpPermissionsEgress"] == []
    (rule,) = group["IpPermissions"]
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 80, 80)
    assert [each["CidrIp"] for each in rule["IpRanges"]] == ["0.0.0.0/0"]
    assert not rule.get("Ipv6Ranges")


def test_target_group(walkthrough: Stack, target_group: dict[str, Any]) -> None:
    assert target_group["TargetType"] == "lambda"
    assert target_group["TargetGroupArn"] == walkthrough.outputs["target_group_arn"]
    health = walkthrough.client("elbv2").describe_target_health(TargetGroupArn=target_group["TargetGroupArn"])
    targets = [each["Target"]["Id"] for each in health["TargetHealthDescriptions"]]
    assert targets == [walkthrough.outputs["function_arn"]]


def test_listener(walkthrough: Stack, load_balancer: dict[str, Any], target_group: dict[str, Any]) -> None:
    elbv2 = walkthrough.client("elbv2")
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=load_balancer["LoadBalancerArn"])["Listeners"]
    assert (listener["Protocol"], listener["Port"]) == ("HTTP", 80)
    assert walkthrough.outputs["listener_arns"] == {"80": listener["ListenerArn"]}
    (action,) = listener["DefaultActions"]
    assert (action["Type"], action["TargetGroupArn"]) == ("forward", target_group["TargetGroupArn"])


def test_permission(walkthrough: Stack, target_group: dict[str, Any]) -> None:
    policy = json.loads(walkthrough.client("lambda").get_policy(FunctionName="Lambda-alb")["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Principal"] == {"Service": "elasticloadbalancing.amazonaws.com"}
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"] == walkthrough.outputs["function_arn"]
    account = target_group["TargetGroupArn"].split(":")[4]
    assert statement["Condition"] == {
        "ArnLike": {"AWS:SourceArn": target_group["TargetGroupArn"]},
        "StringEquals": {"AWS:SourceAccount": account},
    }


def test_role_may_only_write_its_log(walkthrough: Stack) -> None:
    iam = walkthrough.client("iam")
    role = walkthrough.outputs["role_name"]
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    (statement,) = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"]
    assert set(statement["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}
    resources = statement["Resource"]
    for resource in [resources] if isinstance(resources, str) else resources:
        assert ":log-group:/aws/lambda/Lambda-alb:" in resource


def test_heading_in_a_browser(walkthrough: Stack) -> None:
    response = walkthrough.http.get(walkthrough.outputs["url"])
    assert response.status_code == 200
    assert response.reason == "OK"
    assert response.headers["Content-Type"] == "text/html"
    assert response.text == "<h1>Hello from Lambda!</h1>"


def test_response_says_what_it_is(walkthrough: Stack) -> None:
    event = {
        "requestContext": {"elb": {"targetGroupArn": walkthrough.outputs["target_group_arn"]}},
        "httpMethod": "GET",
        "path": "/",
        "queryStringParameters": {},
        "headers": {"accept": "*/*"},
        "body": "",
        "isBase64Encoded": False,
    }
    result = walkthrough.client("lambda").invoke(FunctionName="Lambda-alb", Payload=json.dumps(event))
    response = json.load(result["Payload"])
    assert response["statusDescription"] == "200 OK"
    assert response["isBase64Encoded"] is False


def test_event_can_be_read_in_the_log(walkthrough: Stack) -> None:
    assert walkthrough.outputs["log_group_name"] == "/aws/lambda/Lambda-alb"
    marker = uuid4().hex
    headers = {"Authorization": "Bearer secret", "X-Marker": marker}
    walkthrough.http.get(walkthrough.outputs["url"] + "echo", params={"marker": marker}, headers=headers)
    messages = eventually(lambda: [message for message in walkthrough.logs() if marker in message])
    event = json.loads(messages[0])
    assert event["path"] == "/echo"
    assert event["queryStringParameters"] == {"marker": marker}
    assert event["headers"]["x-marker"] == marker
    assert event["requestContext"]["elb"]["targetGroupArn"] == walkthrough.outputs["target_group_arn"]
    assert "secret" not in messages[0]


def test_log_has_the_lines_of_an_invocation(walkthrough: Stack) -> None:
    walkthrough.http.get(walkthrough.outputs["url"])
    for word in ("START RequestId: ", "END RequestId: ", "REPORT RequestId: "):
        assert eventually(lambda: [line for line in walkthrough.logs() if line.startswith(word)]), word  # noqa: B023


def test_log_group_expires(walkthrough: Stack) -> None:
    groups = walkthrough.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/Lambda-alb")
    (group,) = (each for each in groups["logGroups"] if each["logGroupName"] == "/aws/lambda/Lambda-alb")
    assert group["retentionInDays"] > 0


def test_single_values_are_the_default(walkthrough: Stack) -> None:
    echo = walkthrough.http.get(walkthrough.outputs["url"] + "echo?name=foo&name=bar").json()
    assert echo["multiValue"] is False
    assert echo["query"] == {"name": ["bar"]}


def test_second_plan_is_empty(walkthrough: Stack) -> None:
    plan = walkthrough.plan()
    assert plan.returncode == 0, plan.stdout
