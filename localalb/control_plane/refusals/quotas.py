"""The quotas of Application Load Balancers (user guide, "Quotas").

Those that no account may raise are refused here or beside what they are about: target groups a load balancer
and an action, targets of a function's group, values and wildcards a rule. Those that an account may raise are
not: whether it has is nothing a stack says, and a load balancer of 200 rules is a real one. Their default is
told of once, in the log, when it is passed.
"""

from __future__ import annotations

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.actions import groups_of
from localalb.control_plane.refusals.reason import Api, Refusal

TARGET_GROUPS = 100
RULES, LISTENERS, LOAD_BALANCERS = 100, 50, 50


def target_groups(call: Api, existing: Existing) -> Refusal | None:
    """TooManyUniqueTargetGroupsPerLoadBalancer. Words: aws-load-balancer-controller #3767. The groups of the
    rule or listener that a call changes still count: AWS's own way is not public."""
    wanted = groups_of(call.get("DefaultActions") or call.get("Actions") or ())
    owner = existing.owner(call.get("ListenerArn", "")) or existing.owner_of_rule(call.get("RuleArn", ""))
    balancer = owner[0] if owner else existing.load_balancers.get(call.get("LoadBalancerArn", ""))
    if balancer is None:
        return None
    has = {group for listener in balancer.listeners for group in listener.groups}
    if len(has | set(wanted)) <= max(TARGET_GROUPS, len(has)):
        return None
    return Refusal(
        "TooManyUniqueTargetGroupsPerLoadBalancer",
        "You have reached the maximum number of unique target groups that you can associate with a load "
        f"balancer of type 'application': [{TARGET_GROUPS}]",
    )


def passed(operation: str, call: Api, existing: Existing) -> str | None:
    """What to tell of a call that passes the default of a quota an account may raise."""
    balancer = existing.load_balancers.get(call.get("LoadBalancerArn", ""))
    match operation:
        case "CreateRule" if owner := existing.owner(call["ListenerArn"]):
            rules = [rule for each in owner[0].listeners for rule in each.rules if rule.priority is not None]
            what, count, quota = f"rules of the load balancer {owner[0].name}", len(rules), RULES
        case "CreateListener" if balancer:
            what = f"listeners of the load balancer {balancer.name}"
            count, quota = len(balancer.listeners), LISTENERS
        case "CreateLoadBalancer":
            what, count, quota = "load balancers", len(existing.load_balancers), LOAD_BALANCERS
        case _:
            return None
    if count != quota:
        return None
    return f"on AWS an account has a quota of {quota} {what}; this is one more: ask for a higher one there"
