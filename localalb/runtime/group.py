"""The execution environments of one function, and when another is started."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from localalb.runtime import awake
from localalb.runtime.environment import Environment
from localalb.runtime.function import Function
from localalb.runtime.invocation import Invocation, Outcome
from localalb.runtime.memory import Running
from localalb.runtime.result import Throttled

logger = logging.getLogger("localalb.runtime")

MAX_ENVIRONMENTS = 16
# Lambda has an environment for every invocation at once. Here they share a few processors with the load
# balancer: more of them that compute would only make each other and all clients wait. So as many as there are
# processors may begin, or start, at a time.
#
# What takes longer than `LONG_RUN` most likely waits for something, and the next may begin. But on a machine
# that has enough to do everything takes longer. So while invocations wait they are looked after every
# `LONG_RUN`: where as many began since as there are processors, they come nearer to their turn, and nothing
# else begins. A start costs as much of a processor as a hundred short invocations: it is worth that where an
# environment was missed at so many looks in a row.
PROCESSORS = max(2, os.cpu_count() or 2)
LONG_RUN = 0.005  # seconds
LONG_START = 1.0
MISSED = 4
T = TypeVar("T")


class NoProcess(Throttled):
    """This machine has no process, descriptor or disk left for one more environment."""


class Group:
    """The environments of one function as it is now, so many at `most` (default: `MAX_ENVIRONMENTS`), and
    which invocations wait for one: longest is next. `over` takes an invocation and what it came to; `running`
    has the environments that run something."""

    def __init__(
        self,
        function: Function,
        start: Callable[[Function], Awaitable[Environment]],
        over: Callable[[Invocation, Outcome], None],
        running: Running,
        most: int | None = None,
    ) -> None:
        self.function = function
        self.waiting: deque[Invocation] = deque()
        self._wanted: list[asyncio.Future[bool]] = []  # an idle environment, by whoever prepares
        self._start = start
        self._told = over
        self._running = running
        self._most = MAX_ENVIRONMENTS if most is None else most
        self._loop = asyncio.get_running_loop()
        self._all: set[Environment] = set()
        self._idle: list[Environment] = []
        # What began a moment ago, and when that moment is over.
        self._begun: dict[Environment | asyncio.Task[None], float] = {}
        self._beginnings = 0  # since the timer was set
        self._missed = 0  # looks in a row at which too few had begun
        self._timer: asyncio.TimerHandle | None = None
        self._additions: set[asyncio.Task[None]] = set()
        self._ends: set[asyncio.Task[int]] = set()
        self._starting = 0
        self._barred = 0.0  # until then no start is tried
        self._retired = False

    def invoke(self, invocation: Invocation) -> None:
        """Have an environment run it when it is its turn, at once if nothing stands in its way."""
        if not self.waiting and self._idle:
            if len(self._begun) >= PROCESSORS:
                self._forget_long()
            if len(self._begun) < PROCESSORS and (environment := self._next_idle()):
                self._begin(invocation, environment)
                return
        self.waiting.append(invocation)
        self._serve()

    def give_up(self, invocation: Invocation) -> None:
        """Whoever wanted it has gone before it began."""
        if invocation in self.waiting:
            self.waiting.remove(invocation)

    async def prepare(self) -> bool:
        """Have an environment that is idle, although no invocation waits; whether one is there."""
        if environment := self._next_idle():
            self._idle.append(environment)
            return True
        wanted: asyncio.Future[bool] = self._loop.create_future()
        self._wanted.append(wanted)
        self._serve()
        return await wanted

    def retire(self) -> None:
        """Take no more work: end what is idle now, and the rest when it is."""
        self._retired = True
        self._serve()

    @property
    def counts(self) -> tuple[int, int]:
        """How many are idle, and busy."""
        idle = len(self._idle)
        return idle, max(len(self._all) - idle, 0)

    @property
    def over(self) -> bool:
        """Whether a retired group has nothing left that runs."""
        return not (self._all or self._additions or self._ends)

    async def close(self) -> None:
        while self.waiting:
            self.waiting.popleft().answer.cancel()
        self._tell_of_idle(there=False)
        self.retire()
        if self._timer is not None:
            self._timer.cancel()
        for addition in self._additions:
            addition.cancel()
        for environment in list(self._all):
            self._end(environment)
        while tasks := self._additions | self._ends:
            await asyncio.gather(*tasks, return_exceptions=True)

    def _serve(self) -> None:
        """Let begin what waits and may."""
        while self.waiting and len(self._begun) < PROCESSORS and (environment := self._next_idle()):
            if invocation := self._next_waiting():
                self._begin(invocation, environment)
            else:
                self._idle.append(environment)
        most = self._most if self._missed >= MISSED else min(self._most, PROCESSORS)
        missing = len(self.waiting) + len(self._wanted)
        room = min(missing, most - len(self._all)) if self._loop.time() >= self._barred else 0
        while self._starting < room and len(self._begun) < PROCESSORS:
            self._start_another()
        while self._retired and self._idle and not self.waiting:
            self._end(self._idle.pop())
        if missing and self._timer is None:
            self._beginnings = 0
            self._timer = self._loop.call_later(LONG_RUN, self._look)

    def _look(self) -> None:
        """See whether those that wait come nearer to their turn. However late the loop is, it has read since
        the timer was set what had been answered then."""
        self._timer = None
        if not self.waiting or self._beginnings >= PROCESSORS:
            self._missed = 0
        else:
            self._missed += 1
            self._forget_long()
        self._serve()

    def _forget_long(self) -> None:
        now = self._loop.time() + 0.001  # the loop's timers are right to a millisecond
        for each in [each for each, end in self._begun.items() if end <= now]:
            del self._begun[each]

    def _begin(self, invocation: Invocation, environment: Environment) -> None:
        self._begun[environment] = self._loop.time() + LONG_RUN
        self._beginnings += 1
        self._running.add(environment)
        invocation.waits = False
        try:
            environment.invoke(invocation, self._over)
        except Exception as error:  # its caller hears of the defect, not whoever released the environment
            self._over(environment, invocation, error)
        if environment.prompt and len(self._running) == 1:
            awake.stay(self._loop, lambda: environment.busy and len(self._running) == 1)

    def _over(self, environment: Environment, invocation: Invocation, outcome: Outcome) -> None:
        self._running.discard(environment)
        self._told(invocation, outcome)
        self._release(environment)

    def _release(self, environment: Environment) -> None:
        """The environment has nothing to do any more, or has ended. Most often something waits for it; what
        else may begin then is seen at the next look."""
        self._begun.pop(environment, None)
        if environment.gone:
            self._end(environment)
        elif len(self._begun) < PROCESSORS and (invocation := self._next_waiting()):
            self._begin(invocation, environment)
            return
        else:
            self._idle.append(environment)
            self._tell_of_idle(there=True)
        if self.waiting or self._retired:
            self._serve()

    def _tell_of_idle(self, *, there: bool) -> None:
        while self._wanted:
            wanted = self._wanted.pop()
            if not wanted.done():
                wanted.set_result(there)

    def _next_idle(self) -> Environment | None:
        """The environment that was used last, of those that are idle."""
        while self._idle:
            environment = self._idle.pop()
            if not (environment.gone or environment.exited):
                return environment
            self._end(environment)
        return None

    def _next_waiting(self) -> Invocation | None:
        """What has waited longest. Whose caller was cancelled a moment ago gives itself up."""
        while self.waiting:
            invocation = self.waiting.popleft()
            if not invocation.answer.done():
                return invocation
        return None

    def _start_another(self) -> None:
        self._starting += 1
        self._begun[_keep(self._add(), self._additions)] = self._loop.time() + LONG_START

    async def _add(self) -> None:
        began = time.perf_counter()
        try:
            environment = await self._start(self.function)
            environment.took = (time.perf_counter() - began) * 1000
        except NoProcess as error:
            # The machine has no more to give. Whoever waits gets an environment that runs, if one does.
            logger.warning("%s", error)
            self._started()
            if self._all:
                self._barred = self._loop.time() + LONG_START
            else:
                self._fail_next(error)
            return
        except Exception as error:
            self._started()
            self._fail_next(error)
            self._serve()
            return
        self._started()
        self._all.add(environment)
        self._release(environment)

    def _started(self) -> None:
        self._starting -= 1
        task = asyncio.current_task()
        assert task is not None
        self._begun.pop(task, None)

    def _fail_next(self, error: Exception) -> None:
        if invocation := self._next_waiting():
            invocation.waits = False
            self._told(invocation, error)
        else:
            self._tell_of_idle(there=False)

    def _end(self, environment: Environment) -> None:
        self._all.discard(environment)
        _keep(environment.close(), self._ends)


def _keep(work: Coroutine[Any, Any, T], tasks: set[asyncio.Task[T]]) -> asyncio.Task[T]:
    """Do something in the background; it is among `tasks` as long as it runs."""
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task
