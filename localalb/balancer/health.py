"""Health checks of Lambda target groups, and what they make of a target.

User guide, "Lambda functions as targets", section "Health checks". A group with only unhealthy targets fails
open, and a Lambda group has one target, so health is told of and never changes where a request goes.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from localalb.balancer import event, response
from localalb.balancer.topology import HealthCheck, TargetGroup, Topology
from localalb.http.faults import Fault
from localalb.runtime.function import Invocable
from localalb.runtime.result import Result

logger = logging.getLogger("localalb.health")

Invoke = Callable[[Invocable, bytes], Coroutine[Any, Any, Result]]


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
        return TargetHealth("unhealthy", "Target.Timeout", "Request timed out")
    try:
        if result.failure:
            raise Fault(502, result.problem())
        status = response.parse(result.payload, multi_value=multi_value).status
    except Fault as fault:
        status = fault.status
    if accepts(check.matcher, status):
        return None
    description = f"Health checks failed with these codes: [{status}]"
    return TargetHealth("unhealthy", "Target.ResponseCodeMismatch", description)


class HealthChecks:
    """Runs the checks of a topology's target groups, each on its interval."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke
        self._tasks: dict[str, tuple[TargetGroup, asyncio.Task[None]]] = {}
        self._known: dict[tuple[str, str], TargetHealth] = {}
        self._invocations: set[asyncio.Future[Result]] = set()

    def of(self, target_group: str, target: str) -> TargetHealth:
        """The health of a target; may be called from any thread."""
        if target_group not in self._tasks:
            return DISABLED
        return self._known.get((target_group, target), INITIAL)

    def apply(self, groups: Mapping[str, TargetGroup]) -> None:
        """Check these groups from now on, and no others."""
        for arn, (group, task) in list(self._tasks.items()):
            if groups.get(arn) != group:
                task.cancel()
                del self._tasks[arn]
        for arn, group in groups.items():
            if group.health_check.enabled and group.targets and arn not in self._tasks:
                self._tasks[arn] = (group, asyncio.get_running_loop().create_task(self._run(group)))
        targets = {(arn, target.arn) for arn, group in groups.items() for target in group.targets}
        self._known = {key: health for key, health in self._known.items() if key in targets}

    def close(self) -> None:
        self.apply(Topology().target_groups)

    async def _run(self, group: TargetGroup) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            for target in group.targets:
                if target.function is not None and target.permitted:
                    key = (group.arn, target.arn)
                    problem = await self._check(group, target.function)
                    self._known[key] = after(self._known.get(key, INITIAL), group.health_check, problem)
            await asyncio.sleep(began + group.health_check.interval - loop.time())

    async def _check(self, group: TargetGroup, function: Invocable) -> TargetHealth | None:
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
