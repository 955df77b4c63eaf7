"""Load balancers."""

from __future__ import annotations

from tests.cases.calls.call import API, DOCUMENTED, IDEMPOTENT, OBSERVED, CallCase

VPC = "provider #18317"
TRANSCRIPT = "edumgt-java-education, AWS_EC2_AUTO, a transcript of CreateLoadBalancer"
ONE_VPC = "All subnets must be in the VPC of the load balancer"
ZONES = "At least two subnets in two different Availability Zones must be specified"
ONE_A_ZONE = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
GROUPS = "One or more security groups are invalid"

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
