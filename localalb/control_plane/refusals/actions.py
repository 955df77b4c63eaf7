"""What Elastic Load Balancing refuses of the actions of rules and listeners."""

from __future__ import annotations

from typing import Any

from localalb.control_plane.arns import load_balancer_of
from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals import logins
from localalb.control_plane.refusals.reason import Api, Refusal, invalid

_FINAL = ("forward", "redirect", "fixed-response")
_CONFIGS = {
    "redirect": "RedirectConfig",
    "fixed-response": "FixedResponseConfig",
    "authenticate-oidc": "AuthenticateOidcConfig",
    "authenticate-cognito": "AuthenticateCognitoConfig",
    "jwt-validation": "JwtValidationConfig",
}
_TYPES = ("text/plain", "text/css", "text/html", "application/javascript", "application/json")
_WEEK = 604800


def target_group_of_another_load_balancer(call: Api, existing: Existing) -> Refusal | None:
    """A target group serves one load balancer. The call is about a listener or a rule."""
    listener_or_rule = call.get("ListenerArn") or call.get("RuleArn") or ""
    mine = call.get("LoadBalancerArn") or load_balancer_of(listener_or_rule)
    shared = [arn for arn in groups_of(_actions(call)) if any(user != mine for user in existing.users(arn))]
    if not shared:
        return None
    words = "The following target groups cannot be associated with more than one load balancer: "
    return Refusal("TargetGroupAssociationLimit", words + ", ".join(shared))


def an_action(call: Api, existing: Existing) -> Refusal | None:
    """Provider #40022 has the words, of ModifyListener."""
    return None if _actions(call) else invalid("An action must be specified")


def one_final_action(call: Api, existing: Existing) -> Refusal | None:
    """CreateRule, `Actions`: exactly one of forward, redirect and fixed-response, performed last."""
    ordered = sorted(_actions(call), key=lambda each: each.get("Order") or 0)
    final = [each.get("Type") in _FINAL for each in ordered]
    if not ordered or (final[-1] and final.count(True) == 1):
        return None
    return _wrong("Exactly one action of type 'forward', 'redirect' or 'fixed-response' must come last")


def each_action(call: Api, existing: Existing) -> Refusal | None:
    """The actions one by one, in their listener."""
    protocol, port = _listener(call, existing)
    for action in _actions(call):
        kind = action.get("Type")
        name = _CONFIGS.get(kind or "", "")
        config: Api = action.get(name) or {}
        if name and not config:  # terraform #32620
            return _wrong(f"For actions of type '{kind}', you must specify the following fields: '{name}'")
        match kind:
            case "forward":
                found = _forward(action)
            case "redirect":
                found = _redirect(config, protocol, port)
            case "fixed-response":
                found = _fixed_response(config)
            case _:
                found = logins.authenticate(kind or "", config, protocol)
        if found:
            return found
    return None


def one_login(call: Api, existing: Existing) -> Refusal | None:
    return logins.one(_actions(call))


def _forward(action: Api) -> Refusal | None:
    """TargetGroupTuple, `Weight`; TargetGroupStickinessConfig. All the words but the first are a guess."""
    config: Api = action.get("ForwardConfig") or {}
    groups = config.get("TargetGroups") or ()
    arns, arn = {each.get("TargetGroupArn") for each in groups}, action.get("TargetGroupArn")
    if arn and groups and arns != {arn}:  # Action, `ForwardConfig`
        return _wrong("'TargetGroupArn' must be the one target group of 'ForwardConfig'")
    if not groups and not action.get("TargetGroupArn"):  # in the manner of the other types
        return _wrong(
            "For actions of type 'forward', you must specify the following fields: 'TargetGroupArn'"
        )
    if len(groups) > 5:  # user guide, quotas: target groups an action
        return _wrong("A forward action can only have '5' target groups")
    for each in groups:  # all may be 0: nothing public says that this is refused
        if not 0 <= (each.get("Weight") or 0) <= 999:
            return invalid(f"Target group weight '{each['Weight']}' must be between '0-999' inclusive")
    stickiness: Api = config.get("TargetGroupStickinessConfig") or {}
    seconds = stickiness.get("DurationSeconds")
    if seconds is not None and not 1 <= seconds <= _WEEK:
        return invalid(f"Target group stickiness duration '{seconds}' must be between '1-{_WEEK}' inclusive")
    if stickiness.get("Enabled") and seconds is None:
        return invalid("A duration must be specified for target group stickiness")
    return None


def _redirect(config: Api, protocol: str | None, port: int | None) -> Refusal | None:
    """RedirectActionConfig. The loop's words: alb-ingress #487; the others' are a guess."""
    to = config.get("Protocol") or "#{protocol}"
    if protocol == "HTTPS" and to == "HTTP":
        return _wrong("You cannot redirect HTTPS to HTTP")
    path, gate = config.get("Path") or "/#{path}", str(config.get("Port") or "#{port}")
    if not path.startswith("/"):
        return _wrong(f"The redirect path '{path}' must begin with '/'")
    if gate != "#{port}" and not (gate.isdecimal() and 1 <= int(gate) <= 65535):
        return _wrong(f"The redirect port '{gate}' must be between '1-65535' inclusive or '#{{port}}'")
    same = (
        to in ("#{protocol}", protocol)
        and gate in ("#{port}", str(port))
        and (config.get("Host") or "#{host}") == "#{host}"
        and path == "/#{path}"
    )
    return _wrong("The redirect configuration is not valid because it creates a loop.") if same else None


def client_secret(call: Api, existing: Existing) -> Refusal | None:
    """CreateListener and CreateRule, AuthenticateOidcActionConfig: `ClientSecret` is required where there was
    no action before. A guess of words."""
    for action in _actions(call):
        config: Api = action.get("AuthenticateOidcConfig") or {}
        if action.get("Type") == "authenticate-oidc" and not config.get("ClientSecret"):
            return _wrong("A client secret must be specified")
    return None


def _fixed_response(config: Api) -> Refusal | None:
    """FixedResponseActionConfig, `ContentType`; moto has the words."""
    if (config.get("ContentType") or _TYPES[0]) in _TYPES:
        return None
    return _wrong(
        "The ContentType must be one of:'text/html', 'application/json', 'application/javascript', "
        "'text/css', 'text/plain'"
    )


_wrong = logins.wrong


def _actions(call: Api) -> Any:
    return call.get("DefaultActions") or call.get("Actions") or ()


def _listener(call: Api, existing: Existing) -> tuple[str | None, int | None]:
    """The protocol and the port of the listener that a call's actions are for, as they become."""
    owner = existing.owner(call.get("ListenerArn", "")) or existing.owner_of_rule(call.get("RuleArn", ""))
    protocol, port = (owner[1].protocol, owner[1].port) if owner else (None, None)
    return call.get("Protocol") or protocol, call.get("Port") or port


def groups_of(actions: Any) -> list[str]:
    """The target groups of some actions."""
    found: list[str] = []
    for action in actions:
        config: Api = action.get("ForwardConfig") or {}
        found += [each["TargetGroupArn"] for each in config.get("TargetGroups") or ()]
        found += filter(None, [action.get("TargetGroupArn")])
    return list(dict.fromkeys(found))
