"""Request x listener -> what to do. Pure: rules, weights, redirects and fixed responses.

User guide, "Listener rules for your Application Load Balancer".
"""

from __future__ import annotations

import re

from localalb.balancer.topology import FixedResponse, Forward, Listener, Redirect, Rule
from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.message import Request, Response, octets


def route(listener: Listener, request: Request) -> Rule:
    """The first rule, in ascending priority, all of whose conditions hold; the default rule is last."""
    for rule in listener.rules:
        for condition in rule.conditions:
            if not condition.holds(request):
                break
        else:
            return rule
    raise Fault(
        500, f"the listener {listener.arn} has no default rule, which the control plane should not allow"
    )


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
        "host": request.host,
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
