"""One request through a load balancer: the pure functions in order, and the invocation between them."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from localalb.balancer import entrance, event, lambda_target, local_address, response, routing
from localalb.balancer.access_log import Entry
from localalb.balancer.address_target import AddressTargets
from localalb.balancer.event import AllSettings, Settings
from localalb.balancer.journal import Journal
from localalb.balancer.lambda_target import Invoker
from localalb.balancer.overheard import Overheard
from localalb.balancer.reply import Reply
from localalb.balancer.sticky import Sticky
from localalb.balancer.topology import (
    FixedResponse,
    Forward,
    Listener,
    LoadBalancer,
    Redirect,
    TargetGroup,
    Transform,
    Unsupported,
)
from localalb.balancer.trace import new_trace
from localalb.balancer.transforms import rewritten
from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.masking import masked
from localalb.http.message import Request, Response
from localalb.http.visible import visible_line
from localalb.login.gate import Gate
from localalb.login.settings import CALLBACK

logger = logging.getLogger("localalb.exchange")


class Exchange:
    """Answers requests. `groups` gives the target groups as they are now, `log` takes access log entries,
    `ports` gives the local ports of a load balancer's listeners, by their own, `addresses` asks the targets
    that are no functions; `gate` lets clients in where a rule asks something of them first."""

    def __init__(
        self,
        pool: Invoker,
        journal: Journal,
        groups: Callable[[], Mapping[str, TargetGroup]],
        log: Callable[[LoadBalancer, Entry], None] = lambda balancer, entry: None,
        ports: Callable[[LoadBalancer], Mapping[int, int]] = lambda balancer: {},
        addresses: AddressTargets | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._pool = pool
        self._journal = journal
        self._groups = groups
        self._log = log
        self._ports = ports
        self._gate = gate or Gate()
        self._addresses = addresses
        self._sticky = Sticky()
        self._settings = AllSettings()

    async def answer(self, balancer: LoadBalancer, listener: Listener, request: Request) -> Reply:
        """The reply to a request; every fault is one. Cancelled, as its client has gone, it is a 460."""
        if request.flow is not None:
            request = replace(request, flow=Overheard(request.flow))
        reply = _reply(balancer, listener, request)
        try:
            reply.response = await self._respond(reply)
        except Fault as fault:
            _refuse(reply, fault)
        except asyncio.CancelledError:
            self.finish(reply, sent=0, gone=True)
            raise
        except Exception:
            # A defect of localalb's own. The client must get an answer and the developer the traceback.
            logger.exception("%s %s", request.method, visible_line(masked(request.target)))
            _refuse(reply, Fault(500, "localalb itself failed; its log has the traceback"))
        if reply.cookies:
            reply.response = replace(reply.response, headers=reply.response.headers + reply.cookies)
        reply.response = response.decorate(reply.response, listener.attributes, secure=request.secure)
        if reply.response.has("location"):
            reply.response = local_address.with_local_ports(reply.response, request, self._ports(balancer))
        if reply.response.flow is not None and reply.response.status != 101:
            reply.response = replace(reply.response, flow=Overheard(reply.response.flow))
        return reply

    def streams(self, begun: Callable[[], tuple[Listener, Request]]) -> bool:
        """Whether the body of a request, of which the head is there, is to be passed on as it comes."""
        if self._addresses is None or not self._addresses.serves:
            return False
        groups = self._groups()
        try:
            action = routing.route(*begun()).action
        except Fault:  # `answer` will meet it again
            return False
        return isinstance(action, Forward) and any(
            arn in groups and groups[arn].type != "lambda" for arn, _ in action.groups
        )

    def waits(self, work: asyncio.Task[Any]) -> bool:
        """Whether the task, which answers a request, waits for a function that does not run yet."""
        return self._pool.waits(work)

    def refuse(self, balancer: LoadBalancer, listener: Listener, request: Request, fault: Fault) -> Reply:
        """The reply to what never became a request."""
        reply = _reply(balancer, listener, replace(request, port=listener.port))
        _refuse(reply, fault)
        return reply

    def finish(self, reply: Reply, *, sent: int, gone: bool = False) -> None:
        """Note a reply that was sent, or (`gone`) that nobody was there for any more: 460 in the logs."""
        if gone:
            reply.why = reply.why or "the client closed the connection before it was answered"
        entry = reply.entry
        entry.finished = time.time()
        entry.sent = sent
        entry.status = 460 if gone else reply.response.status
        self._log(reply.balancer, entry)
        self._journal.add(reply, self._groups())

    async def _respond(self, reply: Reply) -> Response:
        reply.entry.trace = event.trace_of(reply.request, new_trace())
        check(reply.request)
        settings = self._settings.of(reply.balancer, reply.listener)
        if settings.preserve_host:
            reply.request = reply.request.origin_form()
        request = reply.request
        reply.entry.rule = "-1"  # what the log says where the evaluation itself fails
        if request.path == CALLBACK and entrance.has_login(reply.listener):
            return await entrance.back(self._gate, reply.listener, request, reply.entry)
        rule = routing.route(reply.listener, request)
        reply.entry.rule = str(rule.priority or 0)
        if rule.authentication is not None:
            passed = await entrance.enter(self._gate, rule, reply.balancer, request, reply.entry)
            if isinstance(passed, Response):
                return passed
            request = reply.request = passed.request
            reply.cookies = passed.cookies
        match rule.action:
            case Forward():
                if rule.transforms:
                    reply.request = _transformed(rule.transforms, reply)
                return await self._forward(rule.action, reply, settings)
            case Redirect():
                redirected = routing.redirect(rule.action, request)
                reply.entry.did("redirect")
                reply.entry.redirect = dict(redirected.headers)["Location"]
                return redirected
            case FixedResponse():
                reply.entry.did("fixed-response")
                return routing.fixed(rule.action)
            case Unsupported():
                raise Fault(500, f"localalb does not perform {rule.action.what}")

    async def _forward(self, action: Forward, reply: Reply, settings: Settings) -> Response:
        reply.entry.did("forward")
        now = int(time.time())
        arn = self.stuck(action, reply.request, now) or routing.pick(action, random.random())
        reply.entry.target_group = arn
        group = served(self._groups(), arn)
        if group.type == "lambda" or self._addresses is None:
            result = await lambda_target.call(self._pool, group, reply, settings)
        else:
            result = await self._addresses.call(group, reply, settings)
        if action.stickiness is not None:
            cookies = self._sticky.cookies(arn, now, action.stickiness)
            result = replace(result, headers=result.headers + cookies)
        return result

    def stuck(self, action: Forward, request: Request, now: int) -> str | None:
        """The group this client's cookie names, while the rule still gives it traffic."""
        if action.stickiness is None:
            return None
        arn = self._sticky.group(request.values("cookie"), now, action.stickiness)
        return arn if any(arn == each and weight > 0 for each, weight in action.groups) else None


_NONE_YET = Response(500)


def _reply(balancer: LoadBalancer, listener: Listener, request: Request) -> Reply:
    entry = Entry(request, balancer.arn, request.received or time.time())
    return Reply(request, _NONE_YET, balancer, listener, entry)


def _refuse(reply: Reply, fault: Fault) -> None:
    reply.response = fault.response(reply.request.first("user-agent") or "")
    reply.entry.reason, reply.why = fault.reason, fault.why


def _transformed(transforms: tuple[Transform, ...], reply: Reply) -> Request:
    """The request for the target; a transform that fails is a 500 (user guide, "Transform basics")."""
    found, entry = rewritten(transforms, reply.request), reply.entry
    entry.transformed_host, entry.transformed_uri = found.host, found.uri
    entry.transform_status = found.status
    if found.why:
        raise Fault(500, found.why)
    if found.uri:
        entry.did("rewrite")
    return found.request


def check(request: Request) -> None:
    """What ALB refuses whatever the rules say (user guide, "Troubleshoot your load balancers")."""
    if request.method == "TRACE":
        raise Fault(405, "ALB does not allow the method TRACE")
    if request.version != "1.0" and request.authority is None and not request.values("host"):
        raise faults.malformed("there is no Host header, which HTTP/1.1 wants (RFC 9112 section 3.2)")
    event.check_forwarded_for(request)


def served(groups: Mapping[str, TargetGroup], arn: str) -> TargetGroup:
    """The target group of an ARN, or the fault that says why localalb has none."""
    if arn not in groups:
        raise Fault(500, f"the target group {arn} is of a type that localalb does not serve")
    return groups[arn]
