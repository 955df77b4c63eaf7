"""Calls that the API of Elastic Load Balancing and of EC2 refuses, and those it answers with what is there.

A row is a call in a world that `tests/unit/test_refusals.py` makes of values and `tests/cloud/test_calls.py`
through the API. `{main.a}` stands for an id; the world, in which everything has the name of its key:

- two VPCs, `main` and `other`: the subnets `main.a`, `main.b`, `main.c`, `other.a`, `other.b` in the zone of
  that letter, and `main.aa` in zone a; the security groups `main.group` and `other.group`
- the load balancer `busy`, protected against deletion, in main.a and main.b, with `main.group`: the listeners
  `busy.80`, which forwards to the target group `used` and has the rule `busy.rule`, and `busy.81`
- the load balancer `idle`, without listeners, in the same subnets
- the target group `free`, in no rule, and the functions `mute`, which has no permission, and `heard`, whose
  policy lets the group `free` invoke it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cases import LAMBDA, Case, Confidence

API = "ELBv2 API, "
VPC = "provider #18317"
TRANSCRIPT = "edumgt-java-education, AWS_EC2_AUTO, a transcript of CreateLoadBalancer"
OBSERVED: Confidence = "observed"
DOCUMENTED: Confidence = "documented"


@dataclass(frozen=True, kw_only=True)
class CallCase(Case):
    """`arguments` are a call's; `code` and `message` the refusal's, empty where the call succeeds. `answers`
    is what is answered with then, where it was there before."""

    operation: str
    arguments: Mapping[str, Any]
    code: str = ""
    message: str = ""
    status: int = 400
    answers: str = ""
    service: str = field(default="elbv2")


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """A value of a row in which each `{name}` is that name's id."""
    match value:
        case str():
            for name, id in ids.items():
                value = value.replace("{" + name + "}", id)
            return value
        case Mapping():
            return {key: filled(each, ids) for key, each in value.items()}
        case list() | tuple():
            return [filled(each, ids) for each in value]
        case _:
            return value


def forward(group: str) -> list[dict[str, Any]]:
    return [{"Type": "forward", "TargetGroupArn": group}]


def weighted(*groups: str) -> list[dict[str, Any]]:
    pairs = [{"TargetGroupArn": group, "Weight": 1} for group in groups]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": pairs}}]


FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]
PATH = [{"Field": "path-pattern", "Values": ["/other"]}]

ONE_VPC = "All subnets must be in the VPC of the load balancer"
ZONES = "At least two subnets in two different Availability Zones must be specified"
ONE_A_ZONE = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
GROUPS = "One or more security groups are invalid"
IDEMPOTENT = API + "{}: the operation is idempotent"
SHARED = "The following target groups cannot be associated with more than one load balancer: {used}"
CERTIFICATE = "A certificate must be specified for HTTPS listeners"

LOAD_BALANCERS = (
    CallCase(
        id="set-subnets-of-another-vpc",
        fact="A load balancer cannot move to subnets of another VPC; the message is a guess.",
        source=f"{VPC}; {API}SetSubnets, for the code",
        confidence=OBSERVED,
        operation="SetSubnets",
        arguments={"LoadBalancerArn": "{busy}", "Subnets": ["{other.a}", "{other.b}"]},
        code="InvalidConfigurationRequest",
        message=ONE_VPC,
    ),
    CallCase(
        id="set-subnets-of-two-vpcs",
        fact="Nor can it be in two VPCs.",
        source=f"{VPC}; {API}SetSubnets, for the code",
        confidence="guess",
        operation="SetSubnets",
        arguments={"LoadBalancerArn": "{busy}", "Subnets": ["{main.a}", "{other.b}"]},
        code="InvalidConfigurationRequest",
        message=ONE_VPC,
    ),
    CallCase(
        id="set-subnets-of-one-zone",
        fact="An Application Load Balancer stays in two Availability Zones.",
        source=f"{API}SetSubnets; aws-cdk-examples#226, for the message",
        confidence=DOCUMENTED,
        operation="SetSubnets",
        arguments={"LoadBalancerArn": "{busy}", "Subnets": ["{main.a}"]},
        code="ValidationError",
        message=ZONES,
    ),
    CallCase(
        id="set-subnets-two-in-one-zone",
        fact="Of each Availability Zone one subnet can be set.",
        source=f"{API}SetSubnets; aws-load-balancer-controller#45, for the message",
        confidence=DOCUMENTED,
        operation="SetSubnets",
        arguments={"LoadBalancerArn": "{busy}", "Subnets": ["{main.a}", "{main.aa}", "{main.b}"]},
        code="InvalidConfigurationRequest",
        message=ONE_A_ZONE,
    ),
    CallCase(
        id="set-subnets-of-the-same-vpc",
        fact="Other subnets of the same VPC are taken.",
        source=f"{API}SetSubnets",
        confidence=DOCUMENTED,
        operation="SetSubnets",
        arguments={"LoadBalancerArn": "{idle}", "Subnets": ["{main.a}", "{main.b}", "{main.c}"]},
    ),
    CallCase(
        id="set-security-groups-of-another-vpc",
        fact="A load balancer takes no security group of another VPC.",
        source=f"{TRANSCRIPT}; that SetSecurityGroups says the same is computed",
        confidence=OBSERVED,
        operation="SetSecurityGroups",
        arguments={"LoadBalancerArn": "{busy}", "SecurityGroups": ["{main.group}", "{other.group}"]},
        code="InvalidConfigurationRequest",
        message=GROUPS,
    ),
    CallCase(
        id="create-in-one-zone",
        fact="An Application Load Balancer begins in two Availability Zones.",
        source="aws-cdk-examples#226",
        confidence=OBSERVED,
        operation="CreateLoadBalancer",
        arguments={"Name": "new", "Subnets": ["{main.a}"]},
        code="ValidationError",
        message=ZONES,
    ),
    CallCase(
        id="create-with-two-subnets-in-one-zone",
        fact="It takes one subnet of each Availability Zone.",
        source="robertdebock/terraform-aws-vault#5",
        confidence=OBSERVED,
        operation="CreateLoadBalancer",
        arguments={"Name": "new", "Subnets": ["{main.a}", "{main.aa}", "{main.b}"]},
        code="InvalidConfigurationRequest",
        message=ONE_A_ZONE,
    ),
    CallCase(
        id="create-in-two-vpcs",
        fact="A load balancer cannot be created in two VPCs; the message is a guess.",
        source=f"{API}CreateLoadBalancer, for the code; floci#1220",
        confidence="guess",
        operation="CreateLoadBalancer",
        arguments={
            "Name": "new",
            "SubnetMappings": [{"SubnetId": "{main.a}"}, {"SubnetId": "{other.b}"}],
        },
        code="InvalidConfigurationRequest",
        message=ONE_VPC,
    ),
    CallCase(
        id="create-with-a-security-group-of-another-vpc",
        fact="A load balancer cannot be created with a security group of another VPC.",
        source=TRANSCRIPT,
        confidence=OBSERVED,
        operation="CreateLoadBalancer",
        arguments={
            "Name": "new",
            "Subnets": ["{main.a}", "{main.b}"],
            "SecurityGroups": ["{other.group}"],
        },
        code="InvalidConfigurationRequest",
        message=GROUPS,
    ),
    CallCase(
        id="create-a-load-balancer-of-the-same-name",
        fact="A second load balancer of a name with other settings is refused.",
        source="aws-load-balancer-controller#3173",
        confidence=OBSERVED,
        operation="CreateLoadBalancer",
        arguments={
            "Name": "busy",
            "Subnets": ["{main.a}", "{main.b}"],
            "SecurityGroups": ["{main.group}"],
            "Scheme": "internal",
        },
        code="DuplicateLoadBalancerName",
        message="A load balancer with the same name 'busy' exists, but with different settings",
    ),
    CallCase(
        id="create-the-same-load-balancer-again",
        fact="A second load balancer of a name with the same settings is the first; tags do not count, which "
        "is a guess.",
        source=f"{IDEMPOTENT.format('CreateLoadBalancer')}; provider #32942",
        confidence=DOCUMENTED,
        operation="CreateLoadBalancer",
        arguments={
            "Name": "busy",
            "Subnets": ["{main.b}", "{main.a}"],
            "SecurityGroups": ["{main.group}"],
        },
        answers="{busy}",
    ),
    CallCase(
        id="delete-a-protected-load-balancer",
        fact="A load balancer with deletion protection is not deleted.",
        source=f"{API}DeleteLoadBalancer; aws-nuke#258, for the message",
        confidence=DOCUMENTED,
        operation="DeleteLoadBalancer",
        arguments={"LoadBalancerArn": "{busy}"},
        code="OperationNotPermitted",
        message="Load balancer '{busy}' cannot be deleted because deletion protection is enabled",
    ),
)

TARGET_GROUPS = (
    CallCase(
        id="create-a-target-group-of-the-same-name",
        fact="A second target group of a name with other settings is refused.",
        source="terraform-aws-alb#251",
        confidence=OBSERVED,
        operation="CreateTargetGroup",
        arguments={"Name": "free", "TargetType": "lambda", "HealthCheckEnabled": True},
        code="DuplicateTargetGroupName",
        message="A target group with the same name 'free' exists, but with different settings",
    ),
    CallCase(
        id="create-a-target-group-of-another-type",
        fact="Another target type is another setting.",
        source="terraform-aws-alb#251",
        confidence=OBSERVED,
        operation="CreateTargetGroup",
        arguments={
            "Name": "free",
            "TargetType": "ip",
            "Protocol": "HTTP",
            "Port": 80,
            "VpcId": "{main}",
        },
        code="DuplicateTargetGroupName",
        message="A target group with the same name 'free' exists, but with different settings",
    ),
    CallCase(
        id="create-the-same-target-group-again",
        fact="A second target group of a name with the same settings is the first.",
        source=f"{IDEMPOTENT.format('CreateTargetGroup')}; provider #6013",
        confidence=DOCUMENTED,
        operation="CreateTargetGroup",
        arguments={"Name": "free", "TargetType": "lambda", "HealthCheckIntervalSeconds": 35},
        answers="{free}",
    ),
    CallCase(
        id="delete-a-target-group-in-use",
        fact="A target group that a listener or a rule names is not deleted.",
        source=f"{API}DeleteTargetGroup; terraform#13076, for the message",
        confidence=DOCUMENTED,
        operation="DeleteTargetGroup",
        arguments={"TargetGroupArn": "{used}"},
        code="ResourceInUse",
        message="Target group '{used}' is currently in use by a listener or a rule",
    ),
    CallCase(
        id="register-without-permission",
        fact="A function that the load balancer may not invoke for this target group is not registered.",
        source="ansible#52253",
        confidence=OBSERVED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{free}", "Targets": [{"Id": "{mute}"}]},
        code="AccessDenied",
        message="elasticloadbalancing principal does not have permission to invoke {mute} from target group "
        "{free}",
        status=403,
    ),
    CallCase(
        id="register-with-another-groups-permission",
        fact="A permission for another target group does not count.",
        source=f"{LAMBDA}: permissions to invoke the Lambda function",
        confidence=DOCUMENTED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{used}", "Targets": [{"Id": "{heard}"}]},
        code="AccessDenied",
        message="elasticloadbalancing principal does not have permission to invoke {heard} from target group "
        "{used}",
        status=403,
    ),
    CallCase(
        id="register-what-does-not-exist",
        fact="A function that does not exist is not registered.",
        source=f"{API}RegisterTargets: InvalidTarget",
        confidence=DOCUMENTED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{free}", "Targets": [{"Id": "{mute}-none"}]},
        code="InvalidTarget",
        message="The specified target does not exist",
    ),
    CallCase(
        id="register-with-permission",
        fact="A function with the permission is registered.",
        source=f"{LAMBDA}: permissions to invoke the Lambda function",
        confidence=DOCUMENTED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{free}", "Targets": [{"Id": "{heard}"}]},
    ),
)

LISTENERS = (
    CallCase(
        id="create-listener-with-anothers-group",
        fact="A target group serves one load balancer: a second one's listener is refused.",
        source="provider #22005; that the ARN follows is a guess",
        confidence=OBSERVED,
        operation="CreateListener",
        arguments={
            "LoadBalancerArn": "{idle}",
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": forward("{used}"),
        },
        code="TargetGroupAssociationLimit",
        message=SHARED,
    ),
    CallCase(
        id="create-listener-with-anothers-weighted-group",
        fact="Likewise where the group is one of several.",
        source="provider #22005",
        confidence=OBSERVED,
        operation="CreateListener",
        arguments={
            "LoadBalancerArn": "{idle}",
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": weighted("{free}", "{used}"),
        },
        code="TargetGroupAssociationLimit",
        message=SHARED,
    ),
    CallCase(
        id="create-rule-with-its-own-group",
        fact="Rules and listeners of one load balancer share a target group.",
        source=f"{API}CreateRule: TargetGroupAssociationLimit",
        confidence=DOCUMENTED,
        operation="CreateRule",
        arguments={
            "ListenerArn": "{busy.81}",
            "Priority": 1,
            "Conditions": PATH,
            "Actions": forward("{used}"),
        },
    ),
    CallCase(
        id="create-listener-on-a-taken-port",
        fact="A second listener on a port with other settings is refused.",
        source="terraform#26407",
        confidence=OBSERVED,
        operation="CreateListener",
        arguments={
            "LoadBalancerArn": "{busy}",
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": FIXED,
        },
        code="DuplicateListener",
        message="A listener already exists on this port for this load balancer '{busy}'",
    ),
    CallCase(
        id="create-the-same-listener-again",
        fact="A second listener on a port with the same settings is the first.",
        source=f"{IDEMPOTENT.format('CreateListener')}; provider #35121",
        confidence=DOCUMENTED,
        operation="CreateListener",
        arguments={
            "LoadBalancerArn": "{busy}",
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": weighted("{used}"),
        },
        answers="{busy.80}",
    ),
    CallCase(
        id="modify-listener-to-a-taken-port",
        fact="A listener does not move to a port that another one has.",
        source="terraform#26407",
        confidence=OBSERVED,
        operation="ModifyListener",
        arguments={"ListenerArn": "{busy.81}", "Port": 80},
        code="ValidationError",
        message="Listener port '80' is already in use",
    ),
    CallCase(
        id="create-https-without-certificate",
        fact="A listener for HTTPS has a certificate.",
        source="pulumi-awsx#1242",
        confidence=OBSERVED,
        operation="CreateListener",
        arguments={
            "LoadBalancerArn": "{idle}",
            "Protocol": "HTTPS",
            "Port": 443,
            "DefaultActions": FIXED,
        },
        code="ValidationError",
        message=CERTIFICATE,
    ),
    CallCase(
        id="modify-to-https-without-certificate",
        fact="A listener that becomes one for HTTPS gets a certificate; the message is a guess.",
        source=f"{API}ModifyListener: from HTTP to HTTPS",
        confidence=DOCUMENTED,
        operation="ModifyListener",
        arguments={"ListenerArn": "{busy.81}", "Protocol": "HTTPS"},
        code="ValidationError",
        message=CERTIFICATE,
    ),
)

SECURITY_GROUPS = (
    CallCase(
        id="create-a-security-group-of-the-same-name",
        fact="A VPC has one security group of a name.",
        source="EC2 API, CreateSecurityGroup: GroupName; terraform#15428, for the message",
        confidence=DOCUMENTED,
        service="ec2",
        operation="CreateSecurityGroup",
        arguments={"GroupName": "group", "Description": "another", "VpcId": "{main}"},
        code="InvalidGroup.Duplicate",
        message="The security group 'group' already exists",  # AWS adds: for VPC '{main}'; moto does not
    ),
)

SECTIONS: Mapping[str, tuple[CallCase, ...]] = {
    "Load balancers": LOAD_BALANCERS,
    "Target groups and their functions": TARGET_GROUPS,
    "Listeners and rules": LISTENERS,
    "Security groups": SECURITY_GROUPS,
}
