"""Why a request goes where it goes, without sending it: the functions that answer requests, asked one by one.

Nothing is decided here. `condition` says which conditions hold, `routing` what an action makes of a request,
`exchange` and the modules of targets what is refused, `event` what a function would get. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from localalb.balancer import event, local_address, routing
from localalb.balancer.address_target import check as check_for_addresses
from localalb.balancer.address_target import routable
from localalb.balancer.entrance import ACTIONS, has_login
from localalb.balancer.event import Settings
from localalb.balancer.exchange import check, served
from localalb.balancer.explanation import (
    ConditionVerdict,
    Destination,
    Explanation,
    Gate,
    Refusal,
    RuleVerdict,
)
from localalb.balancer.health import DISABLED, TargetHealth
from localalb.balancer.lambda_target import check_for_lambda, target
from localalb.balancer.topology import (
    FixedResponse,
    Forward,
    Listener,
    LoadBalancer,
    Redirect,
    Rule,
    TargetGroup,
    Unsupported,
)
from localalb.balancer.transforms import rewritten
from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.message import Request
from localalb.http.place import written
from localalb.login import identity
from localalb.login.settings import CALLBACK, Authentication, Login, Provider, Token
from localalb.runtime import code
from localalb.runtime.function import Invocable
from localalb.runtime.result import unsupported_runtime

Event = dict[str, Any]
Stuck = Callable[[Forward, Request], str | None]
"""The target group that a request's cookie names, by ARN."""
Reached = Callable[[Provider], Provider]
Health = Callable[[str, str], TargetHealth]


class Share(NamedTuple):
    """A target group, what it gets of such requests, and whether a cookie gives it that."""

    arn: str
    part: float
    sticky: bool


def explain(
    balancer: LoadBalancer,
    listener: Listener,
    request: Request,
    *,
    groups: Mapping[str, TargetGroup] | None = None,
    stuck: Stuck = lambda action, request: None,
    health: Health = lambda group, target: DISABLED,
    reached: Reached = lambda provider: provider,
    ports: Mapping[int, int] | None = None,
    trace: str = "",
) -> Explanation:
    """What becomes of a request at a listener.

    `health` is that of a target group's target, `reached` gives a provider as it is asked, or raises `Fault`.
    `ports` are the local ports of the load balancer's listeners by their own, `trace` the id of the event's
    X-Amzn-Trace-Id.
    """
    found = _asked(balancer, listener, request)
    trace = event.trace_of(request, trace)
    try:
        check(request)
        settings = Settings.of({**balancer.attributes, **listener.attributes})
        if settings.preserve_host:
            request = request.origin_form()
        if request.path == CALLBACK and has_login(listener):
            return replace(found, gate=Gate(ACTIONS[Login], back=True))
        rule = routing.route(listener, request)
    except Fault as fault:
        return _refused(found, fault)

    found = _routed(found, listener, rule, request)
    if rule.authentication is not None:
        found = replace(found, gate=_gate(rule.authentication, reached))
    if isinstance(rule.authentication, Login):
        request = replace(request, headers=identity.without(request.headers))
    try:
        match rule.action:
            case Redirect():
                return _redirected(found, rule.action, request, ports or {})
            case FixedResponse():
                return _fixed(found, rule.action)
            case Forward():
                found, request = _rewritten(found, rule, request)
                shares = _shares(rule.action, stuck(rule.action, request))
                event_for = partial(_event, request, balancer, settings, trace)
                every = [_destination(each, request, groups or {}, health, event_for) for each in shares]
                return _forwarded(found, every)
            case Unsupported():
                raise Fault(500, f"localalb does not perform {rule.action.what}")
    except Fault as fault:
        return _refused(found, fault)


def unreadable(balancer: LoadBalancer, listener: Listener, request: Request, fault: Fault) -> Explanation:
    """What becomes of bytes that are no request; `request` is what they were meant to be."""
    return _refused(_asked(balancer, listener, request), fault)


def conditions(rule: Rule, request: Request) -> tuple[ConditionVerdict, ...]:
    """Whether each of a rule's conditions holds, and of what."""
    return tuple(
        ConditionVerdict(
            each.field,
            each.header,
            each.values or tuple(value if key is None else f"{key}={value}" for key, value in each.pairs),
            each.regexes,
            tuple(map(_text, each.compared(request))),
            bool(each.holds(request)),
        )
        for each in rule.conditions
    )


def _asked(balancer: LoadBalancer, listener: Listener, request: Request) -> Explanation:
    return Explanation(
        load_balancer=balancer.name,
        dns_name=balancer.dns_name,
        port=listener.port,
        protocol=listener.protocol,
        listener=listener.arn,
        mutual=listener.mutual.mode if listener.mutual else "",
        method=_text(request.method),
        target=_text(request.target),
        source=request.peer[0],
    )


def _refused(found: Explanation, fault: Fault) -> Explanation:
    return replace(found, status=fault.status, refusal=_refusal(fault))


def _refusal(fault: Fault) -> Refusal:
    return Refusal(fault.status, fault.reason, fault.why)


def _routed(found: Explanation, listener: Listener, taken: Rule, request: Request) -> Explanation:
    tried = listener.rules[: listener.rules.index(taken) + 1]
    verdicts = tuple(
        RuleVerdict(_priority(rule), rule.arn, conditions(rule, request), taken=rule is taken)
        for rule in tried
    )
    return replace(found, rules=verdicts, untried=len(listener.rules) - len(tried), rule=_priority(taken))


def _gate(wanted: Authentication, reached: Reached) -> Gate:
    """What becomes of who shows nothing at a gate (`login.gate.Gate.passes`)."""
    if isinstance(wanted, Token):
        return Gate(ACTIONS[Token], wanted.issuer, 401)
    issuer = wanted.provider.issuer
    match wanted.unauthenticated:
        case "authenticate":
            try:
                return Gate(ACTIONS[Login], issuer, 302, reached(wanted.provider).authorization)
            except Fault as fault:
                return Gate(ACTIONS[Login], issuer, fault.status, why=fault.why)
        case "deny":
            return Gate(ACTIONS[Login], issuer, 401)
        case "allow":
            return Gate(ACTIONS[Login], issuer, None)


def _redirected(
    found: Explanation, action: Redirect, request: Request, ports: Mapping[int, int]
) -> Explanation:
    response = local_address.with_local_ports(routing.redirect(action, request), request, ports)
    location = _text(dict(response.headers)["Location"])
    return replace(found, action="redirect", status=response.status, location=location)


def _fixed(found: Explanation, action: FixedResponse) -> Explanation:
    response = routing.fixed(action)
    return replace(
        found,
        action="fixed-response",
        status=response.status,
        content_type=_text(dict(response.headers)["Content-Type"]),
        body=response.body.decode(),
    )


def _rewritten(found: Explanation, rule: Rule, request: Request) -> tuple[Explanation, Request]:
    made = rewritten(rule.transforms, request)
    if made.why:
        raise Fault(500, made.why)
    found = replace(
        found, action="forward", rewritten_host=_text(made.host), rewritten_target=_text(made.uri)
    )
    return found, made.request


def _event(
    request: Request, balancer: LoadBalancer, settings: Settings, trace: str, group: TargetGroup
) -> Event:
    check_for_lambda(request)
    headers = event.forwarded(request, settings, dns_name=balancer.dns_name, trace=trace)
    return event.build(
        request, target_group=group.arn, multi_value=group.multi_value_headers, headers=headers
    )


def _shares(action: Forward, stuck: str | None) -> list[Share]:
    """What each target group gets of such requests, the greatest share first."""
    if stuck is None:
        routing.pick(action, 0.0)  # refuses where every weight is 0
    total = sum(weight for _, weight in action.groups)
    shares = [
        Share(arn, float(arn == stuck) if stuck else weight / total, arn == stuck)
        for arn, weight in action.groups
    ]
    return sorted(shares, key=lambda each: -each.part)


def _destination(
    share: Share,
    request: Request,
    groups: Mapping[str, TargetGroup],
    health: Health,
    event_for: Callable[[TargetGroup], Event],
) -> tuple[Destination, Event | None]:
    """What a target group does with a request, and the event for its function."""
    name = share.arn.rpartition(":targetgroup/")[2].partition("/")[0]
    found = Destination(name, *share)
    made = None
    try:
        group = served(groups, share.arn)
        if group.type == "lambda":
            function = target(group)
            found = replace(found, function=function.arn)
            made = event_for(group)
            check_runtime(function)
        else:
            check_for_addresses(replace(request, body=b""), group)  # a body of any length flows
            usable = (each.reached for each in routable(group, health))
            found = replace(found, addresses=tuple(written(where) for where in usable if where))
    except Fault as fault:
        found = replace(found, refusal=_refusal(fault))
    return found, made


def _forwarded(found: Explanation, every: Sequence[tuple[Destination, Event | None]]) -> Explanation:
    """It is refused where every target group with a share refuses; the event is the first that is sent."""
    refusals = [destination.refusal for destination, _ in every if destination.share]
    refusal = refusals[0] if all(refusals) else None
    return replace(
        found,
        destinations=tuple(destination for destination, _ in every),
        status=refusal.status if refusal else None,
        refusal=refusal,
        event=next((made for destination, made in every if destination.share and made), None),
    )


def check_runtime(function: Invocable) -> None:
    """What `runtime.pool` refuses to run is a failed invocation."""
    for version in function.versions:
        if not code.RUNTIME.fullmatch(version.runtime):
            raise Fault(502, unsupported_runtime(version).problem(), faults.UNHANDLED)


def _priority(rule: Rule) -> str:
    return "default" if rule.priority is None else str(rule.priority)


def _text(raw: str) -> str:
    """One character a byte -> the text that was most likely meant; what is not UTF-8 as an escape."""
    return raw.encode("latin-1").decode("utf-8", "backslashreplace")
