"""The calls that AWS refuses and moto does not: a function a reason, from a call and what there is to a
`Refusal` or None.

`REFUSALS` says which reasons are asked about which call, after what the API reference says of its values;
each has its case in tests/cases/calls. What a call names and does not exist is moto's to refuse, but where a
function says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals import (
    actions,
    aliases,
    attributes,
    functions,
    listeners,
    load_balancers,
    rules,
    shapes,
    target_groups,
)
from localalb.control_plane.refusals.reason import Api, Reason, Refusal

__all__ = ["FUNCTIONS", "LOAD_BALANCING", "REFUSALS", "Refusal", "refusal"]


def refusal(operation: str, call: Api, existing: Existing) -> Refusal | None:
    """Why AWS refuses a call, None where it does not. `call` are the operation's parameters."""
    if broken := shapes.refusal(operation, call):
        return broken
    found = (reason(call, existing) for reason in REFUSALS.get(operation, ()))
    return next(filter(None, found), None)


_ACTIONS: tuple[Reason, ...] = (
    actions.one_final_action,
    actions.one_login,
    actions.each_action,
    actions.target_group_of_another_load_balancer,
)
_CONDITIONS: tuple[Reason, ...] = (rules.counts, rules.each_condition)
_SETTINGS: tuple[Reason, ...] = (
    functions.runtime,
    functions.environment,
    functions.layers,
    functions.network,
)

LOAD_BALANCING: Mapping[str, tuple[Reason, ...]] = {
    "CreateLoadBalancer": (
        load_balancers.name,
        load_balancers.subnets_or_mappings,
        load_balancers.subnets_exist,
        load_balancers.one_subnet_a_zone,
        load_balancers.two_zones,
        load_balancers.one_vpc,
        load_balancers.security_groups_exist,
        load_balancers.security_groups_of_the_vpc,
        load_balancers.name_of_another_load_balancer,
    ),
    "SetSubnets": (
        load_balancers.subnets_or_mappings,
        load_balancers.subnets_exist,
        load_balancers.one_subnet_a_zone,
        load_balancers.two_zones,
        load_balancers.one_vpc,
    ),
    "SetSecurityGroups": (load_balancers.security_groups_exist, load_balancers.security_groups_of_the_vpc),
    "SetIpAddressType": (),
    "ModifyLoadBalancerAttributes": (
        attributes.within("Load balancer", attributes.LOAD_BALANCER),
        attributes.bucket_for_logs,
    ),
    "DeleteLoadBalancer": (load_balancers.deletion_protection,),
    "CreateTargetGroup": (target_groups.health_check, target_groups.name_of_another_target_group),
    "ModifyTargetGroup": (target_groups.health_check,),
    "ModifyTargetGroupAttributes": (
        attributes.within("Target group", attributes.TARGET_GROUP),
        attributes.slow_start,
        target_groups.multi_value_of_a_function,
    ),
    "DeleteTargetGroup": (target_groups.target_group_in_use,),
    "RegisterTargets": (
        target_groups.one_function,
        target_groups.zone_of_a_function,
        target_groups.may_be_invoked,
    ),
    "CreateListener": (
        listeners.certificates,
        listeners.security_policy,
        actions.an_action,
        *_ACTIONS,
        actions.client_secret,
        listeners.port_of_another_listener,
    ),
    "ModifyListener": (
        listeners.certificates,
        listeners.security_policy,
        listeners.port_in_use,
        *_ACTIONS,
    ),
    "ModifyListenerAttributes": (attributes.within("Listener", attributes.LISTENER),),
    "AddListenerCertificates": (listeners.more_certificates, listeners.certificates_exist),
    "RemoveListenerCertificates": (listeners.default_certificate,),
    "CreateRule": (
        rules.a_condition,
        *_CONDITIONS,
        actions.an_action,
        *_ACTIONS,
        actions.client_secret,
        rules.priority_in_use,
    ),
    "ModifyRule": (rules.default_rule("modified"), *_CONDITIONS, *_ACTIONS),
    "DeleteRule": (rules.default_rule("deleted"),),
    "SetRulePriorities": (rules.default_rule("moved"), rules.priority_in_use),
}

FUNCTIONS: Mapping[str, tuple[Reason, ...]] = {
    "CreateFunction": (
        functions.name_length,
        functions.runtime_and_handler,
        *_SETTINGS,
        functions.tags,
        functions.code,
    ),
    "UpdateFunctionConfiguration": _SETTINGS,
    "UpdateFunctionCode": (functions.code,),
    "DeleteFunction": (functions.latest_is_not_deleted,),
    "Invoke": (functions.payload,),
    "PutFunctionConcurrency": (functions.concurrency,),
    "AddPermission": (functions.permission,),
    "PublishVersion": (functions.code_sha256,),
    "CreateAlias": (aliases.new_name, aliases.versions),
    "UpdateAlias": (aliases.known_name, aliases.versions),
    "TagResource": (functions.tags,),
}

REFUSALS: Mapping[str, tuple[Reason, ...]] = {**LOAD_BALANCING, **FUNCTIONS}
