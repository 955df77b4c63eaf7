"""When the environments of a function begin and when another is started, by a clock of its own.

Lambda starts an environment for every invocation that finds none free. Here a start waits for a while, as the
processors are few: what the rule is, stands in `runtime.group`.
"""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
import virtual_time
from workers import function

from localalb.runtime import awake, group
from localalb.runtime.environment import Environment, Over
from localalb.runtime.function import Function
from localalb.runtime.group import Group, NoProcess
from localalb.runtime.invocation import Invocation, Outcome
from localalb.runtime.memory import Running
from localalb.runtime.result import Result

FUNCTION = function()


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "PROCESSORS", 2)


class Fake:
    """An environment that takes as many seconds for an invocation as its payload says."""

    took = 0.0
    gone = exited = prompt = busy = False

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.prompt = bench.prompt

    def invoke(self, invocation: Invocation, over: Over) -> None:
        loop = asyncio.get_running_loop()
        self._bench.begun.append((invocation.request_id, self))
        result = Result(invocation.request_id, b"")
        loop.call_later(float(invocation.payload), over, cast("Environment", self), invocation, result)

    async def close(self) -> int:
        return 0

    def check_memory(self) -> None:
        pass


class Bench:
    """A group and what it does."""

    def __init__(self, most: int | None = None) -> None:
        self.started: list[float] = []  # when
        self.begun: list[tuple[str, Fake]] = []
        self.error: Exception | None = None
        self.prompt = False
        self._loop = asyncio.get_running_loop()
        self._running = Running()
        self.group = Group(FUNCTION, self._started, self._over, self._running, most)

    async def _started(self, wanted: Function) -> Environment:
        self.started.append(self._loop.time())
        await asyncio.sleep(0.05)
        if self.error is not None:
            raise self.error
        return cast("Environment", Fake(self))

    def _over(self, invocation: Invocation, outcome: Outcome) -> None:
        invocation.tell(outcome)

    def invoke(self, seconds: float, request_id: str = "") -> asyncio.Future[Result]:
        answer: asyncio.Future[Result] = self._loop.create_future()
        made = Invocation(FUNCTION, str(seconds).encode(), request_id, "", "", answer)
        self.group.invoke(made)
        return answer

    async def warm(self, count: int = 1) -> None:
        """Have so many environments idle."""
        await asyncio.gather(*(self.invoke(0.001) for _ in range(count)))
        assert self.group.counts == (count, 0)
        self.begun.clear()

    async def close(self) -> None:
        await self.group.close()
        self._running.close()


def test_what_waited_longest_begins_in_the_turn_in_which_another_ends() -> None:
    """Not a turn of the loop later, in which its environment would have nothing to do."""

    async def run() -> None:
        bench = Bench()
        await bench.warm(2)
        asked = [bench.invoke(0.001, name) for name in "abcd"]
        assert [name for name, _ in bench.begun] == ["a", "b"]
        seen: list[list[str]] = []
        asked[0].get_loop().call_later(0.001, lambda: seen.append([name for name, _ in bench.begun]))
        await asyncio.gather(*asked)
        assert seen == [["a", "b", "c", "d"]]
        await bench.close()

    virtual_time.run(run())


def test_short_invocations_stay_in_as_many_environments_as_there_are_processors() -> None:
    """However many clients there are, and although some of them are kept from a processor for a while."""

    async def run() -> None:
        bench = Bench()

        async def client() -> None:
            for number in range(200):
                await bench.invoke(0.012 if number % 20 == 0 else 0.001)

        await asyncio.gather(*(client() for _ in range(32)))
        assert len(bench.started) == group.PROCESSORS
        await bench.close()

    virtual_time.run(run())


def test_invocations_that_wait_for_something_get_as_many_environments_as_they_need() -> None:
    async def run() -> None:
        bench = Bench()
        asked = [bench.invoke(60) for _ in range(10)]
        await asyncio.sleep(2)
        assert len(bench.begun) == 10
        await asyncio.gather(*asked)
        await bench.close()

    virtual_time.run(run())


def test_a_start_waits_until_an_environment_was_missed_for_a_while() -> None:
    async def run() -> None:
        bench = Bench()
        await bench.warm(group.PROCESSORS)
        for _ in range(group.PROCESSORS):
            bench.invoke(60)
        await asyncio.sleep(1)
        before, began = len(bench.started), asyncio.get_running_loop().time()
        await bench.invoke(0.001)
        assert len(bench.started) == before + 1
        assert abs(bench.started[-1] - began - group.MISSED * group.LONG_RUN) < 0.001
        await bench.close()

    virtual_time.run(run())


def test_a_machine_that_has_no_process_left_is_asked_again_a_second_later() -> None:
    """Not at each look: what is there goes on serving, and the machine has enough to do."""

    async def run() -> None:
        bench = Bench()
        await bench.warm()
        bench.invoke(60)
        bench.error = NoProcess("no process is left")
        waiting = bench.invoke(0.001)
        await asyncio.sleep(0.9 * group.LONG_START)
        assert len(bench.started) == 2
        bench.error = None
        await waiting
        assert len(bench.started) == 3
        await bench.close()

    virtual_time.run(run())


def test_an_environment_that_is_idle_takes_at_once_what_comes_when_the_others_take_long() -> None:
    async def run() -> None:
        bench = Bench()
        await bench.warm(group.PROCESSORS)
        asked = [bench.invoke(0.2) for _ in range(group.PROCESSORS + 1)]
        await asyncio.gather(*asked)
        assert bench.group.counts == (group.PROCESSORS + 1, 0)
        for _ in range(group.PROCESSORS):
            bench.invoke(60)
        await asyncio.sleep(group.LONG_RUN)
        bench.begun.clear()
        bench.invoke(60, "next")
        assert [name for name, _ in bench.begun] == ["next"]
        await bench.close()

    virtual_time.run(run())


def test_what_nobody_waits_for_any_more_does_not_begin() -> None:
    """Although whoever was cancelled has had no turn yet in which to give it up."""

    async def run() -> None:
        bench = Bench()
        await bench.warm(2)
        asked = [bench.invoke(0.001, name) for name in "abcd"]
        asked[2].cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        assert [name for name, _ in bench.begun] == ["a", "b", "d"]
        await bench.close()

    virtual_time.run(run())


def test_what_used_an_environment_last_leaves_it_to_the_next() -> None:
    """The one that was used last is the one whose memory is still in the processor's caches."""

    async def run() -> None:
        bench = Bench()
        await bench.warm(2)
        for _ in range(5):
            await bench.invoke(0.001)
        assert len({fake for _, fake in bench.begun}) == 1
        await bench.close()

    virtual_time.run(run())


def test_prepare_starts_one_where_there_is_none() -> None:
    async def run() -> None:
        bench = Bench()
        assert await bench.group.prepare()
        assert await bench.group.prepare()
        assert len(bench.started) == 1
        await bench.invoke(0.001)
        assert len(bench.started) == 1
        await bench.close()

    virtual_time.run(run())


def test_prepare_starts_one_when_the_one_that_runs_has_ended() -> None:
    """A debugger is told of its worker's end before the environment is."""

    async def run() -> None:
        bench = Bench(most=1)
        await bench.warm()
        running = bench.invoke(0.1)
        preparing = asyncio.create_task(bench.group.prepare())
        await asyncio.sleep(0)
        ((_, fake),) = bench.begun
        fake.gone = True
        await running
        assert await preparing
        assert bench.group.counts == (1, 0)
        await bench.close()

    virtual_time.run(run())


def test_prepare_says_where_none_can_be_had() -> None:
    async def run() -> None:
        bench = Bench()
        bench.error = ZeroDivisionError()
        assert not await bench.group.prepare()
        bench.error = None
        preparing = asyncio.create_task(bench.group.prepare())
        await asyncio.sleep(0.01)
        await bench.close()
        assert not await preparing

    virtual_time.run(run())


@pytest.fixture
def stayed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether it was needed, each time that the loop was asked to stay awake."""
    found: list[bool] = []
    monkeypatch.setattr(awake, "stay", lambda loop, needed: found.append(needed()))
    return found


def test_the_loop_stays_awake_for_one_that_answers_at_once(stayed: list[bool]) -> None:
    async def run() -> None:
        bench = Bench()
        bench.prompt = True
        await bench.invoke(0.0)
        await bench.invoke(0.0)

    virtual_time.run(run())
    assert len(stayed) == 2


@pytest.mark.parametrize(("prompt", "at_once"), [(False, 1), (True, 2)], ids=["slow", "two"])
def test_it_sleeps_where_others_run_or_it_takes_long(stayed: list[bool], prompt: bool, at_once: int) -> None:
    async def run() -> None:
        bench = Bench()
        await asyncio.gather(*(bench.invoke(1.0) for _ in range(2)))  # two environments
        bench.prompt = prompt
        for _, environment in bench.begun:
            environment.prompt = prompt
        first = [bench.invoke(1.0) for _ in range(at_once - 1)]
        stayed.clear()
        await asyncio.gather(bench.invoke(1.0), *first)

    virtual_time.run(run())
    assert not stayed
