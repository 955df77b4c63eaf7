"""Health checks, and what they make of a target.

User guide, "Health checks for your target groups", and "Lambda functions as targets", "Health checks". A
group with only unhealthy targets fails open, and a Lambda group has one target, so there health is told of
and never changes where a request goes.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from localalb.balancer import event, response
from localalb.balancer.topology import Address, HealthCheck, Target, TargetGroup, Topology
from localalb.http.faults import Fault
from localalb.runtime.function import Invocable
from localalb.runtime.result import Result

logger = logging.getLogger("localalb.health")

Invoke = Callable[[Invocable, bytes], Coroutine[Any, Any, Result]]
Probe = Callable[[HealthCheck, Address], Coroutine[Any, Any, int]]
"""Asks an address; gives the status of what it answers. Raises `TimeoutError`, and `Fault` where it gives no
answer that is one."""


@dataclass(frozen=True, slots=True)
class TargetHealth:
    """A target's health as DescribeTargetHealth tells it, and the run of checks it rests on: `passed` or
    `failed` so many times in a row."""

    state: str
    reason: str = ""
    description: str = ""
    passed: int = 0
    failed: int = 0


DISABLED = TargetHealth(
    "unavailable", "Target.HealthCheckDisabled", "Health checks are not enabled for this target group"
)
FAILED = TargetHealth("unhealthy", "Elb.InternalError", "localalb itself failed; its log has the traceback")
INITIAL = TargetHealth("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
TIMED_OUT = TargetHealth("unhealthy", "Target.Timeout", "Request timed out")
UNUSED = TargetHealth(
    "unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"
)


def accepts(matcher: str, status: int) -> bool:
    """Whether a status is one of a matcher such as `200`, `200,202` or `200-299`."""
    for part in matcher.split(","):
        low, _, high = part.partition("-")
        if int(low) <= status <= int(high or low):
            return True
    return False


def after(known: TargetHealth, check: HealthCheck, problem: TargetHealth | None) -> TargetHealth:
    """The health after one more check; `problem` is None when it passed.

    The first check decides about a new target; after that it takes as many in a row as the thresholds say.
    """
    if problem is None:
        passed = known.passed + 1
        if known.state == "unhealthy" and passed < check.healthy:
            return replace(known, passed=passed, failed=0)
        return TargetHealth("healthy", passed=passed)
    failed = known.failed + 1
    if known.state == "healthy" and failed < check.unhealthy:
        return replace(known, passed=0, failed=failed)
    return replace(problem, failed=failed)


def problem_of(check: HealthCheck, result: Result | None, multi_value: bool) -> TargetHealth | None:
    """What is wrong with a check's result (None: it took too long), None if nothing is."""
    if result is None:
        return TIMED_OUT
    try:
        if result.failure:
            raise Fault(502, result.problem())
        status = response.parse(result.payload, multi_value=multi_value).status
    except Fault as fault:
        status = fault.status
    return mismatch(check, status)


def mismatch(check: HealthCheck, status: int) -> TargetHealth | None:
    """What is wrong with a status, None if nothing is."""
    if accepts(check.matcher, status):
        return None
    description = f"Health checks failed with these codes: [{status}]"
    return TargetHealth("unhealthy", "Target.ResponseCodeMismatch", description)


Key = tuple[str, str]
"""A target: the ARN of its target group and its own ARN, or the address's key."""


class HealthChecks:
    """Runs the checks of a topology's targets, each on its interval; not of a function that `pauses`."""

    def __init__(
        self,
        invoke: Invoke,
        probe: Probe | None = None,
        pauses: Callable[[Invocable], bool] = lambda function: False,
    ) -> None:
        self._invoke = invoke
        self._probe = probe
        self._pauses = pauses
        self._tasks: dict[Key, tuple[TargetGroup, asyncio.Task[None]]] = {}
        self._known: dict[Key, TargetHealth] = {}
        self._unasked: dict[Key, TargetHealth] = {}  # addresses that are not checked, and why
        self._invocations: set[asyncio.Future[Result]] = set()

    def of(self, target_group: str, target: str) -> TargetHealth:
        """The health of a target; may be called from any thread."""
        key = target_group, target
        if key not in self._tasks:
            return self._unasked.get(key, DISABLED)
        return self._known.get(key, INITIAL)

    def apply(self, groups: Mapping[str, TargetGroup], used: Collection[str] | None = None) -> None:
        """Check the targets of these groups from now on, and no others. `used` are the groups that a rule
        forwards to; an address of another is not checked."""
        wanted: dict[Key, tuple[TargetGroup, Target | Address]] = {}
        unasked: dict[Key, TargetHealth] = {}
        for arn, group in groups.items():
            alone = replace(group, targets=(), addresses=())
            for target in group.targets:
                wanted[arn, target.arn] = replace(alone, targets=(target,)), target
            for address in group.addresses:
                key = arn, address.key
                wanted[key] = replace(alone, addresses=(address,)), address
                if address.reached is None:
                    unasked[key] = TargetHealth("unhealthy", "Target.FailedHealthChecks", address.why)
                elif used is not None and arn not in used:
                    unasked[key] = UNUSED
        for key, (checked, task) in list(self._tasks.items()):
            if key in unasked or key not in wanted or wanted[key][0] != checked:
                task.cancel()
                del self._tasks[key]
        for key, (alone, one) in wanted.items():
            if alone.health_check.enabled and key not in unasked and key not in self._tasks:
                task = asyncio.get_running_loop().create_task(self._run(key, alone, one))
                self._tasks[key] = alone, task
        self._unasked = unasked
        self._known = {key: health for key, health in self._known.items() if key in self._tasks}

    def close(self) -> None:
        self.apply(Topology().target_groups)

    async def _run(self, key: Key, group: TargetGroup, target: Target | Address) -> None:
        loop = asyncio.get_running_loop()
        check = group.health_check
        while True:
            began = loop.time()
            if isinstance(target, Address):
                self._known[key] = after(self._known.get(key, INITIAL), check, await self._ask(check, target))
            elif target.function is not None and target.permitted and not self._pauses(target.function):
                problem = await self._call(group, target.function)
                self._known[key] = after(self._known.get(key, INITIAL), check, problem)
            await asyncio.sleep(began + check.interval - loop.time())

    async def _ask(self, check: HealthCheck, address: Address) -> TargetHealth | None:
        assert self._probe is not None
        try:
            async with asyncio.timeout(check.timeout):
                status = await self._probe(check, address)
        except TimeoutError:
            return TIMED_OUT
        except Fault as fault:
            return TargetHealth(
                "unhealthy", "Target.FailedHealthChecks", f"Health checks failed: {fault.why}"
            )
        return mismatch(check, status)

    async def _call(self, group: TargetGroup, function: Invocable) -> TargetHealth | None:
        check = group.health_check
        multi_value = group.multi_value_headers
        payload = event.health_check(target_group=group.arn, multi_value=multi_value, path=check.path)
        invocation = asyncio.ensure_future(self._invoke(function, json.dumps(payload).encode()))
        self._invocations.add(invocation)
        invocation.add_done_callback(self._invocations.discard)
        done, _ = await asyncio.wait([invocation], timeout=check.timeout)
        if not done:
            return problem_of(check, None, multi_value)
        if error := invocation.exception():
            # A defect of localalb's own must not end the checks while the target stays as it was.
            logger.error("a health check of %s failed", function.name, exc_info=error)
            return FAILED
        return problem_of(check, invocation.result(), multi_value)
