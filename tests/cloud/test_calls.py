"""What the API refuses: each row of tests/cases/calls, through boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.cases.calls import FIXED, PATH, SECTIONS, CallCase, filled, forward
from tests.certificates import Authority
from tests.sites import Sites, open_to_load_balancers
from tests.zips import zipped

REGION = "eu-west-2"  # a region of the test's own
ROWS = [row for rows in SECTIONS.values() for row in rows]


@pytest.fixture(scope="module")
def ids(cloud: Sites, authority: Authority) -> dict[str, str]:
    """The world that tests/cases/calls describes, made once: no row changes what another depends on."""
    ec2, elbv2 = cloud.client("ec2", REGION), cloud.client("elbv2", REGION)
    ids: dict[str, str] = {}
    for number, vpc in enumerate(("main", "other")):
        ids[vpc] = ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
        for part, name in enumerate(("a", "b", "c", "aa")):
            made = ec2.create_subnet(
                VpcId=ids[vpc], CidrBlock=f"10.{number}.{part}.0/24", AvailabilityZone=REGION + name[0]
            )
            ids[f"{vpc}.{name}"] = made["Subnet"]["SubnetId"]
        made = ec2.create_security_group(GroupName="group", Description="one", VpcId=ids[vpc])
        ids[f"{vpc}.group"] = made["GroupId"]
    for name in ("busy", "idle"):
        made = elbv2.create_load_balancer(
            Name=name, Subnets=[ids["main.a"], ids["main.b"]], SecurityGroups=[ids["main.group"]]
        )
        ids[name] = made["LoadBalancers"][0]["LoadBalancerArn"]
    for name in ("used", "free", "taken"):
        made = elbv2.create_target_group(Name=name, TargetType="lambda")
        ids[name] = made["TargetGroups"][0]["TargetGroupArn"]
    made = elbv2.create_target_group(
        Name="plain", TargetType="ip", Protocol="HTTP", Port=80, VpcId=ids["main"]
    )
    ids["plain"] = made["TargetGroups"][0]["TargetGroupArn"]
    ids["mine"] = authority.issue("mine.example.com").imported(cloud.client("acm", REGION))
    secure = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": ids["mine"]}]}
    for port, actions, more in (
        (80, forward(ids["used"]), {"Protocol": "HTTP"}),
        (81, FIXED, {"Protocol": "HTTP"}),
        (443, FIXED, secure),
    ):
        made = elbv2.create_listener(LoadBalancerArn=ids["busy"], Port=port, DefaultActions=actions, **more)
        ids[f"busy.{port}"] = made["Listeners"][0]["ListenerArn"]
    for priority, name in enumerate(("busy.rule", "busy.second"), 1):
        made = elbv2.create_rule(
            ListenerArn=ids["busy.80"], Priority=priority, Conditions=PATH, Actions=forward(ids["used"])
        )
        ids[name] = made["Rules"][0]["RuleArn"]
    rules = elbv2.describe_rules(ListenerArn=ids["busy.80"])["Rules"]
    (ids["busy.default"],) = (rule["RuleArn"] for rule in rules if rule["IsDefault"])
    protection = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=ids["busy"], Attributes=protection)
    for name in ("mute", "heard", "kept", "full"):
        ids[name] = cloud.function(name=name, region=REGION)
    for group in ("free", "taken"):
        cloud.permit(ids["heard"], ids[group])
    elbv2.register_targets(TargetGroupArn=ids["taken"], Targets=[{"Id": ids["heard"]}])
    ids["statement"] = ids["taken"].split("/")[1]  # see `permit`
    functions = cloud.client("lambda", REGION)
    functions.publish_version(FunctionName="heard")
    functions.update_function_configuration(FunctionName="heard", Description="another")
    functions.publish_version(FunctionName="heard")
    functions.create_alias(FunctionName="heard", Name="live", FunctionVersion="1")
    functions.create_function_url_config(FunctionName="kept", AuthType="NONE")
    functions.put_function_concurrency(FunctionName="kept", ReservedConcurrentExecutions=2)
    functions.publish_version(FunctionName="kept")
    functions.put_provisioned_concurrency_config(
        FunctionName="kept", Qualifier="1", ProvisionedConcurrentExecutions=1
    )
    functions.add_permission(
        FunctionName="full",
        StatementId="one",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::" + "a" * 9900,
    )
    for number in (1, 2):
        made = functions.publish_layer_version(LayerName="layer", Content={"ZipFile": zipped({"a.py": ""})})
        ids[f"layer.{number}"] = made["LayerVersionArn"]
    return ids | _queues(cloud) | _buckets(cloud)


def _queues(cloud: Sites) -> dict[str, str]:
    sqs = cloud.client("sqs", REGION)
    ids: dict[str, str] = {}
    for name, seconds in (("queue", "30"), ("fast", "1")):
        made = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": seconds})
        found = sqs.get_queue_attributes(QueueUrl=made["QueueUrl"], AttributeNames=["QueueArn"])
        ids[name] = found["Attributes"]["QueueArn"]
    return ids


def _buckets(cloud: Sites) -> dict[str, str]:
    ids = {name: f"{name}-to-calls.example" for name in ("open", "closed", "far")}
    for name, region in (("open", REGION), ("closed", REGION), ("far", "eu-west-1")):
        cloud.client("s3", region).create_bucket(
            Bucket=ids[name], CreateBucketConfiguration={"LocationConstraint": region}
        )
    open_to_load_balancers(cloud, ids["open"], "logs/", REGION)
    return ids


def call(cloud: Sites, ids: dict[str, str], case: CallCase) -> Any:
    client = cloud.client(case.service, REGION, checks=False)
    return getattr(client, xform_name(case.operation))(**filled(case.arguments, ids))


@pytest.mark.parametrize("case", [row for row in ROWS if row.code], ids=lambda case: case.id)
def test_refused(cloud: Sites, ids: dict[str, str], case: CallCase) -> None:
    with pytest.raises(ClientError) as caught:
        call(cloud, ids, case)
    error = caught.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (case.code, case.status)
    assert filled(case.message, ids) in error["Error"]["Message"]


@pytest.mark.parametrize("case", [row for row in ROWS if not row.code], ids=lambda case: case.id)
def test_accepted(cloud: Sites, ids: dict[str, str], case: CallCase) -> None:
    answer = call(cloud, ids, case)
    if case.answers:
        ((made,),) = (value for value in answer.values() if isinstance(value, list))
        assert filled(case.answers, ids) == made[ARN[case.operation]]


ARN = {
    "CreateLoadBalancer": "LoadBalancerArn",
    "CreateTargetGroup": "TargetGroupArn",
    "CreateListener": "ListenerArn",
}


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
