"""The execution environments of one function, and when another is started."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from localalb.runtime.environment import Environment
from localalb.runtime.function import Function
from localalb.runtime.result import Throttled

logger = logging.getLogger("localalb.runtime")

MAX_ENVIRONMENTS = 16
# Lambda starts an environment for every invocation that finds none free. Here processes share a few cores, so
# another helps only where those that there are stay busy: an invocation that has waited so long gets one.
PATIENCE = 0.02  # seconds
T = TypeVar("T")


class NoProcess(Throttled):
    """This machine has no process, descriptor or disk left for one more environment."""


class Group:
    """The environments of one function as it is now, and who waits for one.

    The first is started at once, and another each `PATIENCE` as long as somebody waits longer than that.
    """

    def __init__(self, function: Function, start: Callable[[Function], Awaitable[Environment]]) -> None:
        self.function = function
        self._start = start
        self._loop = asyncio.get_running_loop()
        self._all: set[Environment] = set()
        self._idle: list[Environment] = []
        self._waiting: deque[tuple[asyncio.Future[Environment], float]] = deque()
        self._impatience: asyncio.TimerHandle | None = None
        self._additions: set[asyncio.Task[None]] = set()
        self._ends: set[asyncio.Task[int]] = set()
        self._starting = 0
        self._retired = False

    def release(self, environment: Environment) -> None:
        self._offer(environment)

    def retire(self) -> None:
        """Take no more work: end what is idle now, and the rest when it is."""
        self._retired = True
        while self._idle:
            self._end(self._idle.pop())

    @property
    def over(self) -> bool:
        """Whether a retired group has nothing left that runs."""
        return not (self._all or self._additions or self._ends)

    async def close(self) -> None:
        self.retire()
        if self._impatience is not None:
            self._impatience.cancel()
        while self._waiting:
            self._waiting.popleft()[0].cancel()
        for addition in self._additions:
            addition.cancel()
        for environment in list(self._all):
            self._end(environment)
        while tasks := self._additions | self._ends:
            await asyncio.gather(*tasks, return_exceptions=True)

    def take_idle(self) -> Environment | None:
        """The environment that was used last, of those that are idle."""
        while self._idle:
            environment = self._idle.pop()
            if not (environment.gone or environment.exited):
                return environment
            self._end(environment)
        return None

    async def wait(self) -> Environment:
        """The first that is free when it is this caller's turn. Raises what kept the only one from starting."""
        waiter: asyncio.Future[Environment] = self._loop.create_future()
        entry = (waiter, self._loop.time())
        self._waiting.append(entry)
        self._start_for_waiting()
        try:
            return await waiter
        except asyncio.CancelledError:
            if entry in self._waiting:
                self._waiting.remove(entry)
            elif waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._offer(waiter.result())
            raise

    def _start_for_waiting(self) -> None:
        """Have an environment on its way if none is there, and look again when whoever waits loses patience."""
        if not self._waiting or self._starting >= min(len(self._waiting), MAX_ENVIRONMENTS - len(self._all)):
            return
        if not self._starting and not self._all:
            self._start_one()
        if self._impatience is None:
            oldest = self._waiting[0][1]
            self._impatience = self._loop.call_at(
                max(oldest, self._loop.time() - PATIENCE) + PATIENCE, self._lose_patience
            )

    def _lose_patience(self) -> None:
        self._impatience = None
        now = self._loop.time()
        late = self._waiting and now - self._waiting[0][1] >= PATIENCE * 0.9
        if late and self._starting < min(len(self._waiting), MAX_ENVIRONMENTS - len(self._all)):
            self._start_one()
            if len(self._waiting) > self._starting:
                self._impatience = self._loop.call_later(PATIENCE, self._lose_patience)
        else:
            self._start_for_waiting()

    def _start_one(self) -> None:
        self._starting += 1
        _keep(self._add(), self._additions)

    async def _add(self) -> None:
        try:
            environment = await self._start(self.function)
        except NoProcess as error:
            # The machine has no more to give. Whoever waits gets an environment that runs, if one does.
            logger.warning("%s", error)
            self._starting -= 1
            if not self._all and (waiter := self._next_waiting()):
                waiter.set_exception(error)
            return
        except Exception as error:
            self._starting -= 1
            if waiter := self._next_waiting():
                waiter.set_exception(error)
            self._start_for_waiting()
            return
        self._starting -= 1
        self._all.add(environment)
        self._offer(environment)

    def _offer(self, environment: Environment) -> None:
        """Give an environment to the invocation that has waited longest, or keep it for the next."""
        if environment.gone:
            self._end(environment)
            self._start_for_waiting()
        elif waiter := self._next_waiting():
            waiter.set_result(environment)
        elif self._retired:
            self._end(environment)
        else:
            self._idle.append(environment)

    def _next_waiting(self) -> asyncio.Future[Environment] | None:
        while self._waiting:
            waiter, _ = self._waiting.popleft()
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
