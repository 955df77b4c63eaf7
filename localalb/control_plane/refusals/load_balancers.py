"""What Elastic Load Balancing refuses of load balancers: names, subnets, security groups, deletion."""

from __future__ import annotations

import re

from localalb.control_plane.existing import Existing, LoadBalancer
from localalb.control_plane.refusals.reason import Api, Refusal, invalid


def name(call: Api, existing: Existing) -> Refusal | None:
    """CreateLoadBalancer, `Name`. The words about a hyphen and about `internal-` are a guess."""
    found = call.get("Name") or ""
    start = f"The load balancer name '{found}' "
    if len(found) > 32:  # cfn-lint #3259
        return invalid(start + "cannot be longer than '32' characters")
    if re.search(r"[^A-Za-z0-9-]", found) or not found:
        return invalid(start + "can only contain characters that are alphanumeric characters and hyphens(-)")
    if found[0] == "-" or found[-1] == "-":
        return invalid(start + "cannot begin or end with a hyphen(-)")
    if found.startswith("internal-"):
        return invalid(start + "cannot begin with 'internal-'")
    return None


def subnets_or_mappings(call: Api, existing: Existing) -> Refusal | None:
    """CreateLoadBalancer, `Subnets`: "either subnets or subnet mappings, but not both". A guess of words."""
    if call.get("Subnets") and call.get("SubnetMappings"):
        return invalid("You must specify either subnets or subnet mappings, but not both")
    return None


def addresses_of_network_load_balancers(call: Api, existing: Existing) -> Refusal | None:
    """CreateLoadBalancer and SetSubnets, SubnetMapping: an Application Load Balancer gets its addresses from
    AWS. A guess of words."""
    if not _is_application(call, existing):
        return None
    for mapping in call.get("SubnetMappings") or ():
        for member in ("AllocationId", "PrivateIPv4Address", "IPv6Address"):
            if mapping.get(member):
                return invalid(f"'{member}' cannot be specified for application load balancers")
    return None


def ipv6_subnets(call: Api, existing: Existing) -> Refusal | None:
    """User guide, "IP address type": dual stack takes subnets with IPv6. Words:
    aws-load-balancer-controller #4852."""
    balancer = existing.load_balancers.get(call.get("LoadBalancerArn", ""))
    kind = call.get("IpAddressType") or (balancer.ip_address_type if balancer else "ipv4")
    subnets = _subnets(call) or (balancer.subnets if balancer else ())
    narrow = any(id in existing.subnets and not existing.subnets[id].ipv6 for id in subnets)
    if not kind.startswith("dualstack") or not narrow:
        return None
    return invalid("You must specify subnets with an associated IPv6 CIDR block.")


def subnets_exist(call: Api, existing: Existing) -> Refusal | None:
    """SubnetNotFound of CreateLoadBalancer and SetSubnets. The words are a guess, EC2's."""
    for id in _subnets(call):
        if id not in existing.subnets:
            return Refusal("SubnetNotFound", f"The subnet ID '{id}' does not exist")
    return None


def security_groups_exist(call: Api, existing: Existing) -> Refusal | None:
    """InvalidSecurityGroup of CreateLoadBalancer and SetSecurityGroups. The words are a guess."""
    for id in call.get("SecurityGroups") or ():
        if id not in existing.security_groups:
            return Refusal("InvalidSecurityGroup", f"The security group '{id}' does not exist")
    return None


def one_subnet_a_zone(call: Api, existing: Existing) -> Refusal | None:
    zones = [existing.subnets[id].zone for id in _subnets(call) if id in existing.subnets]
    if len(zones) == len(set(zones)):
        return None
    words = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
    return Refusal("InvalidConfigurationRequest", words)


def two_zones(call: Api, existing: Existing) -> Refusal | None:
    """SetSubnets, `Subnets`: "[Application Load Balancers] ... at least two Availability Zones"."""
    if not _is_application(call, existing):
        return None
    subnets = _subnets(call)
    if any(id not in existing.subnets for id in subnets):
        return None
    if len({existing.subnets[id].zone for id in subnets}) >= 2:
        return None
    words = "At least two subnets in two different Availability Zones must be specified"
    return Refusal("ValidationError", words)


def one_vpc(call: Api, existing: Existing) -> Refusal | None:
    """A load balancer stays in its VPC (provider #18317). Of the codes that SetSubnets documents, this is the
    one that fits, InvalidSubnet being for one out of addresses. The words are a guess."""
    vpcs = {existing.subnets[id].vpc for id in _subnets(call) if id in existing.subnets}
    if balancer := existing.load_balancers.get(call.get("LoadBalancerArn", "")):
        vpcs.add(balancer.vpc)
    if len(vpcs) < 2:
        return None
    words = "All subnets must be in the VPC of the load balancer"
    return Refusal("InvalidConfigurationRequest", words)


def security_groups_of_the_vpc(call: Api, existing: Existing) -> Refusal | None:
    if balancer := existing.load_balancers.get(call.get("LoadBalancerArn", "")):
        vpcs = {balancer.vpc}
    else:
        vpcs = {existing.subnets[id].vpc for id in _subnets(call) if id in existing.subnets}
    groups = (existing.security_groups.get(id) for id in call.get("SecurityGroups") or ())
    if all(vpc is None or vpc in vpcs for vpc in groups):
        return None
    return Refusal("InvalidConfigurationRequest", "One or more security groups are invalid")


def name_of_another_load_balancer(call: Api, existing: Existing) -> Refusal | None:
    for balancer in existing.load_balancers.values():
        if balancer.name == call["Name"] and not _same_load_balancer(call, balancer):
            words = (
                f"A load balancer with the same name '{balancer.name}' exists, but with different settings"
            )
            return Refusal("DuplicateLoadBalancerName", words)
    return None


def _same_load_balancer(call: Api, balancer: LoadBalancer) -> bool:
    # Guess: which settings count is not documented. Tags do not here.
    return (
        (call.get("Type") or "application") == balancer.type
        and (call.get("Scheme") or "internet-facing") == balancer.scheme
        and (call.get("IpAddressType") or "ipv4") == balancer.ip_address_type
        and set(_subnets(call)) == balancer.subnets
        and set(call.get("SecurityGroups") or ()) == balancer.security_groups
    )


def a_capacity(call: Api, existing: Existing) -> Refusal | None:
    """ModifyCapacityReservation: a capacity, or none any more. A guess of words."""
    if call.get("MinimumLoadBalancerCapacity") or call.get("ResetCapacityReservation"):
        return None
    return invalid("A minimum load balancer capacity or a reset of it must be specified")


def deletion_protection(call: Api, existing: Existing) -> Refusal | None:
    balancer = existing.load_balancers.get(call["LoadBalancerArn"])
    if balancer is None or balancer.attributes.get("deletion_protection.enabled") != "true":
        return None
    words = f"Load balancer '{balancer.arn}' cannot be deleted because deletion protection is enabled"
    return Refusal("OperationNotPermitted", words)


def _subnets(call: Api) -> list[str]:
    mapped = (each["SubnetId"] for each in call.get("SubnetMappings") or ())
    return [*(call.get("Subnets") or ()), *mapped]


def _is_application(call: Api, existing: Existing) -> bool:
    balancer = existing.load_balancers.get(call.get("LoadBalancerArn", ""))
    return (balancer.type if balancer else call.get("Type") or "application") == "application"
