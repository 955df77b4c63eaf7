"""What localalb adds to moto, through boto3: values that AWS keeps, and calls it refuses.

That the provider can write and read everything is for tests/parity; here is what it does not try.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localalb.stacks.isolation import DEFAULT_REGION
from tests.certificates import Authority
from tests.sites import Sites, fixed

LOAD_BALANCERS = "elasticloadbalancing.amazonaws.com"


def refused(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """The code and message with which a call is refused."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def aliased(cloud: Sites) -> str:
    """The name of a function with version 1, which has the alias `live`."""
    name = cloud.name("aliased")
    cloud.function(name=name)
    cloud.functions.publish_version(FunctionName=name)
    cloud.functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    return name


class TestPolicies:
    """Lambda guide, "Working with resource-based policies": a policy for the function and each qualifier."""

    STATEMENT: Mapping[str, str] = {
        "StatementId": "one", "Action": "lambda:InvokeFunction", "Principal": LOAD_BALANCERS
    }  # fmt: skip

    def statements(self, cloud: Sites, name: str, **qualifier: str) -> list[str]:
        try:
            policy = cloud.functions.get_policy(FunctionName=name, **qualifier)["Policy"]
        except cloud.functions.exceptions.ResourceNotFoundException:
            return []
        return [
            statement["Resource"].partition(":function:")[2] for statement in json.loads(policy)["Statement"]
        ]

    def test_a_statement_id_is_of_its_qualifier(self, cloud: Sites, aliased: str) -> None:
        for qualifier in ({}, {"Qualifier": "live"}, {"Qualifier": "1"}):
            cloud.functions.add_permission(FunctionName=aliased, **self.STATEMENT, **qualifier)
        assert self.statements(cloud, aliased) == [aliased]
        assert self.statements(cloud, aliased, Qualifier="live") == [f"{aliased}:live"]
        cloud.functions.remove_permission(FunctionName=aliased, StatementId="one", Qualifier="live")
        assert self.statements(cloud, aliased, Qualifier="live") == []
        assert self.statements(cloud, aliased) == [aliased]
        assert self.statements(cloud, f"{aliased}:1") == [f"{aliased}:1"]

    def test_a_statement_id_is_taken_once(self, cloud: Sites, aliased: str) -> None:
        """API, AddPermission: ResourceConflictException."""
        cloud.functions.add_permission(FunctionName=aliased, **self.STATEMENT)
        code, words = refused(cloud.functions.add_permission, FunctionName=aliased, **self.STATEMENT)
        assert code == "ResourceConflictException"
        assert "(one) provided already exists" in words


class TestProvisionedConcurrency:
    """Lambda guide, "Configuring provisioned concurrency for a function"."""

    def put(self, cloud: Sites, name: str, count: int = 2, qualifier: str = "live") -> Any:
        return cloud.functions.put_provisioned_concurrency_config(
            FunctionName=name, Qualifier=qualifier, ProvisionedConcurrentExecutions=count
        )

    def test_it_is_kept(self, cloud: Sites, aliased: str) -> None:
        functions = cloud.functions
        self.put(cloud, aliased, 2)
        found = functions.get_provisioned_concurrency_config(FunctionName=aliased, Qualifier="live")
        assert (found["Status"], found["AllocatedProvisionedConcurrentExecutions"]) == ("READY", 2)
        (listed,) = functions.list_provisioned_concurrency_configs(FunctionName=aliased)[
            "ProvisionedConcurrencyConfigs"
        ]
        assert listed["FunctionArn"].endswith(f":{aliased}:live")

    @pytest.mark.parametrize("end", ["config", "alias", "function"])
    def test_it_ends(self, cloud: Sites, aliased: str, end: str) -> None:
        functions = cloud.functions
        self.put(cloud, aliased)
        match end:
            case "config":
                functions.delete_provisioned_concurrency_config(FunctionName=aliased, Qualifier="live")
            case "alias":
                functions.delete_alias(FunctionName=aliased, Name="live")
                functions.create_alias(FunctionName=aliased, Name="live", FunctionVersion="1")
            case "function":
                functions.delete_function(FunctionName=aliased)
                cloud.function(name=aliased)
                functions.publish_version(FunctionName=aliased)
                functions.create_alias(FunctionName=aliased, Name="live", FunctionVersion="1")
        code, _ = refused(
            functions.get_provisioned_concurrency_config, FunctionName=aliased, Qualifier="live"
        )
        assert code == "ProvisionedConcurrencyConfigNotFoundException"

    def test_an_unpublished_version_has_none(self, cloud: Sites, aliased: str) -> None:
        with pytest.raises(ClientError, match="unpublished"):
            self.put(cloud, aliased, qualifier="$LATEST")

    def test_it_is_within_the_reserved_concurrency(self, cloud: Sites, aliased: str) -> None:
        cloud.functions.put_function_concurrency(FunctionName=aliased, ReservedConcurrentExecutions=3)
        self.put(cloud, aliased, 2, "1")
        with pytest.raises(ClientError, match="should not be greater than the reservedConcurrentExecution"):
            self.put(cloud, aliased, 2)
        self.put(cloud, aliased, 1)

    def test_an_alias_with_weights_has_none(self, cloud: Sites, aliased: str) -> None:
        functions = cloud.functions
        functions.update_function_configuration(FunctionName=aliased, Description="two")
        functions.publish_version(FunctionName=aliased)
        weights = {"AdditionalVersionWeights": {"2": 0.1}}
        functions.update_alias(FunctionName=aliased, Name="live", RoutingConfig=weights)
        with pytest.raises(ClientError, match="Alias with weights"):
            self.put(cloud, aliased)
        functions.update_alias(FunctionName=aliased, Name="live", RoutingConfig={})
        self.put(cloud, aliased)
        with pytest.raises(ClientError, match="Alias with weights"):
            functions.update_alias(FunctionName=aliased, Name="live", RoutingConfig=weights)


class TestTrustStores:
    """ELBv2 API, CreateTrustStore, DeleteTrustStore and MutualAuthenticationAttributes."""

    @pytest.fixture
    def bundle(self, cloud: Sites, authority: Authority) -> dict[str, str]:
        """A bucket, in which `trusted.pem` is a bundle and `other.pem` is none."""
        bucket, s3 = cloud.name("trusted"), cloud.client("s3")
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="trusted.pem", Body=authority.root)
        s3.put_object(Bucket=bucket, Key="other.pem", Body=b"no certificate")
        return {"CaCertificatesBundleS3Bucket": bucket, "CaCertificatesBundleS3Key": "trusted.pem"}

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"CaCertificatesBundleS3Key": "missing.pem"}, "CaCertificatesBundleNotFound"),
            ({"CaCertificatesBundleS3Bucket": "no-such-bucket"}, "CaCertificatesBundleNotFound"),
            ({"CaCertificatesBundleS3Key": "other.pem"}, "InvalidCaCertificatesBundle"),
        ],
    )
    def test_a_bundle_is_certificates(
        self, cloud: Sites, bundle: dict[str, str], change: dict[str, str], code: str
    ) -> None:
        found, _ = refused(cloud.elbv2.create_trust_store, Name=cloud.name("store"), **(bundle | change))
        assert found == code

    def test_its_life(self, cloud: Sites, bundle: dict[str, str], authority: Authority) -> None:
        elbv2, name = cloud.elbv2, cloud.name("store")
        (made,) = elbv2.create_trust_store(Name=name, **bundle)["TrustStores"]
        arn = made["TrustStoreArn"]
        assert (made["Status"], made["NumberOfCaCertificates"]) == ("ACTIVE", 1)
        assert refused(elbv2.create_trust_store, Name=name, **bundle)[0] == "DuplicateTrustStoreName"
        listener = elbv2.create_listener(
            LoadBalancerArn=cloud.load_balancer(name)["LoadBalancerArn"],
            Protocol="HTTPS",
            Port=443,
            Certificates=[{"CertificateArn": authority.issue("a.example").imported(cloud.client("acm"))}],
            DefaultActions=[fixed("in")],
            MutualAuthentication={"Mode": "verify", "TrustStoreArn": arn},
        )["Listeners"][0]
        (used,) = elbv2.describe_trust_store_associations(TrustStoreArn=arn)["TrustStoreAssociations"]
        assert used["ResourceArn"] == listener["ListenerArn"]
        assert refused(elbv2.delete_trust_store, TrustStoreArn=arn)[0] == "TrustStoreInUse"
        elbv2.modify_listener(ListenerArn=listener["ListenerArn"], MutualAuthentication={"Mode": "off"})
        elbv2.delete_trust_store(TrustStoreArn=arn)
        assert refused(elbv2.describe_trust_stores, Names=[name])[0] == "TrustStoreNotFound"
        change = {"Mode": "verify", "TrustStoreArn": arn}
        modify = elbv2.modify_listener
        code, _ = refused(modify, ListenerArn=listener["ListenerArn"], MutualAuthentication=change)
        assert code == "TrustStoreNotFound"


def test_a_role_takes_a_policy_of_aws_s(cloud: Sites) -> None:
    arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
    iam = cloud.client("iam")
    name = cloud.role.rpartition("/")[2]
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    (attached,) = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert attached["PolicyArn"] == arn


def test_the_matcher_of_a_lambda_target_group_changes(cloud: Sites) -> None:
    made = cloud.elbv2.create_target_group(Name=cloud.name("group"), TargetType="lambda")
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    cloud.elbv2.modify_target_group(TargetGroupArn=arn, Matcher={"HttpCode": "200-299"})
    (group,) = cloud.elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    assert group["Matcher"]["HttpCode"] == "200-299"


@pytest.mark.parametrize(("conditional", "denied"), [(True, False), (False, True)])
def test_a_bucket_that_refuses_plain_http_is_not_closed(
    cloud: Sites, conditional: bool, denied: bool
) -> None:
    bucket, s3 = cloud.name("bucket"), cloud.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    statement: dict[str, Any] = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"
    }  # fmt: skip
    if conditional:
        statement["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    s3.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    if denied:
        assert refused(s3.get_object, Bucket=bucket, Key="a")[0] == "403"
    else:
        assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"a"


def test_a_call_that_nobody_implements_is_not_tried_again(cloud: Sites) -> None:
    """AWS's clients send a call again after a 500, the AWS provider 25 times. After a 501 they do not."""
    elbv2 = boto3.client(
        "elbv2",
        DEFAULT_REGION,
        endpoint_url=cloud.endpoint_url,
        aws_access_key_id=cloud.endpoint.key,
        aws_secret_access_key="testing",
    )
    with pytest.raises(ClientError) as caught:
        elbv2.get_resource_policy(ResourceArn="arn")
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("NotImplemented", 501)
    assert "get_resource_policy" in answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
