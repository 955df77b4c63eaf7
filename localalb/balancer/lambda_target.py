"""A target group whose target is a function: the event, the invocation, the response.

User guide, "Lambda functions as targets".
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any, Protocol

import orjson

from localalb.balancer import event, response
from localalb.balancer.event import Settings
from localalb.balancer.reply import Reply
from localalb.balancer.topology import TargetGroup
from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.limits import MAX_BODY
from localalb.http.message import Flow, Request, Response
from localalb.runtime.function import Invocable
from localalb.runtime.result import Result, Throttled


class Invoker(Protocol):
    """What runs functions: `runtime.pool.Pool`."""

    async def invoke(self, function: Invocable, payload: bytes, *, trace: str = "") -> Result: ...

    def waits(self, caller: asyncio.Task[Any]) -> bool: ...


async def call(pool: Invoker, group: TargetGroup, reply: Reply, settings: Settings) -> Response:
    """What the group's function answers. Raises `Fault`."""
    function = target(group)
    balancer = reply.balancer
    if reply.request.flow is not None:
        reply.request = await whole(reply.request, reply.request.flow, balancer.idle_timeout)
    request = reply.request
    check_for_lambda(request)
    trace = reply.entry.trace
    headers = event.forwarded(request, settings, dns_name=balancer.dns_name, trace=trace)
    built = event.build(
        request, target_group=group.arn, multi_value=group.multi_value_headers, headers=headers
    )
    payload = reply.payload = orjson.dumps(built)
    reply.invoked, began = time.time(), time.perf_counter()
    try:
        result = await pool.invoke(function, payload, trace=trace)
    except Throttled as error:
        raise Fault(502, str(error), faults.THROTTLING) from None
    reply.entry.target_duration = time.perf_counter() - began
    reply.request_id, reply.result = result.request_id, result
    if result.failure:
        reason = faults.RESOURCE_NOT_FOUND if result.failure == "missing" else faults.UNHANDLED
        raise Fault(502, f"{function.name} failed: {result.problem()}", reason)
    parsed = response.parse(result.payload, multi_value=group.multi_value_headers)
    reply.entry.target_status = parsed.status
    return parsed


async def whole(request: Request, flow: Flow, idle: int) -> Request:
    """The request with all of its body; of one that is too long, a byte more than Lambda takes. Raises
    `Fault` where nothing comes for so many seconds."""
    body = bytearray()
    try:
        while True:
            async with asyncio.timeout(idle):
                piece = await flow.piece()
            if not piece:
                return replace(request, body=bytes(body))
            body += piece[: max(MAX_BODY + 1 - len(body), 0)]
    except TimeoutError:
        raise faults.request_timeout() from None


def check_for_lambda(request: Request) -> None:
    """What ALB refuses only where the target is a function."""
    if "websocket" in (request.first("upgrade") or "").lower():
        raise Fault(400, "a Lambda target takes no WebSocket upgrade", faults.WEBSOCKET)
    if len(request.body) > MAX_BODY:
        why = f"the body is over {MAX_BODY} bytes, which is all a Lambda target takes"
        raise Fault(413, why, faults.REQUEST_TOO_LARGE)


def target(group: TargetGroup) -> Invocable:
    """The function a target group calls, or the fault that says why there is none."""
    if not group.targets:
        raise Fault(503, f"the target group {group.name} has no registered target")
    chosen = group.targets[0]
    if chosen.function is None:
        # Guess: the access log has the reason; that the status is 502 is not stated.
        raise Fault(502, f"{chosen.arn} does not exist", faults.RESOURCE_NOT_FOUND)
    if not chosen.permitted:
        why = (
            f"the resource policy of {chosen.function.name} does not let "
            f"elasticloadbalancing.amazonaws.com invoke it for {group.arn}"
        )
        raise Fault(502, why, faults.ACCESS_DENIED)
    return chosen.function
