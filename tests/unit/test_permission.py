"""Resource policies: whether a load balancer may invoke a function for a target group, or write its logs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localalb.control_plane import permission

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:demo"
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/demo/0123456789abcdef"
OTHER = GROUP.replace("/demo/", "/other/")
ELB = {"Service": "elasticloadbalancing.amazonaws.com"}


def statement(**changes: Any) -> dict[str, Any]:
    """What `aws_lambda_permission` writes for a target group; None removes a field."""
    fields: dict[str, Any] = {
        "Sid": "AllowElb",
        "Effect": "Allow",
        "Principal": ELB,
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        "Condition": {"ArnLike": {"AWS:SourceArn": GROUP}},
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def condition(operator: str, key: str, *values: str) -> dict[str, Any]:
    return statement(Condition={operator: {key: list(values) if len(values) > 1 else values[0]}})


ACCOUNT = "123456789012"
BOTH = {"ArnLike": {"AWS:SourceArn": GROUP}, "StringEquals": {"AWS:SourceAccount": ACCOUNT}}
CASES: list[tuple[str, list[dict[str, Any]], bool]] = [
    ("as the provider writes it", [statement()], True),
    ("with the account as well", [statement(Condition=BOTH)], True),
    ("no statement", [], False),
    ("no condition", [statement(Condition=None)], True),
    ("every resource", [statement(Resource="*")], True),
    ("another function", [statement(Resource=FUNCTION + "2")], False),
    ("another alias", [statement(Resource=FUNCTION + ":live")], False),
    ("the resource with a wildcard", [statement(Resource=FUNCTION[:-2] + "*")], True),
    ("another action", [statement(Action="lambda:GetFunction")], False),
    ("every action", [statement(Action="lambda:*")], True),
    ("several actions", [statement(Action=["lambda:GetFunction", "lambda:InvokeFunction"])], True),
    ("another service", [statement(Principal={"Service": "apigateway.amazonaws.com"})], False),
    ("several services", [statement(Principal={"Service": ["s3.amazonaws.com", *ELB.values()]})], True),
    ("anybody", [statement(Principal="*")], True),
    ("an account", [statement(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})], False),
    ("no principal", [statement(Principal=None)], False),
    ("another target group", [condition("ArnLike", "AWS:SourceArn", OTHER)], False),
    ("several target groups", [condition("ArnLike", "AWS:SourceArn", OTHER, GROUP)], True),
    ("target groups by a wildcard", [condition("ArnLike", "aws:SourceArn", GROUP[:-16] + "*")], True),
    ("ArnEquals", [condition("ArnEquals", "aws:SourceArn", GROUP)], True),
    ("StringEquals", [condition("StringEquals", "aws:SourceArn", GROUP)], True),
    ("StringEquals has no wildcards", [condition("StringEquals", "aws:SourceArn", GROUP[:-16] + "*")], False),
    ("StringLike", [condition("StringLike", "aws:SourceArn", "arn:aws:elasticloadbalancing:*")], True),
    ("another account", [condition("StringEquals", "aws:SourceAccount", "210987654321")], False),
    ("this account", [condition("StringEquals", "aws:SourceAccount", ACCOUNT)], True),
    (
        "the account right, the target group wrong",
        [statement(Condition=BOTH | {"ArnLike": {"AWS:SourceArn": OTHER}})],
        False,
    ),
    ("a key that is not there", [condition("StringEquals", "aws:PrincipalOrgID", "o-1")], False),
    ("an operator nobody knows", [condition("NumericEquals", "aws:SourceAccount", ACCOUNT)], False),
    ("one of two statements", [condition("ArnLike", "AWS:SourceArn", OTHER), statement()], True),
    ("a denial", [statement(), statement(Effect="Deny")], False),
    ("a denial of something else", [statement(), statement(Effect="Deny", Resource=FUNCTION + "2")], True),
]


@pytest.mark.parametrize(("what", "statements", "allowed"), CASES, ids=[case[0] for case in CASES])
def test_policy(what: str, statements: list[dict[str, Any]], allowed: bool) -> None:
    """IAM user guide, "Policy evaluation logic": an Allow that applies, and no Deny that does."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    assert permission.allows(policy, function_arn=FUNCTION, target_group_arn=GROUP) is allowed


def test_a_qualified_function() -> None:
    """A permission with a qualifier is for that alias."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement(Resource=FUNCTION + ":live")]})
    assert permission.allows(policy, function_arn=FUNCTION + ":live", target_group_arn=GROUP)
    assert not permission.allows(policy, function_arn=FUNCTION + ":next", target_group_arn=GROUP)


BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/demo/0123456789abcdef"
LOGS = f"arn:aws:s3:::logs/front/AWSLogs/{ACCOUNT}/*"
DELIVERY = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
ACL = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
OVER_HTTP = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::logs/*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def writing(**changes: Any) -> dict[str, Any]:
    """The statement of the user guide ("Access logs", step 2)."""
    fields = {"Effect": "Allow", "Principal": DELIVERY, "Action": "s3:PutObject", "Resource": LOGS}
    return fields | changes


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        pytest.param(statements, allowed, id=what)
        for what, statements, allowed in (
            ("the service", [writing()], True),
            ("a statement alone", writing(), True),
            ("the whole bucket", [writing(Resource="arn:aws:s3:::logs/*")], True),
            ("every action of S3", [writing(Action="s3:*")], True),
            (
                "the account of eu-west-1",
                [writing(Principal={"AWS": "arn:aws:iam::156460612806:root"})],
                True,
            ),
            ("the same by its number", [writing(Principal={"AWS": "156460612806"})], True),
            ("an account of one's own", [writing(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})], False),
            ("the load balancer", [writing(Condition={"ArnLike": {"aws:SourceArn": BALANCER}})], True),
            ("another", [writing(Condition={"ArnLike": {"aws:SourceArn": BALANCER + "0"}})], False),
            ("an object of the owner's", [writing(Condition=ACL)], True),
            ("another prefix", [writing(Resource=LOGS.replace("front", "back"))], False),
            ("another account's folder", [writing(Resource=LOGS.replace(ACCOUNT, "210987654321"))], False),
            ("reading", [writing(Action="s3:GetObject")], False),
            ("nothing over HTTP", [writing(), OVER_HTTP], True),
            ("nothing at all", [writing(), {**OVER_HTTP, "Condition": {}}], False),
        )
    ],
)
def test_lets_write(statements: Any, allowed: bool) -> None:
    key = f"front/AWSLogs/{ACCOUNT}/ELBAccessLogTestFile"
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    assert permission.lets_write(policy, bucket="logs", key=key, balancer_arn=BALANCER) == allowed


def test_without_a_policy_nobody_writes() -> None:
    assert not permission.lets_write("", bucket="logs", key="AWSLogs/x", balancer_arn=BALANCER)


def test_the_accounts_write_access_logs_alone() -> None:
    """User guide, "Connection logs" and "Health check logs": those have the service alone."""
    policy = json.dumps({"Statement": [writing(Principal={"AWS": "156460612806"})]})
    key = f"front/AWSLogs/{ACCOUNT}/ELBConnectionLogTestFile"
    assert not permission.lets_write(policy, bucket="logs", key=key, balancer_arn=BALANCER)
