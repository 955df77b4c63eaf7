"""What an AWS client and an HTTP client see of the stack."""

from __future__ import annotations

import gzip
import ssl
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from localalb.stacks.home import ask
from tests.certificates import Authority
from tests.cloud.secure import Https
from tests.sites import Address, Sites
from tests.waiting import until


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Observed:
    """`answers` are those of `PATHS`, `logs` the access log's entries by the key of their object,
    `associated` the name of the public load balancer's web ACL, `let_in` whether a client without a
    certificate came in, and one with one."""

    answers: dict[str, Answer]
    logs: dict[str, str]
    associated: str
    let_in: tuple[bool, bool]


PATHS = {
    "plain": ("public", 443, "/"),
    "oidc": ("public", 443, "/oidc/page"),
    "cognito": ("public", 443, "/cognito/page"),
}


def observe(cloud: Sites, outputs: dict[str, Any], authority: Authority) -> Observed:
    """Call the load balancers, and read what they wrote."""
    answers = {}
    for name, (balancer, port, path) in PATHS.items():
        client = Https(
            _address(cloud, outputs["dns_names"][balancer], port), authority.context(), "www.example.com"
        )
        client.request("GET", path)
        response = client.getresponse()
        headers = {key.lower(): value for key, value in response.getheaders()}
        answers[name] = Answer(response.status, headers, response.read())
        client.close()
    associated = cloud.client("wafv2").get_web_acl_for_resource(ResourceArn=outputs["arns"]["public"])
    verified = _address(cloud, outputs["dns_names"]["internal"], 443)
    own = authority.context()
    with TemporaryDirectory() as folder:
        own.load_cert_chain(authority.client().written(Path(folder)))
    let_in = (_let_in(verified, authority.context()), _let_in(verified, own))
    return Observed(answers, _logs(cloud, outputs["bucket"]), associated["WebACL"]["Name"], let_in)


def _let_in(address: Address, context: ssl.SSLContext) -> bool:
    client = Https(address, context, "www.example.com")
    try:
        client.request("GET", "/")
        return client.getresponse().status > 0
    except (ssl.SSLError, ConnectionError):
        return False
    finally:
        client.close()


def _address(cloud: Sites, dns_name: str, port: int) -> Address:
    (found,) = [
        each["address"]
        for each in ask(cloud.endpoint, "status")["listeners"]
        if (each["dns_name"], each["port"]) == (dns_name, port)
    ]
    host, _, local = str(found).rpartition(":")
    return host, int(local)


def _logs(cloud: Sites, bucket: str) -> dict[str, str]:
    s3 = cloud.client("s3")

    def read() -> dict[str, str]:
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]
        found = {
            key: gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).decode()
            for key in keys
            if key.endswith(".gz")
        }
        return found if any("/conn_log_" not in key for key in found) else {}

    return until(read)


def everything(cloud: Sites) -> dict[str, list[str]]:
    """The names of what exists, by kind."""
    elbv2, ec2, iam, functions = (cloud.client(name) for name in ("elbv2", "ec2", "iam", "lambda"))
    return {
        "load balancers": _of(elbv2.describe_load_balancers()["LoadBalancers"], "LoadBalancerName"),
        "target groups": _of(elbv2.describe_target_groups()["TargetGroups"], "TargetGroupName"),
        "trust stores": _of(elbv2.describe_trust_stores()["TrustStores"], "Name"),
        "functions": _of(functions.list_functions()["Functions"], "FunctionName"),
        "layers": _of(functions.list_layers()["Layers"], "LayerName"),
        "security groups": _of(ec2.describe_security_groups()["SecurityGroups"], "GroupName"),
        "roles": _of(iam.list_roles()["Roles"], "RoleName"),
        "policies": _of(iam.list_policies(Scope="Local")["Policies"], "PolicyName"),
        "certificates": _of(
            cloud.client("acm").list_certificates()["CertificateSummaryList"], "CertificateArn"
        ),
        "buckets": _of(cloud.client("s3").list_buckets()["Buckets"], "Name"),
        "file systems": _of(cloud.client("efs").describe_file_systems()["FileSystems"], "FileSystemId"),
        "zones": _of(cloud.client("route53").list_hosted_zones()["HostedZones"], "Name"),
        "web ACLs": _of(cloud.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"], "Name"),
        "alarms": _of(cloud.client("cloudwatch").describe_alarms()["MetricAlarms"], "AlarmName"),
        "topics": _of(cloud.client("sns").list_topics()["Topics"], "TopicArn"),
        "user pools": _of(cloud.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"], "Name"),
        "REST APIs": _of(cloud.client("apigateway").get_rest_apis()["items"], "name"),
        "HTTP APIs": _of(cloud.client("apigatewayv2").get_apis()["Items"], "Name"),
        "CloudFormation stacks": _of(cloud.client("cloudformation").describe_stacks()["Stacks"], "StackName"),
        "state machines": _of(cloud.client("stepfunctions").list_state_machines()["stateMachines"], "name"),
        "secrets": _of(cloud.client("secretsmanager").list_secrets()["SecretList"], "Name"),
        "parameters": _of(cloud.client("ssm").describe_parameters()["Parameters"], "Name"),
        "repositories": _of(cloud.client("ecr").describe_repositories()["repositories"], "repositoryName"),
        "tables": list(cloud.client("dynamodb").list_tables()["TableNames"]),
        "queues": list(cloud.client("sqs").list_queues().get("QueueUrls", ())),
        "log groups": _of(cloud.client("logs").describe_log_groups()["logGroups"], "logGroupName"),
    }


def _of(found: list[dict[str, Any]], key: str) -> list[str]:
    return [str(each[key]) for each in found]
