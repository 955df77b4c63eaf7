"""What a rule does, in a few words for people."""

from __future__ import annotations

from collections.abc import Mapping

from localalb.balancer.topology import (
    FixedResponse,
    Forward,
    Listener,
    Redirect,
    Rule,
    TargetGroup,
    Unsupported,
)
from localalb.login.settings import Login


def default(listener: Listener, groups: Mapping[str, TargetGroup]) -> str:
    """What a listener does with what no other rule takes."""
    return action(listener.rules[-1], groups) if listener.rules else "nothing"


def action(rule: Rule, groups: Mapping[str, TargetGroup]) -> str:
    """Such as `forward to function orders` or `redirect 301 to https://#{host}:443/#{path}?#{query}`."""
    match rule.action:
        case Forward(groups=shares):
            words = "forward to " + _targets(shares, groups)
        case Redirect() as redirect:
            query = f"?{redirect.query}" if redirect.query else ""
            where = f"{redirect.protocol.lower()}://{redirect.host}:{redirect.port}{redirect.path}{query}"
            words = f"redirect {redirect.status} to {where}"
        case FixedResponse(status=status):
            words = f"fixed-response {status}"
        case Unsupported(what):
            words = f"{what}, which localalb does not perform"
    match rule.authentication:
        case None:
            return words
        case Login():
            return f"login, then {words}"
        case _:
            return f"token, then {words}"


def _targets(shares: tuple[tuple[str, int], ...], groups: Mapping[str, TargetGroup]) -> str:
    """Where requests go, with the weights where there are several."""
    if len(shares) == 1:
        return _target(shares[0][0], groups)
    return ", ".join(f"{_target(arn, groups)} ({weight})" for arn, weight in shares)


def _target(arn: str, groups: Mapping[str, TargetGroup]) -> str:
    group = groups.get(arn)
    if group is not None and group.type == "lambda" and len(group.targets) == 1:
        return "function " + group.targets[0].arn.partition(":function:")[2]
    return "target group " + arn.rpartition(":targetgroup/")[2].partition("/")[0]
