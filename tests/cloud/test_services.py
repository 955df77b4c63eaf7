"""The services that stand beside a load balancer answer, or say at once what they lack."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localalb.stacks.isolation import DEFAULT_REGION
from tests.sites import Sites

ROLE = "arn:aws:iam::123456789012:role/x"
MACHINE = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
ACL: dict[str, Any] = {
    "Scope": "REGIONAL",
    "DefaultAction": {"Allow": {}},
    "VisibilityConfig": {
        "SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "services"
    },
}  # fmt: skip
TABLE: dict[str, Any] = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}

ANSWERED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("acm", "request_certificate", {"DomainName": "services.example.com"}),
    ("apigateway", "create_rest_api", {"name": "services"}),
    ("apigatewayv2", "create_api", {"Name": "services", "ProtocolType": "HTTP"}),
    ("application-autoscaling", "describe_scalable_targets", {"ServiceNamespace": "lambda"}),
    ("autoscaling", "describe_auto_scaling_groups", {}),
    ("cloudformation", "create_stack", {"StackName": "services", "TemplateBody": TEMPLATE}),
    ("cloudfront", "list_distributions", {}),
    ("cloudwatch", "put_dashboard", {"DashboardName": "services", "DashboardBody": '{"widgets": []}'}),
    ("cognito-identity", "create_identity_pool",
     {"IdentityPoolName": "services", "AllowUnauthenticatedIdentities": False}),
    ("cognito-idp", "create_user_pool", {"PoolName": "services"}),
    ("dynamodb", "create_table", {"TableName": "services", **TABLE}),
    ("dynamodb", "execute_statement", {"Statement": "SELECT * FROM services"}),
    ("ec2", "create_vpc", {"CidrBlock": "10.9.0.0/16"}),
    ("ecr", "create_repository", {"repositoryName": "services"}),
    ("ecs", "create_cluster", {"clusterName": "services"}),
    ("efs", "create_file_system", {"CreationToken": "services"}),
    ("elasticache", "describe_cache_clusters", {}),
    ("events", "put_rule", {"Name": "services", "ScheduleExpression": "rate(5 minutes)"}),
    ("events", "put_events", {"Entries": [{"Source": "services", "DetailType": "x", "Detail": "{}"}]}),
    ("firehose", "list_delivery_streams", {}),
    ("iam", "create_role", {"RoleName": "services", "AssumeRolePolicyDocument": "{}"}),
    ("kinesis", "create_stream", {"StreamName": "services", "ShardCount": 1}),
    ("kms", "create_key", {}),
    ("lambda", "list_functions", {}),
    ("logs", "create_log_group", {"logGroupName": "services"}),
    ("rds", "describe_db_instances", {}),
    ("resource-groups", "list_groups", {}),
    ("resourcegroupstaggingapi", "get_resources", {}),
    ("route53", "create_hosted_zone", {"Name": "services.example.com", "CallerReference": "1"}),
    ("s3", "create_bucket", {"Bucket": "services"}),
    ("scheduler", "list_schedules", {}),
    ("secretsmanager", "create_secret", {"Name": "services", "SecretString": "x"}),
    ("servicediscovery", "list_namespaces", {}),
    ("ses", "verify_email_identity", {"EmailAddress": "a@services.example.com"}),
    ("sns", "create_topic", {"Name": "services"}),
    ("sqs", "create_queue", {"QueueName": "services"}),
    ("ssm", "put_parameter", {"Name": "services", "Value": "x", "Type": "String"}),
    ("stepfunctions", "create_state_machine",
     {"name": "services", "definition": MACHINE, "roleArn": ROLE}),
    ("sts", "get_caller_identity", {}),
    ("wafv2", "create_web_acl", {"Name": "services", **ACL}),
    ("xray", "put_trace_segments", {"TraceSegmentDocuments": ["{}"]}),
)  # fmt: skip


# What moto lacks of them: a service, an operation, a path, a package that is left out.
UNANSWERED: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("globalaccelerator", "list_accelerators", {}, "globalaccelerator ListAccelerators: moto "),
    ("amplify", "list_apps", {}, "amplify GET /apps: moto "),
    ("ec2", "describe_ipams", {}, "ec2 DescribeIpams: moto "),
    ("lambda", "list_code_signing_configs", {}, "lambda GET /2020-04-22/code-signing-configs: moto "),
    ("xray", "create_group", {"GroupName": "services"}, "xray POST /CreateGroup: moto "),
    ("cloudformation", "validate_template", {"TemplateBody": TEMPLATE},
     "cloudformation ValidateTemplate: moto wants the Python module cfnlint "),
)  # fmt: skip


def client_of(cloud: Sites, service: str) -> Any:
    """A client that sends a call again where AWS's clients do."""
    return boto3.client(  # type: ignore[call-overload]
        service,
        DEFAULT_REGION,
        endpoint_url=cloud.endpoint_url,
        aws_access_key_id=cloud.endpoint.key,
        aws_secret_access_key="testing",
    )


def ids(rows: Sequence[tuple[Any, ...]]) -> list[str]:
    return [f"{row[0]}-{row[1]}" for row in rows]


@pytest.mark.parametrize(("service", "operation", "arguments"), ANSWERED, ids=ids(ANSWERED))
def test_it_answers(cloud: Sites, service: str, operation: str, arguments: dict[str, Any]) -> None:
    answer = getattr(client_of(cloud, service), operation)(**arguments)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0


@pytest.mark.parametrize(("service", "operation", "arguments", "words"), UNANSWERED, ids=ids(UNANSWERED))
def test_what_it_lacks_is_said_at_once(
    cloud: Sites, service: str, operation: str, arguments: dict[str, Any], words: str
) -> None:
    """Clients read it, whatever protocol the service speaks, and do not send the call again."""
    with pytest.raises(ClientError) as caught:
        getattr(client_of(cloud, service), operation)(**arguments)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("NotImplemented", 501)
    assert answer["Error"]["Message"].startswith(words)
    assert answer["Error"]["Message"].endswith(
        "https://docs.getmoto.org/en/latest/docs/services/ lists what it has"
    )
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0


def test_an_event_is_transformed_on_its_way(cloud: Sites) -> None:
    """EventBridge guide, "Input transformation"."""
    events, sqs = client_of(cloud, "events"), client_of(cloud, "sqs")
    queue = sqs.create_queue(QueueName="transformed")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="transformed", EventPattern=json.dumps({"source": ["transformed"]}))
    transformer = {"InputPathsMap": {"who": "$.detail.who"}, "InputTemplate": '{"to": "<who>"}'}
    target = {"Id": "1", "Arn": attributes["QueueArn"], "InputTransformer": transformer}
    events.put_targets(Rule="transformed", Targets=[target])
    entry = {"Source": "transformed", "DetailType": "x", "Detail": json.dumps({"who": "you"})}
    events.put_events(Entries=[entry])
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"]) == {"to": "you"}


def test_what_a_user_pool_was_made_with_outlives_its_updates(cloud: Sites) -> None:
    """Cognito API, UpdateUserPool: it takes no UsernameAttributes, so they stay."""
    cognito = client_of(cloud, "cognito-idp")
    pool = cognito.create_user_pool(PoolName="updated", UsernameAttributes=["email"])["UserPool"]["Id"]
    cognito.update_user_pool(UserPoolId=pool, AutoVerifiedAttributes=["email"])
    found = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert (found["UsernameAttributes"], found["AutoVerifiedAttributes"]) == (["email"], ["email"])


def test_the_life_of_a_resource_server(cloud: Sites) -> None:
    """Cognito API, UpdateResourceServer and DeleteResourceServer."""
    cognito = client_of(cloud, "cognito-idp")
    pool = cognito.create_user_pool(PoolName="servers")["UserPool"]["Id"]
    named = {"UserPoolId": pool, "Identifier": "https://services.example.com"}
    cognito.create_resource_server(**named, Name="made")
    scope = {"ScopeName": "read", "ScopeDescription": "Read"}
    cognito.update_resource_server(**named, Name="changed", Scopes=[scope])
    found = cognito.describe_resource_server(**named)["ResourceServer"]
    assert (found["Name"], found["Scopes"]) == ("changed", [scope])
    cognito.delete_resource_server(**named)
    with pytest.raises(cognito.exceptions.ResourceNotFoundException):
        cognito.describe_resource_server(**named)


@pytest.mark.parametrize(("definition", "result"), [(MACHINE, "OK"), ("{", "FAIL")])
def test_the_definition_of_a_state_machine(cloud: Sites, definition: str, result: str) -> None:
    """Step Functions API, ValidateStateMachineDefinition: the AWS provider asks it before every plan."""
    machines = client_of(cloud, "stepfunctions")
    assert machines.validate_state_machine_definition(definition=definition)["result"] == result


def test_the_versions_of_a_state_machine(cloud: Sites) -> None:
    """Step Functions API, ListStateMachineVersions."""
    machines = client_of(cloud, "stepfunctions")
    made = machines.create_state_machine(name="versions", definition=MACHINE, roleArn=ROLE, publish=True)
    arn = made["stateMachineArn"]
    machines.update_state_machine(stateMachineArn=arn, definition=MACHINE, publish=True)
    listed = machines.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
    assert [each["stateMachineVersionArn"] for each in listed] == [f"{arn}:2", f"{arn}:1"]


def test_instance_types_are_there_although_nobody_reads_them_at_the_start(cloud: Sites) -> None:
    offered = cloud.client("ec2").describe_instance_type_offerings(LocationType="availability-zone")
    kinds = {each["LocationType"] for each in offered["InstanceTypeOfferings"]}
    assert kinds == {"availability-zone"}
    assert "t3.micro" in {each["InstanceType"] for each in offered["InstanceTypeOfferings"]}
    found = cloud.client("ec2").describe_instance_types(InstanceTypes=["t3.micro"])["InstanceTypes"]
    assert [each["VCpuInfo"]["DefaultVCpus"] for each in found] == [2]


def test_a_bucket_whose_versioning_was_suspended_is_emptied(cloud: Sites) -> None:
    """As the AWS provider's `force_destroy` does it after it has destroyed the versioning."""
    s3, bucket = client_of(cloud, "s3"), "suspended"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="log", Body=b"")
    s3.delete_object(Bucket=bucket, Key="log")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    found = s3.list_object_versions(Bucket=bucket)
    for each in (*found["Versions"], *found["DeleteMarkers"]):
        s3.delete_objects(
            Bucket=bucket, Delete={"Objects": [{"Key": each["Key"], "VersionId": each["VersionId"]}]}
        )
    s3.delete_bucket(Bucket=bucket)
