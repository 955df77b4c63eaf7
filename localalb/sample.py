"""The event that a load balancer would make of a request, where there is neither: all of it is imagined."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from localalb.balancer.explain import explain
from localalb.balancer.topology import Forward, Listener, LoadBalancer, Rule, Target, TargetGroup
from localalb.runtime.function import Function
from localalb.serving import imagined

_ACCOUNT = "us-east-1:123456789012"
_FUNCTION = Function(
    arn=f"arn:aws:lambda:{_ACCOUNT}:function:sample",
    name="sample",
    version="$LATEST",
    handler="app.handler",
    runtime="python3.13",
    timeout=3,
    memory_size=128,
    code_sha256="",
    log_group="/aws/lambda/sample",
)
_GROUP = f"arn:aws:elasticloadbalancing:{_ACCOUNT}:targetgroup/sample/0123456789abcdef"


def event(
    method: str, url: str, headers: Sequence[str], body: bytes, source: str, *, multi_value: bool
) -> dict[str, Any]:
    """What a function gets of a request to a listener that has no rule but its default. `url` is a path or
    has a scheme, a name and a port, `headers` are lines as curl takes them, `multi_value` is the target
    group's mode.

    Raises `ValueError` where the request is refused or none, or `source` is no IP address.
    """
    group = TargetGroup(_GROUP, "sample", multi_value, (Target(_FUNCTION.arn, _FUNCTION, permitted=True),))
    try:
        parts = urlsplit(url)
        protocol = (parts.scheme or "http").upper()
        port = parts.port or imagined.PORTS.get(protocol.lower(), 80)
    except ValueError:
        raise ValueError(f"{url!r} is no URL: write http://NAME/PATH, or a path such as /api/x") from None
    rule = Rule("", None, (), Forward(((_GROUP, 1),)))
    balancer = LoadBalancer("", "sample", "sample-1234567890.us-east-1.elb.amazonaws.com")
    served = imagined.Served(balancer, Listener("", port, protocol, (rule,)), None)
    try:
        meant = imagined.asked(url, [served])
        data = imagined.raw(method, meant, headers, body)
        known = partial(explain, groups={_GROUP: group})
        found = imagined.explained_at(meant, method, data, source, [served], known)
    except LookupError as error:
        raise ValueError(str(error)) from None
    if found.event is None:
        refusal = found.refusal
        raise ValueError(f"a load balancer refuses this: {refusal.status} {refusal.why}" if refusal else "")
    return found.event
