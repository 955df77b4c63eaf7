"""The stack that rows are played on: one load balancer, its functions, and a target group a way to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.cases.calls import filled
from tests.certificates import Authority
from tests.conformance import functions
from tests.conformance.again import again
from tests.conformance.clouds import Balancer, Cloud
from tests.conformance.play import PEER, Setting

PREFIX = "conformance-"  # of the name of everything
LABELS = {"localalb-conformance": "stack"}
TAGS = [{"Key": key, "Value": value} for key, value in LABELS.items()]
# Of each target group, the function in it. `none` has none.
FUNCTIONS = {
    "single": "play",
    "multi": "play",
    "second": "play",
    "third": "play",
    "none": "",
    "missing": "gone",
    "forbidden": "play",
    "throttled": "throttled",
    "init": "init",
}
HANDLERS = {"init": "there_is_no_such_module.handler"}

POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"  # the console's default; without one there is no TLS 1.3


@dataclass
class Stack:
    """`lacking` says why a target group is not what it should be, where the cloud refused a call for it.
    `peer` is this client's address as the load balancer sees it."""

    cloud: Cloud
    region: str
    vpc: str = ""
    subnets: tuple[str, ...] = ()
    balancer_arn: str = ""
    balancer: Balancer = field(default_factory=lambda: Balancer("", ""))
    certificate: str = ""
    groups: dict[str, str] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)
    peer: str = PEER

    def client(self, service: str) -> Any:
        return self.cloud.client(service, self.region)

    def configure(self, attributes: Mapping[str, str]) -> None:
        """Set attributes of the load balancer."""
        self.client("elbv2").modify_load_balancer_attributes(
            LoadBalancerArn=self.balancer_arn, Attributes=_pairs(attributes)
        )

    def listener(self, setting: Setting, port: int) -> str:
        """Create a listener with its rules; its ARN. Raises `ClientError`."""
        elbv2 = self.client("elbv2")
        secure: dict[str, Any] = {"Protocol": "HTTP"}
        if setting.secure:
            certificates = [{"CertificateArn": self._certificate()}]
            secure = {"Protocol": "HTTPS", "Certificates": certificates, "SslPolicy": POLICY}
        made = elbv2.create_listener(
            LoadBalancerArn=self.balancer_arn,
            Port=port,
            DefaultActions=filled([setting.default], self.groups),
            Tags=TAGS,
            **secure,
        )
        arn = str(made["Listeners"][0]["ListenerArn"])
        try:
            for priority, conditions, action in setting.rules:
                transforms = setting.transforms.get(priority, ())
                elbv2.create_rule(
                    ListenerArn=arn,
                    Priority=priority,
                    Conditions=[dict(each) for each in conditions],
                    Actions=filled([action], self.groups),
                    **({"Transforms": list(transforms)} if transforms else {}),
                )
            if setting.listener_attributes:
                elbv2.modify_listener_attributes(
                    ListenerArn=arn, Attributes=_pairs(setting.listener_attributes)
                )
        except ClientError:
            elbv2.delete_listener(ListenerArn=arn)
            raise
        return arn

    def _certificate(self) -> str:
        if not self.certificate:
            issued = Authority().issue("conformance.example")
            self.certificate = issued.imported(self.client("acm"))
            with suppress(ClientError):
                self.client("acm").add_tags_to_certificate(CertificateArn=self.certificate, Tags=TAGS)
        return self.certificate


def _pairs(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in attributes.items()]


@contextmanager
def stack(cloud: Cloud, region: str, source: str) -> Iterator[Stack]:
    """A stack, open to `source` (a CIDR block); removed at the end, whatever the end is."""
    made = Stack(cloud, region)
    try:
        _network(made, source)
        role = _role(made)
        for name in dict.fromkeys(filter(None, FUNCTIONS.values())):
            functions.create(made.client, PREFIX + name, role, LABELS, HANDLERS.get(name, "app.handler"))
        for name, function in FUNCTIONS.items():
            _group(made, name, function)
        _break(made)
        waiter = made.client("elbv2").get_waiter("load_balancer_available")
        waiter.wait(LoadBalancerArns=[made.balancer_arn])
        yield made
    finally:
        remove(cloud, region)


def _network(stack: Stack, source: str) -> None:
    ec2, elbv2 = stack.client("ec2"), stack.client("elbv2")
    defaults = [each for each in ec2.describe_vpcs()["Vpcs"] if each["IsDefault"]]
    if not defaults:
        raise LookupError(f"the region {stack.region} has no default VPC; choose one by --region that has")
    stack.vpc = defaults[0]["VpcId"]
    subnets = {
        each["AvailabilityZone"]: each["SubnetId"]
        for each in ec2.describe_subnets()["Subnets"]
        if each["VpcId"] == stack.vpc
    }
    stack.subnets = tuple(subnets[zone] for zone in sorted(subnets)[:2])
    group = ec2.create_security_group(
        GroupName=f"{PREFIX}balancer", Description="localalb conformance kit", VpcId=stack.vpc
    )["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 65535, "IpRanges": [{"CidrIp": source}]}
        ],
    )
    (found,) = elbv2.create_load_balancer(
        Name=f"{PREFIX}balancer", Subnets=list(stack.subnets), SecurityGroups=[group], Tags=TAGS
    )["LoadBalancers"]
    stack.balancer_arn = found["LoadBalancerArn"]
    stack.balancer = Balancer(found["LoadBalancerName"], found["DNSName"])


def _role(stack: Stack) -> str:
    made = stack.client("iam").create_role(
        RoleName=f"{PREFIX}function", AssumeRolePolicyDocument=functions.TRUST, Tags=TAGS
    )
    return str(made["Role"]["Arn"])


def _group(stack: Stack, name: str, function: str) -> None:
    elbv2 = stack.client("elbv2")
    made = elbv2.create_target_group(Name=PREFIX + name, TargetType="lambda", Tags=TAGS)
    group = stack.groups[name] = str(made["TargetGroups"][0]["TargetGroupArn"])
    if name == "multi":
        elbv2.modify_target_group_attributes(
            TargetGroupArn=group, Attributes=_pairs({"lambda.multi_value_headers.enabled": "true"})
        )
    if function:
        arn = stack.client("lambda").get_function(FunctionName=PREFIX + function)["Configuration"]
        stack.client("lambda").add_permission(
            FunctionName=PREFIX + function,
            StatementId=name,
            Action="lambda:InvokeFunction",
            Principal="elasticloadbalancing.amazonaws.com",
            SourceArn=group,
        )
        elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": arn["FunctionArn"]}])


def _break(stack: Stack) -> None:
    """What is registered by now is made to fail."""
    client = stack.client("lambda")
    play, gone, throttled = (f"{PREFIX}{name}" for name in ("play", "gone", "throttled"))
    changes: dict[str, Callable[[], Any]] = {
        "missing": lambda: client.delete_function(FunctionName=gone),
        "forbidden": lambda: client.remove_permission(FunctionName=play, StatementId="forbidden"),
        "throttled": lambda: client.put_function_concurrency(
            FunctionName=throttled, ReservedConcurrentExecutions=0
        ),
    }
    for name, change in changes.items():
        try:
            change()
        except ClientError as error:
            stack.lacking[name] = str(error)


def remove(cloud: Cloud, region: str) -> None:
    """Remove a stack, or what there is of one. What AWS still holds on to is tried again for some minutes."""
    ec2, elbv2 = cloud.client("ec2", region), cloud.client("elbv2", region)
    lambdas, iam, acm = (cloud.client(each, region) for each in ("lambda", "iam", "acm"))
    balancers = [
        each["LoadBalancerArn"]
        for each in elbv2.describe_load_balancers()["LoadBalancers"]
        if each["LoadBalancerName"] == f"{PREFIX}balancer"
    ]
    for arn in balancers:
        elbv2.delete_load_balancer(LoadBalancerArn=arn)
    groups = [
        each["TargetGroupArn"]
        for each in elbv2.describe_target_groups()["TargetGroups"]
        if each["TargetGroupName"] in {PREFIX + name for name in FUNCTIONS}
    ]
    for arn in groups:
        again("ResourceInUse", elbv2.delete_target_group, TargetGroupArn=arn)
    for name in dict.fromkeys(filter(None, FUNCTIONS.values())):
        with suppress(lambdas.exceptions.ResourceNotFoundException):
            lambdas.delete_function(FunctionName=PREFIX + name)
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_role(RoleName=f"{PREFIX}function")
    for each in ec2.describe_security_groups()["SecurityGroups"]:
        if each["GroupName"] == f"{PREFIX}balancer":
            again("DependencyViolation", ec2.delete_security_group, GroupId=each["GroupId"])
    for each in acm.list_certificates()["CertificateSummaryList"]:
        if each.get("DomainName") == "conformance.example":
            again("ResourceInUse", acm.delete_certificate, CertificateArn=each["CertificateArn"])
