"""Load balancers: names, subnets, security groups."""

from __future__ import annotations

from tests.cases import Confidence
from tests.cases.calls.call import (
    API,
    DOCUMENTED,
    IDEMPOTENT,
    OBSERVED,
    SHORTER,
    CallCase,
    constraint,
    refused,
)

VPC = "provider #18317"
TRANSCRIPT = "edumgt-java-education, AWS_EC2_AUTO, a transcript of CreateLoadBalancer"
ONE_VPC = "All subnets must be in the VPC of the load balancer"
ZONES = "At least two subnets in two different Availability Zones must be specified"
ONE_A_ZONE = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
GROUPS = "One or more security groups are invalid"

ENDS = "cannot begin or end with a hyphen(-)"
HYPHENS = "can only contain characters that are alphanumeric characters and hyphens(-)"
CREATE = API + "CreateLoadBalancer: Name"
NAMES: tuple[tuple[str, str, str, str, str, Confidence], ...] = (
    (
        "long",
        "has 32 characters",
        "n" * 33,
        "cannot be longer than '32' characters",
        "cfn-lint#3259",
        OBSERVED,
    ),
    ("a_b", "has letters, digits and hyphens; the message is a guess", "a_b", HYPHENS, CREATE, DOCUMENTED),
    ("hyphen-first", "does not begin with a hyphen; the message is a guess", "-a", ENDS, CREATE, DOCUMENTED),
    ("hyphen-last", "does not end with a hyphen; the message is a guess", "a-", ENDS, CREATE, DOCUMENTED),
    (
        "internal",
        "does not begin with `internal-`; the message is a guess",
        "internal-a",
        "cannot begin with 'internal-'",
        CREATE,
        DOCUMENTED,
    ),
)

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
    *(
        refused(
            "CreateLoadBalancer",
            f"load-balancer-{id}",
            f"A load balancer's name {fact}.",
            {"Name": name, "Subnets": ["{main.a}", "{main.b}"]},
            f"The load balancer name '{name}' {words}",
            source,
            confidence,
        )
        for id, fact, name, words, source, confidence in NAMES
    ),
    refused(
        "CreateLoadBalancer",
        "create-with-subnets-and-mappings",
        "Subnets are named once, alone or in mappings; the message is a guess.",
        {"Name": "new", "Subnets": ["{main.a}", "{main.b}"], "SubnetMappings": [{"SubnetId": "{main.a}"}]},
        "You must specify either subnets or subnet mappings, but not both",
        API + "CreateLoadBalancer: Subnets",
    ),
    refused(
        "CreateLoadBalancer",
        "create-in-no-subnets",
        "A load balancer is in subnets; that the words are those of one zone is a guess.",
        {"Name": "new"},
        ZONES,
        API + "CreateLoadBalancer: Subnets",
    ),
    refused(
        "CreateLoadBalancer",
        "create-in-a-subnet-that-is-not-there",
        "The subnets exist; the message is a guess.",
        {"Name": "new", "Subnets": ["{main.a}", "{main.b}0"]},
        "The subnet ID '{main.b}0' does not exist",
        API + "CreateLoadBalancer: SubnetNotFound",
        code="SubnetNotFound",
    ),
    *(
        refused(
            operation,
            f"{id}-with-a-security-group-that-is-not-there",
            "The security groups exist; the message is a guess.",
            arguments | {"SecurityGroups": ["{main.group}0"]},
            "The security group '{main.group}0' does not exist",
            f"{API}{operation}: InvalidSecurityGroup",
            code="InvalidSecurityGroup",
        )
        for operation, id, arguments in (
            ("CreateLoadBalancer", "create", {"Name": "new", "Subnets": ["{main.a}", "{main.b}"]}),
            ("SetSecurityGroups", "set", {"LoadBalancerArn": "{idle}"}),
        )
    ),
    *(
        refused(
            "CreateLoadBalancer",
            f"create-of-a-strange-{name.lower()}",
            f"The API reference names the values of {name}.",
            {"Name": "new", "Subnets": ["{main.a}", "{main.b}"], name: "strange"},
            constraint("strange", name[0].lower() + name[1:], "Member must satisfy enum value set: ["),
            f"{API}CreateLoadBalancer: {name}",
        )
        for name in ("Scheme", "Type", "IpAddressType")
    ),
    refused(
        "CreateLoadBalancer",
        "create-with-a-long-tag",
        "A tag's key has 128 characters.",
        {"Name": "new", "Subnets": ["{main.a}", "{main.b}"], "Tags": [{"Key": "k" * 129, "Value": ""}]},
        constraint("k" * 129, "tags.1.member.key", SHORTER.format(128)),
        API + "Tag",
    ),
    refused(
        "SetIpAddressType",
        "set-a-strange-address-type",
        "The API reference names the address types.",
        {"LoadBalancerArn": "{idle}", "IpAddressType": "ipv5"},
        constraint("ipv5", "ipAddressType", "Member must satisfy enum value set: ["),
        API + "SetIpAddressType",
    ),
    refused(
        "DeleteLoadBalancer",
        "delete-without-saying-which",
        "What is required is required.",
        {},
        "Value null at 'loadBalancerArn' failed to satisfy constraint: Member must not be null",
        API + "DeleteLoadBalancer",
    ),
    *(
        refused(
            operation,
            f"{id}-without-ipv6",
            "Dual stack takes subnets with IPv6.",
            arguments | {"IpAddressType": "dualstack"},
            "You must specify subnets with an associated IPv6 CIDR block.",
            "aws-load-balancer-controller #4852",
            OBSERVED,
        )
        for operation, id, arguments in (
            ("CreateLoadBalancer", "new", {"Name": "new", "Subnets": ["{main.a}", "{main.b}"]}),
            ("SetIpAddressType", "set", {"LoadBalancerArn": "{idle}"}),
        )
    ),
    *(
        refused(
            "CreateLoadBalancer",
            f"its-own-{member}",
            "AWS gives an Application Load Balancer its addresses; the message is a guess.",
            {
                "Name": "new",
                "SubnetMappings": [{"SubnetId": "{main.a}", member: given}, {"SubnetId": "{main.b}"}],
            },
            f"'{member}' cannot be specified for application load balancers",
            API + "CreateLoadBalancer: SubnetMappings",
        )
        for member, given in (("AllocationId", "eipalloc-0"), ("PrivateIPv4Address", "10.0.0.9"))
    ),
    refused(
        "ModifyCapacityReservation",
        "no-capacity",
        "A capacity or none any more; the message is a guess.",
        {"LoadBalancerArn": "{idle}"},
        "A minimum load balancer capacity or a reset of it must be specified",
        API + "ModifyCapacityReservation",
    ),
)
