"""The calls that AWS refuses and moto does not: a function a reason, from a call and what there is to a
`Refusal` or None.

`REFUSALS` says which reasons are asked about which call; each has its case in tests/cases/calls.py. What a
call names and does not exist is moto's to refuse, so no function here minds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localalb.control_plane import discovery, permission
from localalb.control_plane.existing import Existing, Listener, LoadBalancer, TargetGroup

Api = Mapping[str, Any]

# User guide, "Lambda functions as targets": health checks are off by default; every 35 s, within 30 s, the
# path /.
LAMBDA_HEALTH_CHECK: Api = {
    "HealthCheckEnabled": "false",
    "HealthCheckPath": "/",
    "HealthCheckIntervalSeconds": 35,
    "HealthCheckTimeoutSeconds": 30,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of the API: `code` and `message` as AWS has them, `status` of HTTP."""

    code: str
    message: str
    status: int = 400


Reason = Callable[[Api, Existing], Refusal | None]


def refusal(operation: str, call: Api, existing: Existing) -> Refusal | None:
    """Why AWS refuses a call, None where it does not. `call` are the operation's parameters."""
    found = (reason(call, existing) for reason in REFUSALS.get(operation, ()))
    return next(filter(None, found), None)


def one_subnet_a_zone(call: Api, existing: Existing) -> Refusal | None:
    zones = [existing.subnets[id].zone for id in _subnets(call) if id in existing.subnets]
    if len(zones) == len(set(zones)):
        return None
    words = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
    return Refusal("InvalidConfigurationRequest", words)


def two_zones(call: Api, existing: Existing) -> Refusal | None:
    """SetSubnets, `Subnets`: "[Application Load Balancers] ... at least two Availability Zones"."""
    balancer = existing.load_balancers.get(call.get("LoadBalancerArn", ""))
    if (balancer.type if balancer else call.get("Type") or "application") != "application":
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


def name_of_another_target_group(call: Api, existing: Existing) -> Refusal | None:
    for group in existing.target_groups.values():
        if group.name == call["Name"] and not _same_target_group(call, group):
            words = f"A target group with the same name '{group.name}' exists, but with different settings"
            return Refusal("DuplicateTargetGroupName", words)
    return None


def _same_target_group(call: Api, group: TargetGroup) -> bool:
    wanted = {"TargetType": "instance"} | dict(call)
    if wanted["TargetType"] == "lambda":
        wanted = {**LAMBDA_HEALTH_CHECK, **wanted}
    return all(
        str(wanted[name]).lower() == str(value).lower()
        for name, value in group.settings.items()
        if wanted.get(name) is not None
    )


def deletion_protection(call: Api, existing: Existing) -> Refusal | None:
    balancer = existing.load_balancers.get(call["LoadBalancerArn"])
    if balancer is None or not balancer.protected:
        return None
    words = f"Load balancer '{balancer.arn}' cannot be deleted because deletion protection is enabled"
    return Refusal("OperationNotPermitted", words)


def target_group_in_use(call: Api, existing: Existing) -> Refusal | None:
    arn = call["TargetGroupArn"]
    if not _users(arn, existing):
        return None
    words = f"Target group '{arn}' is currently in use by a listener or a rule"
    return Refusal("ResourceInUse", words)


def target_group_of_another_load_balancer(call: Api, existing: Existing) -> Refusal | None:
    """A target group serves one load balancer. The call is about a listener or a rule."""
    mine = call.get("LoadBalancerArn") or _owner_of(call.get("ListenerArn") or call.get("RuleArn") or "")
    actions = call.get("DefaultActions") or call.get("Actions") or ()
    shared = [arn for arn in groups_of(actions) if any(user != mine for user in _users(arn, existing))]
    if not shared:
        return None
    words = "The following target groups cannot be associated with more than one load balancer: "
    return Refusal("TargetGroupAssociationLimit", words + ", ".join(shared))


def may_be_invoked(call: Api, existing: Existing) -> Refusal | None:
    group = existing.target_groups.get(call["TargetGroupArn"])
    if group is None or group.settings.get("TargetType") != "lambda":
        return None
    for target in call["Targets"]:
        arn = target["Id"]
        policy = existing.policy(arn)
        if policy is None:
            return Refusal("InvalidTarget", "The specified target does not exist")
        if not permission.allows(policy, function_arn=arn, target_group_arn=group.arn):
            words = "elasticloadbalancing principal does not have permission to invoke"
            return Refusal("AccessDenied", f"{words} {arn} from target group {group.arn}", 403)
    return None


def port_of_another_listener(call: Api, existing: Existing) -> Refusal | None:
    balancer = existing.load_balancers.get(call["LoadBalancerArn"])
    for listener in balancer.listeners if balancer else ():
        if listener.port == call.get("Port") and not _same_listener(call, listener):
            words = "A listener already exists on this port for this load balancer"
            return Refusal("DuplicateListener", f"{words} '{call['LoadBalancerArn']}'")
    return None


def _same_listener(call: Api, listener: Listener) -> bool:
    return (
        call.get("Protocol") == listener.protocol
        and _certificate(call) == listener.certificate
        and bool(call.get("DefaultActions"))
        and discovery.action(call["DefaultActions"]) == discovery.action(listener.actions)
    )


def port_in_use(call: Api, existing: Existing) -> Refusal | None:
    owner = existing.owner(call["ListenerArn"])
    if owner is None:
        return None
    balancer, mine = owner
    others = [listener.port for listener in balancer.listeners if listener is not mine]
    if call.get("Port") not in others:
        return None
    return Refusal("ValidationError", f"Listener port '{call['Port']}' is already in use")


def certificate_for_https(call: Api, existing: Existing) -> Refusal | None:
    owner = existing.owner(call.get("ListenerArn", ""))
    if call.get("Protocol") != "HTTPS" or _certificate(call) or (owner and owner[1].certificate):
        return None
    return Refusal("ValidationError", "A certificate must be specified for HTTPS listeners")


def _subnets(call: Api) -> list[str]:
    mapped = (each["SubnetId"] for each in call.get("SubnetMappings") or ())
    return [*(call.get("Subnets") or ()), *mapped]


def _certificate(call: Api) -> str | None:
    return next((each["CertificateArn"] for each in call.get("Certificates") or ()), None)


def groups_of(actions: Any) -> list[str]:
    """The target groups of some actions."""
    found: list[str] = []
    for action in actions:
        config: Api = action.get("ForwardConfig") or {}
        found += [each["TargetGroupArn"] for each in config.get("TargetGroups") or ()]
        found += filter(None, [action.get("TargetGroupArn")])
    return list(dict.fromkeys(found))


def _users(group: str, existing: Existing) -> set[str]:
    """The load balancers with a rule that names a target group."""
    return {
        balancer.arn
        for balancer in existing.load_balancers.values()
        for listener in balancer.listeners
        if group in listener.groups
    }


def _owner_of(arn: str) -> str:
    """The ARN of the load balancer of a listener or a rule, by the ARN of that."""
    start, _, path = arn.replace(":listener-rule/", ":listener/").partition(":listener/")
    return f"{start}:loadbalancer/{'/'.join(path.split('/')[:3])}"


REFUSALS: Mapping[str, tuple[Reason, ...]] = {
    "CreateLoadBalancer": (
        one_subnet_a_zone,
        two_zones,
        one_vpc,
        security_groups_of_the_vpc,
        name_of_another_load_balancer,
    ),
    "SetSubnets": (one_subnet_a_zone, two_zones, one_vpc),
    "SetSecurityGroups": (security_groups_of_the_vpc,),
    "DeleteLoadBalancer": (deletion_protection,),
    "CreateTargetGroup": (name_of_another_target_group,),
    "DeleteTargetGroup": (target_group_in_use,),
    "RegisterTargets": (may_be_invoked,),
    "CreateListener": (
        certificate_for_https,
        port_of_another_listener,
        target_group_of_another_load_balancer,
    ),
    "ModifyListener": (certificate_for_https, port_in_use, target_group_of_another_load_balancer),
    "CreateRule": (target_group_of_another_load_balancer,),
    "ModifyRule": (target_group_of_another_load_balancer,),
}
