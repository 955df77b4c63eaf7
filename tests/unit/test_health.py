"""What checks make of a target's health, and when they begin: on a clock of the test's own.

User guide, "Health checks for Lambda functions"; matchers: API reference, "Matcher".
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
import virtual_time
from hypothesis import given
from hypothesis import strategies as st

from localalb.balancer.health import (
    FAILED,
    INITIAL,
    HealthChecks,
    TargetHealth,
    accepts,
    after,
    problem_of,
)
from localalb.balancer.topology import Address, HealthCheck, Target, TargetGroup
from localalb.runtime.function import Invocable
from localalb.runtime.result import Result
from tests.socket.balancer import FUNCTION, ok

CHECK = HealthCheck(enabled=True, interval=5, timeout=2)


@pytest.mark.parametrize("takes", [0.0, 1.5, 60.0], ids=["quick", "slow", "too slow"])
def test_the_interval_is_from_start_to_start(takes: float) -> None:
    """User guide, "Health checks": how long a target takes does not affect when the next check begins."""
    began: list[float] = []

    async def invoke(function: Invocable, payload: bytes) -> Result:
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


def test_a_function_that_is_debugged_is_not_checked_meanwhile() -> None:
    """A check would stop at its breakpoints. Its health stays what it was."""
    began: list[float] = []

    async def invoke(function: Invocable, payload: bytes) -> Result:
        began.append(asyncio.get_running_loop().time())
        return ok(payload)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        checks = HealthChecks(invoke, pauses=lambda function: function is FUNCTION and 4 < loop.time() < 12)
        target = Target(FUNCTION.arn, FUNCTION, permitted=True)
        checks.apply({"arn": TargetGroup("arn", "group", False, (target,), CHECK)})
        await asyncio.sleep(11)
        assert checks.of("arn", FUNCTION.arn).state == "healthy"
        await asyncio.sleep(5)
        checks.close()

    virtual_time.run(run())
    assert began == pytest.approx([0, 15])


MATCHERS = {
    ("200", 200): True, ("200", 201): False, ("200,202", 202): True, ("200,202", 201): False,
    ("200-299", 200): True, ("200-299", 299): True, ("200-299", 300): False, ("204,300-302", 301): True,
}  # fmt: skip


@pytest.mark.parametrize(("matcher", "status"), MATCHERS)
def test_a_matcher(matcher: str, status: int) -> None:
    assert accepts(matcher, status) is MATCHERS[matcher, status]


BAD = TargetHealth("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]")


@given(st.lists(st.booleans(), max_size=30), st.integers(2, 10), st.integers(2, 10))
def test_health_follows_runs_of_checks(checks: list[bool], healthy: int, unhealthy: int) -> None:
    """The first check decides; then it takes a whole run of the other kind to change it."""
    check = HealthCheck(enabled=True, healthy=healthy, unhealthy=unhealthy)
    known, state = INITIAL, "initial"
    for n, passed in enumerate(checks):
        known = after(known, check, None if passed else BAD)
        needed = healthy if passed else unhealthy
        run = checks[max(n + 1 - needed, 0) : n + 1]
        if n == 0 or (len(run) == needed and set(run) == {passed}):
            state = "healthy" if passed else "unhealthy"
        assert known.state == state
        assert (known.reason == "") == (state == "healthy")


RESULTS = {
    "too slow": (None, "Target.Timeout"),
    "fails": (Result("", b'{"errorType": "E"}', "error"), "Target.ResponseCodeMismatch"),
    "no response": (Result("", b"null"), "Target.ResponseCodeMismatch"),
    "another status": (Result("", b'{"statusCode": 500}'), "Target.ResponseCodeMismatch"),
    "as it should be": (Result("", b'{"statusCode": 200}'), None),
}


@pytest.mark.parametrize("name", RESULTS)
def test_what_a_check_came_to(name: str) -> None:
    result, reason = RESULTS[name]
    problem = problem_of(CHECK, result, multi_value=False)
    assert (problem.reason if problem else None) == reason


def test_checks_go_on_after_a_defect_of_ours() -> None:
    """An exception that nobody foresaw makes the target unhealthy; the next check finds it well again."""
    seen: list[TargetHealth] = []

    async def run() -> None:
        async def invoke(function: Invocable, payload: bytes) -> Result:
            seen.append(checks.of("arn", FUNCTION.arn))
            if len(seen) == 2:
                raise ZeroDivisionError
            return ok(payload)

        checks = HealthChecks(invoke)
        target = Target(FUNCTION.arn, FUNCTION, permitted=True)
        quick = replace(CHECK, healthy=1, unhealthy=1)
        checks.apply({"arn": TargetGroup("arn", "group", False, (target,), quick)})
        await asyncio.sleep(14)
        seen.append(checks.of("arn", FUNCTION.arn))
        checks.close()

    virtual_time.run(run())
    assert [each.state for each in seen] == ["initial", "healthy", "unhealthy", "healthy"]
    assert seen[2].reason == FAILED.reason


ADDRESS = Address("127.0.0.1", 80, ("127.0.0.1", 80))
OTHER = Address("127.0.0.2", 80, ("127.0.0.2", 80))


def checked(*addresses: Address, used: set[str] | None = None, seconds: float = 0) -> dict[str, TargetHealth]:
    """What becomes of addresses of which the first hangs and the others answer, after so many seconds."""

    async def nobody(function: Invocable, payload: bytes) -> Result:
        raise AssertionError

    async def probe(check: HealthCheck, address: Address) -> int:
        if address == ADDRESS:
            await asyncio.sleep(3600)
        return 200

    async def run() -> dict[str, TargetHealth]:
        checks = HealthChecks(nobody, probe)
        group = TargetGroup("arn", "web", type="ip", health_check=CHECK)
        lost = tuple(replace(each, reached=None, why="nowhere") for each in addresses)
        checks.apply({"arn": replace(group, addresses=lost)}, {"arn"})
        assert {checks.of("arn", each.key).description for each in addresses} == {"nowhere"}
        checks.apply({"arn": replace(group, addresses=addresses)}, {"arn"} if used is None else used)
        assert {checks.of("arn", each.key).state for each in addresses} == {
            "initial" if used is None else "unused"
        }
        await asyncio.sleep(seconds)
        found = {each.key: checks.of("arn", each.key) for each in addresses}
        checks.close()
        return found

    return virtual_time.run(run())


def test_addresses_do_not_wait_for_each_other() -> None:
    """And one that is found somewhere at last begins anew: its first check decides."""
    found = checked(ADDRESS, OTHER, seconds=1)
    assert [each.state for each in found.values()] == ["initial", "healthy"]
    found = checked(ADDRESS, OTHER, seconds=3)
    assert [each.reason for each in found.values()] == ["Target.Timeout", ""]


def test_addresses_of_a_target_group_that_no_rule_names() -> None:
    (found,) = checked(OTHER, used=set(), seconds=60).values()
    assert (found.state, found.reason) == ("unused", "Target.NotInUse")
