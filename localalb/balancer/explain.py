"""Why a request goes where it goes, without sending it: the functions that answer requests, asked one by one.

Nothing is decided here. `routing` says which conditions hold and what an action makes of a request,
`exchange` what is refused, `event` what a function would get. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from localalb.balancer import event, local_address, routing
from localalb.balancer.event import Settings
from localalb.balancer.exchange import check, check_for_lambda, served, target
from localalb.balancer.explanation import ConditionVerdict, Destination, Explanation, Refusal, RuleVerdict
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
from localalb.runtime import code
from localalb.runtime.function import Invocable
from localalb.runtime.result import unsupported_runtime

Event = dict[str, Any]
Stuck = Callable[[Forward, Request], str | None]
"""The target group that a request's cookie names, by ARN."""


def explain(
    balancer: LoadBalancer,
    listener: Listener,
    request: Request,
    *,
    groups: Mapping[str, TargetGroup] | None = None,
    stuck: Stuck = lambda action, request: None,
    ports: Mapping[int, int] | None = None,
    trace: str = "",
) -> Explanation:
    """What becomes of a request at a listener.

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
        rule = routing.route(listener, request)
    except Fault as fault:
        return _refused(found, fault)

    found = _routed(found, listener, rule, request)
    try:
        match rule.action:
            case Redirect():
                return _redirected(found, rule.action, request, ports or {})
            case FixedResponse():
                return _fixed(found, rule.action)
            case Forward():
                found, request = _rewritten(found, rule, request)
                event_for = partial(_event, request, balancer, settings, trace)
                return _forwarded(found, rule.action, stuck(rule.action, request), groups or {}, event_for)
            case Unsupported():
                raise Fault(500, f"localalb does not perform {rule.action.what}")
    except Fault as fault:
        return _refused(found, fault)


def unreadable(balancer: LoadBalancer, listener: Listener, request: Request, fault: Fault) -> Explanation:
    """What becomes of bytes that are no request; `request` is what they were meant to be."""
    return _refused(_asked(balancer, listener, request), fault)


def conditions(rule: Rule, request: Request) -> tuple[ConditionVerdict, ...]:
    """What `routing` finds of each of a rule's conditions, and in what."""
    return tuple(
        ConditionVerdict(
            each.field,
            each.header,
            each.values or tuple(value if key is None else f"{key}={value}" for key, value in each.pairs),
            each.regexes,
            tuple(map(_text, routing.compared(each, request))),
            routing.holds(each, request),
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
        method=_text(request.method),
        target=_text(request.target),
        source=request.peer[0],
    )


def _refused(found: Explanation, fault: Fault) -> Explanation:
    return replace(found, status=fault.status, refusal=Refusal(fault.status, fault.reason, fault.why))


def _routed(found: Explanation, listener: Listener, taken: Rule, request: Request) -> Explanation:
    tried = listener.rules[: listener.rules.index(taken) + 1]
    verdicts = tuple(
        RuleVerdict(_priority(rule), rule.arn, conditions(rule, request), taken=rule is taken)
        for rule in tried
    )
    return replace(found, rules=verdicts, untried=len(listener.rules) - len(tried), rule=_priority(taken))


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


def _forwarded(
    found: Explanation,
    action: Forward,
    stuck: str | None,
    groups: Mapping[str, TargetGroup],
    event_for: Callable[[TargetGroup], Event],
) -> Explanation:
    """The target groups by their shares, greatest first, and the event for the first that can be called."""
    if stuck is None:
        routing.pick(action, 0.0)  # refuses where every weight is 0
    total = sum(weight for _, weight in action.groups)
    shares = ((arn, float(arn == stuck) if stuck else weight / total) for arn, weight in action.groups)
    destinations, made = [], None
    for arn, share in sorted(shares, key=lambda each: -each[1]):
        function, refusal = "", None
        try:
            group = served(groups, arn)
            invocable = target(group)
            function = invocable.arn
            sent = event_for(group)
            made = made or (sent if share else None)
            check_runtime(invocable)
        except Fault as fault:
            refusal = Refusal(fault.status, fault.reason, fault.why)
        name = arn.rpartition(":targetgroup/")[2].partition("/")[0]
        destinations.append(Destination(name, arn, share, arn == stuck, function, refusal))
    refusals = [each.refusal for each in destinations if each.share]
    refusal = refusals[0] if all(refusals) else None
    return replace(
        found,
        destinations=tuple(destinations),
        status=refusal.status if refusal else None,
        refusal=refusal,
        event=made,
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
