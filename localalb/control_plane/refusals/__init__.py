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
    concurrency,
    event_sources,
    function_urls,
    functions,
    invocations,
    layers,
    listeners,
    load_balancers,
    logs,
    permissions,
    qualifiers,
    quotas,
    rules,
    shapes,
    tags,
    target_groups,
    transforms,
    versions,
)
from localalb.control_plane.refusals.reason import Api, Reason, Refusal

__all__ = ["ADDED", "FUNCTIONS", "LOAD_BALANCING", "REFUSALS", "Refusal", "refusal"]


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
    quotas.target_groups,
)
_CONDITIONS: tuple[Reason, ...] = (rules.counts, rules.each_condition)
_TRANSFORMS: tuple[Reason, ...] = (transforms.one_of_each, transforms.each_transform)
_SETTINGS: tuple[Reason, ...] = (
    functions.runtime,
    functions.environment,
    layers.of_a_function,
    functions.network,
    functions.logging,
)
_SUBNETS: tuple[Reason, ...] = (
    load_balancers.subnets_or_mappings,
    load_balancers.subnets_exist,
    load_balancers.one_subnet_a_zone,
    load_balancers.two_zones,
    load_balancers.one_vpc,
    load_balancers.addresses_of_network_load_balancers,
    load_balancers.ipv6_subnets,
)
_SECURE: tuple[Reason, ...] = (
    listeners.certificates,
    listeners.security_policy,
    listeners.mutual_authentication,
    listeners.alpn_policy,
)

LOAD_BALANCING: Mapping[str, tuple[Reason, ...]] = {
    "CreateLoadBalancer": (
        load_balancers.name,
        *_SUBNETS,
        load_balancers.security_groups_exist,
        load_balancers.security_groups_of_the_vpc,
        tags.of_load_balancing,
        load_balancers.name_of_another_load_balancer,
    ),
    "SetSubnets": _SUBNETS,
    "SetSecurityGroups": (load_balancers.security_groups_exist, load_balancers.security_groups_of_the_vpc),
    "SetIpAddressType": (load_balancers.ipv6_subnets,),
    "ModifyLoadBalancerAttributes": (
        attributes.within("Load balancer", attributes.LOAD_BALANCER),
        logs.bucket_and_prefix,
        logs.may_be_written,
    ),
    "ModifyCapacityReservation": (load_balancers.a_capacity,),
    "DeleteLoadBalancer": (load_balancers.deletion_protection,),
    "CreateTargetGroup": (
        target_groups.health_check,
        tags.of_load_balancing,
        target_groups.name_of_another_target_group,
    ),
    "ModifyTargetGroup": (target_groups.health_check,),
    "ModifyTargetGroupAttributes": (
        attributes.within("Target group", attributes.TARGET_GROUP),
        target_groups.slow_start_of_a_function,
        attributes.slow_start,
        attributes.reserved_cookie,
        target_groups.multi_value_of_a_function,
    ),
    "DeleteTargetGroup": (target_groups.target_group_in_use,),
    "RegisterTargets": (
        target_groups.a_target,
        target_groups.one_function,
        target_groups.zone_of_a_function,
        target_groups.addresses,
        target_groups.may_be_invoked,
    ),
    "CreateListener": (
        *_SECURE,
        actions.an_action,
        *_ACTIONS,
        actions.client_secret,
        tags.of_load_balancing,
        listeners.port_of_another_listener,
    ),
    "ModifyListener": (*_SECURE, listeners.port_in_use, *_ACTIONS),
    "ModifyListenerAttributes": (attributes.within("Listener", attributes.LISTENER),),
    "AddListenerCertificates": (
        listeners.one_certificate,
        listeners.more_certificates,
        listeners.certificates_exist,
    ),
    "RemoveListenerCertificates": (listeners.default_certificate,),
    "CreateRule": (
        rules.a_condition,
        *_CONDITIONS,
        actions.an_action,
        *_ACTIONS,
        *_TRANSFORMS,
        actions.client_secret,
        tags.of_load_balancing,
        rules.priority_in_use,
    ),
    "ModifyRule": (
        rules.default_rule("modified"),
        *_CONDITIONS,
        *_ACTIONS,
        transforms.set_or_reset,
        *_TRANSFORMS,
    ),
    "DeleteRule": (rules.default_rule("deleted"), rules.known_rule),
    "SetRulePriorities": (rules.default_rule("moved"), rules.priority_in_use),
    "AddTags": (tags.of_load_balancing,),
}

FUNCTIONS: Mapping[str, tuple[Reason, ...]] = {
    "CreateFunction": (
        functions.name_length,
        functions.of_an_image,
        functions.runtime_and_handler,
        *_SETTINGS,
        tags.of_functions,
        functions.code,
    ),
    "UpdateFunctionConfiguration": (*_SETTINGS, versions.revision),
    "UpdateFunctionCode": (functions.code, versions.revision),
    "DeleteFunction": (qualifiers.one_qualifier, versions.latest_is_not_deleted),
    "PublishVersion": (versions.code_sha256, versions.revision),
    "CreateAlias": (aliases.new_name, aliases.versions),
    "UpdateAlias": (aliases.known_name, aliases.versions, versions.revision),
    "AddPermission": (qualifiers.one_qualifier, permissions.permission),
    "RemovePermission": (qualifiers.one_qualifier,),
    "Invoke": (qualifiers.one_qualifier, invocations.payload, invocations.client_context),
    "PutFunctionEventInvokeConfig": (qualifiers.one_qualifier, invocations.event_settings),
    "PutFunctionConcurrency": (concurrency.reserved,),
    "PutProvisionedConcurrencyConfig": (concurrency.provisioned,),
    "CreateFunctionUrlConfig": (
        qualifiers.one_qualifier,
        function_urls.of_what_exists,
        function_urls.one,
    ),
    "UpdateFunctionUrlConfig": (
        qualifiers.one_qualifier,
        function_urls.of_what_exists,
        function_urls.is_there,
    ),
    "DeleteFunctionUrlConfig": (qualifiers.one_qualifier, function_urls.is_there),
    "CreateEventSourceMapping": (event_sources.source, event_sources.queue),
    "UpdateEventSourceMapping": (event_sources.is_there,),
    "DeleteEventSourceMapping": (event_sources.is_there,),
    "PublishLayerVersion": (layers.content,),
    "TagResource": (tags.of_functions,),
    "UntagResource": (),
}

REFUSALS: Mapping[str, tuple[Reason, ...]] = {**LOAD_BALANCING, **FUNCTIONS}

ADDED = frozenset({"ModifyCapacityReservation", "PutProvisionedConcurrencyConfig"})
"""The operations that moto lacks, which modules beside this folder add."""
