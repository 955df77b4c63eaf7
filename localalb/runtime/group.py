"""The execution environments of one function, and when another is started."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from localalb.runtime.environment import Environment
from localalb.runtime.function import Function
from localalb.runtime.result import Throttled

logger = logging.getLogger("localalb.runtime")

MAX_ENVIRONMENTS = 16
# Lambda has an environment for every invocation at once. Here they share a few processors with the load
# balancer: more of them that compute would only make each other and all clients wait. So as many as there are
# processors may begin, or start, at a time; what takes longer than this most likely waits for something, and
# the next may begin.
PROCESSORS = max(2, os.cpu_count() or 2)
LONG_RUN = 0.005  # seconds
LONG_START = 0.25
T = TypeVar("T")


class NoProcess(Throttled):
    """This machine has no process, descriptor or disk left for one more environment."""


class Group:
    """The environments of one function as it is now, so many at `most` (default: `MAX_ENVIRONMENTS`), and who
    waits for one: longest is next."""

    def __init__(
        self,
        function: Function,
        start: Callable[[Function], Awaitable[Environment]],
        most: int | None = None,
    ) -> None:
        self.function = function
        self._start = start
        self._most = MAX_ENVIRONMENTS if most is None else most
        self._loop = asyncio.get_running_loop()
        self._all: set[Environment] = set()
        self._idle: list[Environment] = []
        self._waiting: deque[asyncio.Future[Environment]] = deque()
        # What began a moment ago, and when that moment is over.
        self._begun: dict[Environment | asyncio.Task[None], float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._additions: set[asyncio.Task[None]] = set()
        self._ends: set[asyncio.Task[int]] = set()
        self._starting = 0
        self._retired = False

    def take(self) -> Environment | None:
        """An environment, if one may begin at once."""
        if self._waiting or len(self._begun) >= PROCESSORS:
            return None
        return self._begin()

    async def wait(self) -> Environment:
        """An environment, when it is this caller's turn. Raises what kept it from starting."""
        waiter: asyncio.Future[Environment] = self._loop.create_future()
        self._waiting.append(waiter)
        self._serve()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self.release(waiter.result())
            raise

    def release(self, environment: Environment) -> None:
        """The environment has nothing to do any more, or has ended."""
        self._begun.pop(environment, None)
        if environment.gone:
            self._end(environment)
        else:
            self._idle.append(environment)
        self._serve()

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
        while self._waiting:
            self._waiting.popleft().cancel()
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
        now = self._loop.time()
        for each in [each for each, end in self._begun.items() if end <= now]:
            del self._begun[each]
        while self._waiting and len(self._begun) < PROCESSORS and (environment := self._begin()):
            if waiter := self._next_waiting():
                waiter.set_result(environment)
            else:
                del self._begun[environment]
                self._idle.append(environment)
        room = min(len(self._waiting), self._most - len(self._all))
        while self._starting < room and len(self._begun) < PROCESSORS:
            self._starting += 1
            self._begun[_keep(self._add(), self._additions)] = now + LONG_START
        while self._retired and self._idle and not self._waiting:
            self._end(self._idle.pop())
        if self._waiting and self._begun and self._timer is None:
            self._timer = self._loop.call_at(min(self._begun.values()), self._look)

    def _look(self) -> None:
        self._timer = None
        self._serve()

    def _begin(self) -> Environment | None:
        """The environment that was used last, of those that are idle."""
        while self._idle:
            environment = self._idle.pop()
            if not (environment.gone or environment.exited):
                self._begun[environment] = self._loop.time() + LONG_RUN
                return environment
            self._end(environment)
        return None

    async def _add(self) -> None:
        began = time.perf_counter()
        try:
            environment = await self._start(self.function)
            environment.took = (time.perf_counter() - began) * 1000
        except NoProcess as error:
            # The machine has no more to give. Whoever waits gets an environment that runs, if one does.
            logger.warning("%s", error)
            self._started()
            if not self._all and (waiter := self._next_waiting()):
                waiter.set_exception(error)
            return
        except Exception as error:
            self._started()
            if waiter := self._next_waiting():
                waiter.set_exception(error)
            self._serve()
            return
        self._started()
        self._all.add(environment)
        self.release(environment)

    def _started(self) -> None:
        self._starting -= 1
        task = asyncio.current_task()
        assert task is not None
        self._begun.pop(task, None)

    def _next_waiting(self) -> asyncio.Future[Environment] | None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                return waiter
        return None

    def _end(self, environment: Environment) -> None:
        self._all.discard(environment)
        _keep(environment.close(), self._ends)


def _keep(work: Coroutine[Any, Any, T], tasks: set[asyncio.Task[T]]) -> asyncio.Task[T]:
    """Do something in the background; it is among `tasks` as long as it runs."""
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task
