"""One request through a load balancer: the pure functions in order, and the invocation between them."""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from localalb import event, faults, response, routing
from localalb.event import Settings
from localalb.faults import Fault
from localalb.journal import Journal, Record
from localalb.message import Request, Response
from localalb.runtime.pool import Pool, Throttled
from localalb.topology import (
    FixedResponse,
    Forward,
    Function,
    Listener,
    LoadBalancer,
    Redirect,
    TargetGroup,
    Unsupported,
)


@dataclass(slots=True)
class Outcome:
    """What the journal is told of an exchange, filled in as it goes."""

    target_group: str = ""
    request_id: str = ""
    reason: str = ""
    why: str = ""


class Exchange:
    """Answers requests. `groups` gives the target groups as they are now."""

    def __init__(self, pool: Pool, journal: Journal, groups: Callable[[], Mapping[str, TargetGroup]]) -> None:
        self._pool = pool
        self._journal = journal
        self._groups = groups

    async def answer(self, balancer: LoadBalancer, listener: Listener, request: Request) -> Response:
        """The response to a request; every fault is one."""
        outcome = Outcome()
        began = time.perf_counter()
        try:
            result = await self._respond(balancer, listener, request, outcome)
        except Fault as fault:
            result = fault.response()
            outcome.reason, outcome.why = fault.reason, fault.why
        self._record(balancer, listener, request, result.status, outcome, time.perf_counter() - began)
        return result

    def refuse(
        self, balancer: LoadBalancer, listener: Listener, fault: Fault, peer: tuple[str, int]
    ) -> Response:
        """The response to what never became a request."""
        request = Request("-", "-", peer=peer)
        outcome = Outcome(reason=fault.reason, why=fault.why)
        self._record(balancer, listener, request, fault.status, outcome, 0.0)
        return fault.response()

    async def _respond(
        self, balancer: LoadBalancer, listener: Listener, request: Request, outcome: Outcome
    ) -> Response:
        check(request)
        action = routing.route(listener, request).action
        match action:
            case Forward():
                return await self._forward(balancer, action, request, outcome)
            case Redirect():
                return routing.redirect(action, request)
            case FixedResponse():
                return routing.fixed(action)
            case Unsupported():
                raise Fault(500, f"localalb does not perform {action.what}")

    async def _forward(
        self, balancer: LoadBalancer, action: Forward, request: Request, outcome: Outcome
    ) -> Response:
        arn = routing.pick(action, random.random())
        group = self._groups().get(arn)
        if group is None:
            raise Fault(500, f"the target group {arn} is not of type lambda, which is all localalb serves")
        outcome.target_group = group.name
        function = target(group)
        if (request.first("upgrade") or "").lower() == "websocket":
            raise Fault(400, "a Lambda target takes no WebSocket upgrade", faults.WEBSOCKET)
        if len(request.body) > event.MAX_BODY:
            why = f"the body is over {event.MAX_BODY} bytes, which is all a Lambda target takes"
            raise Fault(413, why, faults.REQUEST_TOO_LARGE)
        trace = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
        headers = event.forwarded(
            request, Settings.of(balancer.attributes), dns_name=balancer.dns_name, trace=trace
        )
        payload = json.dumps(
            event.build(
                request, target_group=group.arn, multi_value=group.multi_value_headers, headers=headers
            ),
            ensure_ascii=False,
        )
        result = await self._invoke(function, payload.encode(), trace, outcome)
        return response.parse(result, multi_value=group.multi_value_headers)

    async def _invoke(self, function: Function, payload: bytes, trace: str, outcome: Outcome) -> bytes:
        try:
            result = await self._pool.invoke(function, payload, trace=f"Root={trace}")
        except Throttled as error:
            raise Fault(502, str(error), faults.THROTTLING) from None
        outcome.request_id = result.request_id
        if result.failure:
            raise Fault(502, f"{function.name} failed: {result.problem()}", faults.UNHANDLED)
        return result.payload

    def _record(
        self,
        balancer: LoadBalancer,
        listener: Listener,
        request: Request,
        status: int,
        outcome: Outcome,
        seconds: float,
    ) -> None:
        self._journal.add(
            Record(
                time=datetime.now(UTC).isoformat(timespec="milliseconds"),
                load_balancer=balancer.name,
                port=listener.port,
                client=f"{request.peer[0]}:{request.peer[1]}",
                method=request.method,
                target=request.target,
                status=status,
                duration_ms=round(seconds * 1000, 3),
                reason=outcome.reason,
                why=outcome.why,
                target_group=outcome.target_group,
                request_id=outcome.request_id,
            )
        )


def check(request: Request) -> None:
    """What ALB refuses whatever the rules say (user guide, "Troubleshoot your load balancers")."""
    if request.method == "TRACE":
        raise Fault(405, "ALB does not allow the method TRACE")
    event.check_forwarded_for(request)


def target(group: TargetGroup) -> Function:
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
