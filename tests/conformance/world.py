"""The world that rows about calls presuppose (tests/cases/calls), made through the API and removed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from functools import partial
from typing import Any

from tests.cases.calls import FIXED, PATH, SECTIONS, forward
from tests.certificates import Authority
from tests.conformance import storage
from tests.conformance.again import again
from tests.conformance.functions import wait
from tests.conformance.storage import Clients

TAG = {"Key": "localalb-conformance", "Value": "world"}
FUNCTIONS = ("mute", "heard", "kept", "full")
GROUPS = ("used", "free", "taken", "plain")
Client = Callable[[str], Any]  # of a service, in the world's region


def build(clients: Clients, region: str, create_function: Callable[[str], str]) -> dict[str, str]:
    """The ids of the world by their names in the rows. `create_function` makes one of a name; its ARN."""
    client = partial(_client, clients, region)
    ec2, elbv2, functions = client("ec2"), client("elbv2"), client("lambda")
    ids: dict[str, str] = {}
    for number, vpc in enumerate(("main", "other")):
        ids[vpc] = ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
        ec2.create_tags(Resources=[ids[vpc]], Tags=[TAG])
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=ids[vpc])
        for part, name in enumerate(("a", "b", "c", "aa")):
            made = ec2.create_subnet(
                VpcId=ids[vpc], CidrBlock=f"10.{number}.{part}.0/24", AvailabilityZone=region + name[0]
            )
            ids[f"{vpc}.{name}"] = made["Subnet"]["SubnetId"]
        made = ec2.create_security_group(GroupName="group", Description="one", VpcId=ids[vpc])
        ids[f"{vpc}.group"] = made["GroupId"]
    for name in ("busy", "idle"):
        made = elbv2.create_load_balancer(
            Name=name, Subnets=[ids["main.a"], ids["main.b"]], SecurityGroups=[ids["main.group"]], Tags=[TAG]
        )
        ids[name] = made["LoadBalancers"][0]["LoadBalancerArn"]
    for name in GROUPS:
        plain = {"TargetType": "ip", "Protocol": "HTTP", "Port": 80, "VpcId": ids["main"]}
        made = elbv2.create_target_group(
            Name=name, Tags=[TAG], **(plain if name == "plain" else {"TargetType": "lambda"})
        )
        ids[name] = made["TargetGroups"][0]["TargetGroupArn"]
    ids["mine"] = Authority().issue("mine.example.com").imported(client("acm"))
    _listeners(elbv2, ids)
    protection = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=ids["busy"], Attributes=protection)
    for name in FUNCTIONS:
        ids[name] = create_function(name)
    for group in ("free", "taken"):
        functions.add_permission(
            FunctionName="heard",
            StatementId=group,
            Action="lambda:InvokeFunction",
            Principal="elasticloadbalancing.amazonaws.com",
            SourceArn=ids[group],
        )
    elbv2.register_targets(TargetGroupArn=ids["taken"], Targets=[{"Id": ids["heard"]}])
    ids["statement"] = "taken"
    functions.publish_version(FunctionName="heard")
    functions.update_function_configuration(FunctionName="heard", Description="another")
    wait(functions, "function_updated_v2", "heard")
    functions.publish_version(FunctionName="heard")
    functions.create_alias(FunctionName="heard", Name="live", FunctionVersion="1")
    _settings(functions)
    return ids | storage.build(clients, region)


def _client(clients: Clients, region: str, service: str) -> Any:
    return clients(service, region)


def _settings(functions: Any) -> None:
    """`kept` has a URL and concurrency, reserved and provisioned; the policy of `full` has no room."""
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


def _listeners(elbv2: Any, ids: dict[str, str]) -> None:
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


def names() -> frozenset[str]:
    """The names that load balancers, target groups and functions of the world and of its rows have."""
    given = (
        case.arguments.get(key)
        for rows in SECTIONS.values()
        for case in rows
        for key in ("Name", "FunctionName")
        if case.operation.startswith("Create")
    )
    return frozenset(
        (*FUNCTIONS, *GROUPS, "busy", "idle", *(each for each in given if isinstance(each, str)))
    )


def occupied(client: Client) -> list[str]:
    """What already has one of these names: a world made beside it would be removed together with it."""
    return sorted(name for name, _ in _named(client) if name in names())


def remove(clients: Clients, region: str, also: Set[str] = frozenset()) -> None:
    """Remove what has the tag of a world, is in a VPC that has it, or has one of the names in `also`."""
    client = partial(_client, clients, region)
    storage.remove(clients, region)
    ec2, elbv2 = client("ec2"), client("elbv2")
    vpcs = {each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"] if TAG in each.get("Tags", ())}
    for each in elbv2.describe_load_balancers()["LoadBalancers"]:
        if each.get("VpcId") in vpcs or each["LoadBalancerName"] in also:
            arn = each["LoadBalancerArn"]
            off = [{"Key": "deletion_protection.enabled", "Value": "false"}]
            elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=off)
            elbv2.delete_load_balancer(LoadBalancerArn=arn)
    for name, arn in _named(client):
        if name in also or _tagged(client, arn):
            if ":function:" in arn:
                client("lambda").delete_function(FunctionName=name)
            else:
                again("ResourceInUse", elbv2.delete_target_group, TargetGroupArn=arn)
    acm = client("acm")
    for each in acm.list_certificates()["CertificateSummaryList"]:
        if each.get("DomainName") == "mine.example.com":
            again("ResourceInUse", acm.delete_certificate, CertificateArn=each["CertificateArn"])
    for vpc in vpcs:
        _remove_vpc(ec2, vpc)


def _named(client: Client) -> Iterator[tuple[str, str]]:
    """The names and ARNs of target groups and functions."""
    for page in client("elbv2").get_paginator("describe_target_groups").paginate():
        for each in page["TargetGroups"]:
            yield each["TargetGroupName"], each["TargetGroupArn"]
    for page in client("lambda").get_paginator("list_functions").paginate():
        for each in page["Functions"]:
            yield each["FunctionName"], each["FunctionArn"]


def _tagged(client: Client, arn: str) -> bool:
    if ":function:" in arn:
        return bool(client("lambda").list_tags(Resource=arn)["Tags"].get(TAG["Key"]) == TAG["Value"])
    found = client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
    return any(TAG in each["Tags"] for each in found)


def _remove_vpc(ec2: Any, vpc: str) -> None:
    held = "DependencyViolation"
    for each in ec2.describe_internet_gateways()["InternetGateways"]:
        if any(attached.get("VpcId") == vpc for attached in each["Attachments"]):
            gateway = each["InternetGatewayId"]
            again(held, ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)
            ec2.delete_internet_gateway(InternetGatewayId=gateway)
    for each in ec2.describe_subnets()["Subnets"]:
        if each["VpcId"] == vpc:
            again(held, ec2.delete_subnet, SubnetId=each["SubnetId"])
    for each in ec2.describe_security_groups()["SecurityGroups"]:
        if each["VpcId"] == vpc and each["GroupName"] != "default":
            again(held, ec2.delete_security_group, GroupId=each["GroupId"])
    again(held, ec2.delete_vpc, VpcId=vpc)
