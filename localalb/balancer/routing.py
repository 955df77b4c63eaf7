"""Request x listener -> what to do. Pure: conditions, weights, redirects and fixed responses.

User guide, "Listener rules for your Application Load Balancer" and "Rule condition types".
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network

from localalb.balancer import regexes, wildcard
from localalb.balancer.topology import Condition, FixedResponse, Forward, Listener, Redirect, Rule
from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.message import Pairs, Request, Response, octets


def route(listener: Listener, request: Request) -> Rule:
    """The first rule, in ascending priority, all of whose conditions hold; the default rule is last."""
    for rule in listener.rules:
        if all(holds(condition, request) for condition in rule.conditions):
            return rule
    raise Fault(
        500, f"the listener {listener.arn} has no default rule, which the control plane should not allow"
    )


def holds(condition: Condition, request: Request) -> bool:
    """Whether a request meets one condition: any one of its values suffices."""
    if condition.field == "query-string":
        return any(_has_pair(request.query_pairs, key, value) for key, value in condition.pairs)
    if condition.regexes:
        return _matches(condition, request)
    fits = _FITS[condition.field]
    for text in compared(condition, request):
        for value in condition.values:
            if fits(value, text):
                return True
    return False


def compared(condition: Condition, request: Request) -> Sequence[str]:
    """What of a request a condition is about: none, one or several texts, as they came. `explanation` shows
    them."""
    match condition.field:
        case "path-pattern":
            return (request.path,)
        case "host-header":
            # A regular expression may match the port too (provider 6, `aws_lb_listener_rule`: `host_header`).
            # Guess: otherwise the port in the Host header takes no part.
            return (_authority(request) if condition.regexes else host(request),)
        case "http-request-method":
            return (request.method,)
        case "http-header":
            return request.values(condition.header)
        case "source-ip":
            # The peer's address, never X-Forwarded-For.
            return (request.peer[0],)
        case _:
            return [f"{key}={value}" for key, value in request.query_pairs]


def host(request: Request) -> str:
    """The name a request asks for, without a port: an absolute-form target's authority replaces Host."""
    return re.sub(r":\d*$", "", _authority(request))


def _authority(request: Request) -> str:
    return request.authority or request.first("host") or ""


def _matches(condition: Condition, request: Request) -> bool:
    """Whether one of a condition's regular expressions matches somewhere in what it is about.

    Unlike a value one may match a part (aws-cli #9792 has a path's beginning). Headers match in any case
    (user guide, "HTTP header conditions"); that host names do, as they do by value, is a guess.
    """
    ignore_case = condition.field != "path-pattern"
    return any(
        regexes.matches(regex, text, ignore_case=ignore_case)
        for regex in condition.regexes
        for text in compared(condition, request)
    )


def _has_pair(pairs: Pairs, key: str | None, value: str) -> bool:
    # Guess: the raw text is compared, as ALB decodes no query anywhere else.
    return any(
        (key is None or wildcard.matches(key, name, ignore_case=True, escapes=True))
        and wildcard.matches(value, text, ignore_case=True, escapes=True)
        for name, text in pairs
    )


def _in_any_case(value: str, text: str) -> bool:
    return wildcard.matches(value, text, ignore_case=True)


def _in_block(value: str, text: str) -> bool:
    return ip_address(text) in ip_network(value, strict=False)


_FITS: dict[str, Callable[[str, str], bool]] = {
    "host-header": _in_any_case,
    "path-pattern": wildcard.matches,
    "http-header": _in_any_case,
    "http-request-method": operator.eq,
    "source-ip": _in_block,
}


def pick(forward: Forward, draw: float) -> str:
    """The target group's ARN for `draw`, a number in [0, 1). Groups of weight 0 get nothing."""
    total = sum(weight for _, weight in forward.groups)
    if total == 0:
        raise Fault(503, "every target group of the rule has weight 0")
    point = draw * total
    for arn, weight in forward.groups:
        if point < weight:
            return arn
        point -= weight
    raise AssertionError("draw must be below 1")


def redirect(action: Redirect, request: Request) -> Response:
    """Where a redirect sends a request. Location always carries the port, and a query only when there is
    one (observed: the rows redirect-... of tests/cases/rules.py). `#{path}` is the path without its first
    slash."""
    parts = {
        "protocol": request.scheme,
        "host": host(request),
        "port": str(request.port),
        "path": request.path.removeprefix("/"),
        "query": request.query,
    }

    def fill(text: str) -> str:
        return re.sub(r"#\{(protocol|host|port|path|query)\}", lambda found: parts[found[1]], octets(text))

    scheme = fill(action.protocol).lower()
    query = fill(action.query)
    location = f"{scheme}://{fill(action.host)}:{fill(action.port)}{fill(action.path)}"
    if query:
        location += f"?{query}"
    headers = (("Content-Type", "text/html"), ("Location", location))
    return Response(action.status, headers, faults.page(action.status), faults.phrase(action.status))


def fixed(action: FixedResponse) -> Response:
    """The response a rule holds. The exact headers of a real one are unverified."""
    headers = (("Content-Type", octets(action.content_type or "text/plain")),)
    return Response(action.status, headers, action.body.encode(), faults.phrase(action.status))
