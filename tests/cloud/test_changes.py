"""What a change through the API means for the very next request."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import requests

from tests.cloud.conftest import Deploy
from tests.sites import ACCOUNT, PAGE_502, TIMEOUT, WAITING, Site, Sites, fixed, says
from tests.waiting import Gate
from tests.zips import zipped


def invocations(cloud: Sites, site: Site) -> int:
    return sum(message.startswith("START ") for message in cloud.logged(site.name))


def test_rules_as_they_are_now_apply_on_a_connection_that_was_open_before(
    cloud: Sites, deploy: Deploy
) -> None:
    site = deploy(says("function"))
    client = HTTPConnection(*site.address, timeout=10)
    client.connect()
    socket = client.sock

    def get() -> str:
        client.request("GET", "/some/page")
        text = client.getresponse().read().decode()
        assert client.sock is socket, "the connection was not kept"
        return text

    assert get() == "function"
    broad = cloud.rule(site, fixed("broad"), priority=20, path="/some/*")
    assert get() == "broad"
    narrow = cloud.rule(site, fixed("narrow"), priority=30, path="/some/page")
    assert get() == "broad"
    cloud.elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": narrow, "Priority": 10}])
    assert get() == "narrow"
    cloud.elbv2.modify_rule(RuleArn=narrow, Actions=[fixed("modified")])
    assert get() == "modified"
    cloud.elbv2.delete_rule(RuleArn=narrow)
    assert get() == "broad"
    cloud.elbv2.delete_rule(RuleArn=broad)
    cloud.elbv2.modify_listener(ListenerArn=site.listener, DefaultActions=[fixed("default")])
    assert get() == "default"
    client.close()


def test_the_mode_of_a_target_group_can_be_changed(cloud: Sites, deploy: Deploy) -> None:
    site = deploy()
    assert "headers" in site.event()
    attribute = {"Key": "lambda.multi_value_headers.enabled", "Value": "true"}
    cloud.elbv2.modify_target_group_attributes(TargetGroupArn=site.target_group, Attributes=[attribute])
    event = site.event()
    assert "headers" not in event
    assert event["multiValueHeaders"]["x-forwarded-port"] == ["80"]


def test_new_code_answers_the_next_request(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(says("old"))
    assert site.ask().text == "old"
    new = zipped({"app.py": says("new")})
    cloud.functions.update_function_code(FunctionName=site.name, ZipFile=new)
    assert site.ask().text == "new"


def test_a_new_configuration_answers_the_next_request(cloud: Sites, deploy: Deploy) -> None:
    code = """
import os

def handler(event, context):
    return {"statusCode": 200, "body": os.environ.get("WORD", "none") + " " + context.memory_limit_in_mb}

def other(event, context):
    return {"statusCode": 200, "body": "other"}
"""
    site = deploy(code, environment={"WORD": "first"})
    assert site.ask().text.startswith("first ")
    cloud.functions.update_function_configuration(
        FunctionName=site.name, Environment={"Variables": {"WORD": "second"}}, MemorySize=512
    )
    assert site.ask().text == "second 512"
    cloud.functions.update_function_configuration(FunctionName=site.name, Handler="app.other")
    assert site.ask().text == "other"


def test_a_request_under_way_is_answered_by_the_code_it_began_with(
    cloud: Sites, deploy: Deploy, gate: Gate
) -> None:
    old = WAITING.replace('"statusCode": 200', '"statusCode": 200, "body": "old"')
    site = deploy(old, timeout=60, environment={"GATE": str(gate.path)})
    with ThreadPoolExecutor(1) as executor:
        asked = executor.submit(site.ask)
        with gate.held():
            new = zipped({"app.py": says("new")})
            cloud.functions.update_function_code(FunctionName=site.name, ZipFile=new)
            assert site.ask().text == "new"
        assert asked.result().text == "old"


def test_an_alias_goes_where_it_points(cloud: Sites) -> None:
    """User guide, "Lambda function versioning": register the function by an alias."""
    name = cloud.name()
    function = cloud.function(says("one"), name=name)
    first = cloud.functions.publish_version(FunctionName=name)["Version"]
    cloud.functions.create_alias(FunctionName=name, Name="live", FunctionVersion=first)
    group = cloud.target_group(f"{function}:live", name=name)
    balancer = cloud.load_balancer(name)
    listener = cloud.listener(balancer["LoadBalancerArn"], {"Type": "forward", "TargetGroupArn": group})
    site = Site(
        name, "us-east-1", function, group, balancer["LoadBalancerArn"], listener, balancer["DNSName"],
        cloud.address(listener),
    )  # fmt: skip
    try:
        assert site.ask().text == "one"
        new = zipped({"app.py": says("two")})
        cloud.functions.update_function_code(FunctionName=name, ZipFile=new)
        assert site.ask().text == "one"
        second = cloud.functions.publish_version(FunctionName=name)["Version"]
        assert site.ask().text == "one"
        cloud.functions.update_alias(FunctionName=name, Name="live", FunctionVersion=second)
        assert site.ask().text == "two"
    finally:
        cloud.remove(site)


def refused(cloud: Sites, site: Site, status: int, reason: str) -> dict[str, Any]:
    """The record of one more request, which is refused as expected."""
    before = len(cloud.requests(site))
    response = site.ask()
    assert response.status_code == status
    if status == 502:
        assert response.content == PAGE_502
    record = cloud.record(site, before + 1)
    assert (record["status"], record["reason"]) == (status, reason)
    assert record["why"]
    return record


def test_without_permission_the_function_is_not_invoked(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(says("allowed"), permission=False)
    refused(cloud, site, 502, "LambdaAccessDenied")
    assert invocations(cloud, site) == 0
    cloud.permit(site.function_arn, site.target_group)
    assert site.ask().text == "allowed"
    assert invocations(cloud, site) == 1
    statement = site.target_group.split("/")[1]
    cloud.functions.remove_permission(FunctionName=site.name, StatementId=statement)
    refused(cloud, site, 502, "LambdaAccessDenied")
    assert invocations(cloud, site) == 1


def test_a_permission_for_something_else_is_none(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(says("allowed"), permission=False)
    allowed = {"Principal": "elasticloadbalancing.amazonaws.com", "Action": "lambda:InvokeFunction"}
    others = (
        {"SourceArn": f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:targetgroup/other/*"},
        {"SourceAccount": "999999999999"},
        {"Principal": "apigateway.amazonaws.com"},
        {"Action": "lambda:GetFunction"},
    )
    for number, other in enumerate(others):
        statement = {"StatementId": f"s{number}", **allowed, **other}
        cloud.functions.add_permission(FunctionName=site.name, **statement)
    refused(cloud, site, 502, "LambdaAccessDenied")
    cloud.functions.add_permission(FunctionName=site.name, StatementId="any", **allowed)
    assert site.ask().text == "allowed"


def test_without_a_target_it_is_503(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(says("back"))
    target = [{"Id": site.function_arn}]
    cloud.elbv2.deregister_targets(TargetGroupArn=site.target_group, Targets=target)
    refused(cloud, site, 503, "")
    cloud.elbv2.register_targets(TargetGroupArn=site.target_group, Targets=target)
    assert site.ask().text == "back"


def test_a_deleted_function_is_502(cloud: Sites, deploy: Deploy) -> None:
    site = deploy()
    assert site.ask().ok
    cloud.functions.delete_function(FunctionName=site.name)
    record = refused(cloud, site, 502, "LambdaResourceNotFound")
    assert site.name in record["why"]


def test_a_reserved_concurrency_of_none_throttles(cloud: Sites, deploy: Deploy) -> None:
    site = deploy(says("free"))
    assert site.ask().text == "free"
    cloud.functions.put_function_concurrency(FunctionName=site.name, ReservedConcurrentExecutions=0)
    refused(cloud, site, 502, "LambdaThrottling")
    cloud.functions.delete_function_concurrency(FunctionName=site.name)
    assert site.ask().text == "free"


def test_a_reserved_concurrency_is_how_many_run_at_once(cloud: Sites, deploy: Deploy, gate: Gate) -> None:
    site = deploy(WAITING, timeout=60, environment={"GATE": str(gate.path)})
    cloud.functions.put_function_concurrency(FunctionName=site.name, ReservedConcurrentExecutions=1)
    with ThreadPoolExecutor(1) as executor:
        asked = executor.submit(site.ask)
        with gate.held():
            assert [site.ask().status_code for _ in range(2)] == [502, 502]
        assert asked.result().status_code == 200
    assert site.ask().status_code == 200


def test_what_cloudformation_makes_is_served(cloud: Sites) -> None:
    subnets = [each["SubnetId"] for each in cloud.client("ec2").describe_subnets()["Subnets"][:2]]
    name = cloud.name()
    stack = {
        "Balancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {"Name": name, "Subnets": subnets},
        },
        "Listener": {
            "Type": "AWS::ElasticLoadBalancingV2::Listener",
            "Properties": {
                "LoadBalancerArn": {"Ref": "Balancer"},
                "Port": 80,
                "Protocol": "HTTP",
                "DefaultActions": [fixed("made")],
            },
        },
    }
    stacks = cloud.client("cloudformation")
    stacks.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": stack}))
    [listener] = [arn for arn in cloud.listeners() if f"/{name}/" in arn]
    host, port = cloud.address(listener)
    assert requests.get(f"http://{host}:{port}/", timeout=TIMEOUT).text == "made"
    stacks.delete_stack(StackName=name)
    assert listener not in cloud.listeners()
