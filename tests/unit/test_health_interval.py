"""When health checks begin, on a clock of the test's own."""

from __future__ import annotations

import asyncio

import pytest
import virtual_time

from localalb.balancer.health import HealthChecks
from localalb.balancer.topology import HealthCheck, Target, TargetGroup
from localalb.runtime.function import Function
from localalb.runtime.result import Result
from tests.socket.balancer import FUNCTION, ok

CHECK = HealthCheck(enabled=True, interval=5, timeout=2)


@pytest.mark.parametrize("takes", [0.0, 1.5, 60.0], ids=["quick", "slow", "too slow"])
def test_the_interval_is_from_start_to_start(takes: float) -> None:
    """User guide, "Health checks": how long a target takes does not affect when the next check begins."""
    began: list[float] = []

    async def invoke(function: Function, payload: bytes) -> Result:
        began.append(asyncio.get_running_loop().time())
        await asyncio.sleep(takes)
        return ok(payload)

    async def run() -> None:
        checks = HealthChecks(invoke)
        target = Target(FUNCTION.arn, FUNCTION, permitted=True)
        checks.apply({"arn": TargetGroup("arn", "group", False, (target,), CHECK)})
        await asyncio.sleep(14)
        checks.close()

    virtual_time.run(run())
    assert began == pytest.approx([0, 5, 10])
