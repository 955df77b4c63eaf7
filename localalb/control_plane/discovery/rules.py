"""The rules of DescribeRules."""

from __future__ import annotations

from collections.abc import Iterable

from localalb.balancer.condition import Condition
from localalb.balancer.topology import (
    Action,
    FixedResponse,
    Forward,
    Redirect,
    Rule,
    Transform,
    Unsupported,
)
from localalb.control_plane.discovery.api import Api
from localalb.control_plane.discovery.logins import AUTHENTICATE, authentication


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Ascending priority, the default rule last (user guide, "Listener rules")."""
    return tuple(sorted(rules, key=lambda rule: (rule.priority is None, rule.priority or 0)))


def rule(api: Api) -> Rule:
    """A rule of DescribeRules."""
    priority = str(api["Priority"])
    return Rule(
        arn=api["RuleArn"],
        priority=None if priority == "default" else int(priority),
        conditions=tuple(condition(each) for each in api.get("Conditions", ())),
        action=action(api["Actions"]),
        authentication=authentication(api["Actions"]),
        transforms=tuple(transform(each) for each in api.get("Transforms") or ()),
    )


def condition(api: Api) -> Condition:
    """A condition of DescribeRules; the old form (`Values`) and the new (`HostHeaderConfig`, ...)."""
    name = api["Field"]
    key = "".join(part.capitalize() for part in name.split("-")) + "Config"
    config: Api = api.get(key) or {}
    if name == "query-string":
        pairs = tuple((each.get("Key"), each["Value"]) for each in config.get("Values", ()))
        return Condition(name, pairs=pairs)
    values = tuple(config.get("Values") or api.get("Values") or ())
    regexes = tuple(config.get("RegexValues") or api.get("RegexValues") or ())
    return Condition(name, values=values, header=config.get("HttpHeaderName", ""), regexes=regexes)


def transform(api: Api) -> Transform:
    """A transform of DescribeRules; it has one rewrite (provider #44702)."""
    type = api["Type"]
    config: Api = api["UrlRewriteConfig" if type == "url-rewrite" else "HostHeaderRewriteConfig"]
    (rewrite,) = config["Rewrites"]
    return Transform(type, rewrite["Regex"], rewrite.get("Replace") or "")


def action(actions: Iterable[Api]) -> Action:
    """The action of a rule: the last in order is the routing action, those before authenticate."""
    ordered = sorted(actions, key=lambda each: each.get("Order") or 0)
    for each in ordered:
        if each["Type"] not in ("forward", "redirect", "fixed-response", *AUTHENTICATE):
            return Unsupported(f"the action {each['Type']}")
    last = ordered[-1]
    match last["Type"]:
        case "redirect":
            return _redirect(last["RedirectConfig"])
        case "fixed-response":
            config = last["FixedResponseConfig"]
            return FixedResponse(
                int(config["StatusCode"]), config.get("ContentType"), config.get("MessageBody") or ""
            )
        case _:
            return _forward(last)


def _forward(api: Api) -> Forward:
    config: Api = api.get("ForwardConfig") or {}
    groups = tuple(
        (each["TargetGroupArn"], int(each.get("Weight", 1))) for each in config.get("TargetGroups", ())
    )
    stickiness: Api = config.get("TargetGroupStickinessConfig") or {}
    seconds = int(stickiness.get("DurationSeconds") or 0) if stickiness.get("Enabled") else None
    return Forward(groups or ((api["TargetGroupArn"], 1),), seconds)


def _redirect(api: Api) -> Redirect:
    names = ("protocol", "host", "port", "path", "query")
    parts = {name: api[name.capitalize()] for name in names if api.get(name.capitalize()) is not None}
    return Redirect(int(api["StatusCode"].removeprefix("HTTP_")), **parts)
