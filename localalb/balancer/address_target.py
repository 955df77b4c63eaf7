"""A target group whose targets are addresses: which of them gets a request, and what the logs are told.

User guide, "Target groups for your Application Load Balancers" and "Health checks".
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from localalb.balancer import event
from localalb.balancer.event import Settings
from localalb.balancer.health import TargetHealth
from localalb.balancer.reply import Reply
from localalb.balancer.sticky_target import StickyTarget
from localalb.balancer.topology import Address, TargetGroup
from localalb.http.faults import Fault
from localalb.http.limits import MAX_BODY
from localalb.http.message import Headers, Request, Response
from localalb.http.place import Place, written

Key = tuple[str, str]
"""A target: the ARN of its target group and its own key."""


class Transfer(Protocol):
    """A request on its way to a target. `on_sent` is called when the target has its head, `on_over` when
    nothing more will come."""

    async def response(self) -> Response:
        """The head of what the target answers; its body flows. Raises `Fault`."""

    def cut(self, why: str) -> None:
        """End it now, with a 502 for whoever waits."""


class Begin(Protocol):
    """Makes transfers: `forwarding.transfer.Transfers`."""

    def __call__(
        self,
        request: Request,
        headers: Headers,
        where: Place,
        *,
        secure: bool,
        idle: int,
        on_sent: Callable[[], None],
        on_over: Callable[[], None],
    ) -> Transfer: ...


class AddressTargets:
    """Sends requests to addresses. `health` tells what checks found of a target. `serves` says whether there
    is a target group of addresses at all."""

    def __init__(self, begin: Begin, health: Callable[[str, str], TargetHealth]) -> None:
        self._begin = begin
        self._health = health
        self._sticky = StickyTarget()
        self._turns: defaultdict[str, int] = defaultdict(int)
        self._under_way: defaultdict[Key, set[Transfer]] = defaultdict(set)
        self._registered: dict[Key, int] = {}
        self.serves = False

    async def call(self, group: TargetGroup, reply: Reply, settings: Settings) -> Response:
        """What one of the group's targets answers. Raises `Fault`."""
        request, entry = reply.request, reply.entry
        check(request, group)
        usable = routable(group, self._health)
        address = self._sticky.chosen(group, request, usable) or self._next(group, usable)
        assert address.reached is not None
        entry.target = written(address.reached)
        headers = event.forwarded(request, settings, dns_name=reply.balancer.dns_name, trace=entry.trace)
        began = 0.0

        def sent() -> None:
            nonlocal began
            entry.dispatched, began = time.time(), time.perf_counter()

        key = group.arn, address.key
        transfer = self._begin(
            request,
            headers,
            address.reached,
            secure=group.protocol == "HTTPS",
            idle=reply.balancer.idle_timeout,
            on_sent=sent,
            on_over=lambda: self._over(key, transfer),
        )
        self._under_way[key].add(transfer)
        try:
            response = await transfer.response()
        except Unreachable:
            entry.refused = True
            raise
        entry.target_duration = time.perf_counter() - began
        entry.target_status = response.status
        cookies = self._sticky.cookies(group, address, request, response)
        return replace(response, headers=response.headers + cookies) if cookies else response

    def apply(self, groups: Mapping[str, TargetGroup]) -> None:
        """These target groups are served now. What a target that is no longer registered does is ended when
        its deregistration delay is over."""
        registered = {
            (arn, address.key): int(group.attributes.get("deregistration_delay.timeout_seconds", 300))
            for arn, group in groups.items()
            for address in group.addresses
        }
        for key, delay in self._registered.items():
            if key not in registered and self._under_way.get(key):
                asyncio.get_running_loop().call_later(delay, self._end, key)
        self._registered = registered
        self.serves = any(group.type != "lambda" for group in groups.values())

    def _end(self, key: Key) -> None:
        if key not in self._registered:
            for transfer in list(self._under_way.get(key, ())):
                transfer.cut("the target was deregistered, and its deregistration delay is over")

    def _over(self, key: Key, transfer: Transfer) -> None:
        others = self._under_way[key]
        others.discard(transfer)
        if not others:
            del self._under_way[key]

    def _next(self, group: TargetGroup, usable: Sequence[Address]) -> Address:
        """By turns, or the one with the fewest requests under way. Guess: among those with as few, by turns;
        `weighted_random` goes by turns too."""
        turn = self._turns[group.arn]
        self._turns[group.arn] = turn + 1
        if group.attributes.get("load_balancing.algorithm.type") == "least_outstanding_requests":
            load = {each.key: len(self._under_way.get((group.arn, each.key), ())) for each in usable}
            usable = [each for each in usable if load[each.key] == min(load.values())]
        return usable[turn % len(usable)]


class Unreachable(Fault):
    """No connection to a target was made (TargetConnectionErrorCount)."""


def check(request: Request, group: TargetGroup) -> None:
    """What is refused whichever target it would go to (user guide, "HTTP 464")."""
    grpc = (request.first("content-type") or "").startswith("application/grpc")
    http2 = request.version.startswith("2")
    if group.version == "HTTP1" and grpc:
        raise Fault(464, f"the request is gRPC, and the target group {group.name} is of version HTTP1")
    if group.version != "HTTP1" and not http2:
        why = f"the request is HTTP/{request.version}, and the target group {group.name} is of version "
        raise Fault(464, why + group.version)
    if group.version == "GRPC" and request.method != "POST":
        raise Fault(464, f"the request is no POST, and the target group {group.name} is of version GRPC")
    if group.version != "HTTP1":
        raise Fault(500, f"localalb does not speak {group.version} to targets, as {group.name} wants it to")
    if len(request.body) > MAX_BODY:
        raise Fault(413, f"localalb has taken no more than {MAX_BODY} bytes of this body")


def routable(group: TargetGroup, health: Callable[[str, str], TargetHealth]) -> Sequence[Address]:
    """The targets a request may go to: those that are healthy, and all where too few are (user guide, "Target
    group health", "Unhealthy state routing"; "Health checks": fail open). Raises `Fault`.

    Guess: a target whose first check is not over counts as unhealthy.
    """
    if not group.addresses:
        raise Fault(503, f"the target group {group.name} has no registered target")
    reached = [each for each in group.addresses if each.reached is not None]
    if not reached:
        raise Fault(503, group.addresses[0].why)
    states = ("healthy", "unavailable")
    healthy = [each for each in reached if health(group.arn, each.key).state in states]
    return healthy if len(healthy) >= least(group) else reached


def least(group: TargetGroup) -> float:
    """How many targets must be healthy for the others to get nothing."""
    prefix = "target_group_health.unhealthy_state_routing.minimum_healthy_targets."
    count = group.attributes.get(prefix + "count", "1")
    share = group.attributes.get(prefix + "percentage", "off")
    of_all = 0 if share == "off" else int(share) / 100 * len(group.addresses)
    return max(1 if count == "off" else int(count), of_all)
