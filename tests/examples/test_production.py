"""All that production has; where only AWS shows what a part does, that it is there and wired."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from localalb.stacks.session import Stacks, eventually
from localalb.stacks.stack import Stack
from tests.examples.conftest import EXAMPLES, NAME


@pytest.fixture(scope="module")
def production(terraform_stack: Stacks, certificate_arns: list[str]) -> Stack:
    directory = EXAMPLES / "production"
    stack = terraform_stack(directory, certificate_arns=certificate_arns, protected=False)
    stack.names[NAME] = balancer_of(stack)["DNSName"]
    return stack


def balancer_of(stack: Stack) -> dict[str, Any]:
    found = stack.client("elbv2").describe_load_balancers(Names=["production"])["LoadBalancers"]
    return dict(found[0])


def test_it_answers_with_the_headers(production: Stack, trusted: str) -> None:
    response = production.http.get(f"https://{NAME}/", verify=trusted)
    assert response.text == "hello"
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in response.headers


def test_the_load_balancer_calls_a_version(production: Stack) -> None:
    elbv2, balancer = production.client("elbv2"), balancer_of(production)
    groups = elbv2.describe_target_groups(LoadBalancerArn=balancer["LoadBalancerArn"])["TargetGroups"]
    (health,) = elbv2.describe_target_health(TargetGroupArn=groups[0]["TargetGroupArn"])[
        "TargetHealthDescriptions"
    ]
    assert health["Target"]["Id"].endswith(":function:production:live")
    config = production.client("lambda").get_function_configuration(
        FunctionName="production", Qualifier="live"
    )
    assert config["Version"] == "1"


def test_the_function_has_its_limits_keys_and_logs(production: Stack) -> None:
    lambda_ = production.client("lambda")
    config = lambda_.get_function_configuration(FunctionName="production")
    assert config["KMSKeyArn"].startswith("arn:aws:kms:")
    assert config["TracingConfig"]["Mode"] == "Active"
    assert config["LoggingConfig"]["LogFormat"] == "JSON"
    assert config["LoggingConfig"]["SystemLogLevel"] == "WARN"
    concurrency = lambda_.get_function_concurrency(FunctionName="production")
    assert concurrency["ReservedConcurrentExecutions"] == 100
    (group,) = production.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/production")[
        "logGroups"
    ]
    assert group["kmsKeyId"] == config["KMSKeyArn"]
    assert group["retentionInDays"] == 365


def test_the_firewall_stands_in_front(production: Stack) -> None:
    arn = balancer_of(production)["LoadBalancerArn"]
    found = production.client("wafv2").get_web_acl_for_resource(ResourceArn=arn)
    assert found["WebACL"]["Name"] == "production"


def test_requests_are_logged_in_the_bucket(production: Stack, trusted: str) -> None:
    production.http.get(f"https://{NAME}/logged", verify=trusted)
    s3, bucket = production.client("s3"), production.outputs["log_bucket"]

    def logged() -> bool:
        for item in s3.list_objects_v2(Bucket=bucket, Prefix="hello/AWSLogs/").get("Contents", ()):
            body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
            if item["Key"].endswith(".log.gz") and b"/logged" in gzip.decompress(body):
                return True
        return False

    assert eventually(logged, timeout=600)  # AWS delivers every five minutes


def test_alarms_watch_it_and_tell_the_topic(production: Stack) -> None:
    alarms = production.client("cloudwatch").describe_alarms(AlarmNamePrefix="production")["MetricAlarms"]
    assert len(alarms) >= 5
    topic = production.outputs["alarm_topic_arn"]
    for alarm in alarms:
        assert alarm["AlarmActions"] == [topic]
        assert alarm["AlarmDescription"]


def test_the_function_logs_what_it_was_asked(production: Stack, trusted: str) -> None:
    production.http.get(f"https://{NAME}/told", verify=trusted)
    messages = eventually(lambda: [line for line in production.logs() if "asked for /told" in line])
    assert messages, json.dumps(production.logs()[-5:])


def test_second_plan_is_empty(production: Stack) -> None:
    plan = production.plan()
    assert plan.returncode == 0, plan.stdout
