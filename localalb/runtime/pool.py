"""The execution environments of every function, and which one gets the next invocation."""

from __future__ import annotations

import asyncio
import json
import logging
import zipfile
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from localalb.runtime import code
from localalb.runtime.environment import Environment, InitFailed
from localalb.runtime.function import Function
from localalb.runtime.logs import LogBook, Stream
from localalb.runtime.memory import MemoryWatch
from localalb.runtime.result import Result, Throttled
from localalb.runtime.surroundings import Place

logger = logging.getLogger("localalb.runtime")

# Concurrent executions of an account ("Lambda quotas"). A laptop has fewer processes for them: what finds
# none free waits for its turn, and counts.
ACCOUNT_CONCURRENCY = 1000
MAX_ENVIRONMENTS = 16
T = TypeVar("T")


class Pool:
    """Invokes functions, in the event loop's thread.

    `fetch` gives a function's deployment package. An environment is started when an invocation has to wait
    and none is on its way; whichever is free first takes the invocation that has waited longest. When a
    function changes, the environments of the old one end as soon as they are idle.
    """

    def __init__(self, place: Place, log_book: LogBook, fetch: Callable[[Function], bytes]) -> None:
        self._place = place
        self._log_book = log_book
        self._fetch = fetch
        self._groups: dict[str, _Group] = {}
        self._retired: set[_Group] = set()
        self._concurrent = 0
        self._running: set[asyncio.Task[Result]] = set()
        self._waiting: set[asyncio.Task[Any] | None] = set()
        self._memory = MemoryWatch()

    async def invoke(
        self,
        function: Function,
        payload: bytes,
        *,
        request_id: str | None = None,
        trace: str = "",
        client_context: str | None = None,
    ) -> Result:
        """Run a function once. Raises `Throttled`; every other outcome is a `Result`.

        A caller that is cancelled gives up its place while it waits for an environment. Once the function
        runs, it runs to its end, as on AWS, and nobody hears of it.
        """
        if self._concurrent >= ACCOUNT_CONCURRENCY:
            raise Throttled(
                f"{ACCOUNT_CONCURRENCY} invocations run or wait, which is all an account may have"
            )
        group = self._group(function)
        caller = asyncio.current_task()
        self._concurrent += 1
        self._waiting.add(caller)
        try:
            environment = await group.acquire()
        except InitFailed as failed:
            self._concurrent -= 1
            return failed.result
        except BaseException:
            self._concurrent -= 1
            raise
        finally:
            self._waiting.discard(caller)

        async def run() -> Result:
            try:
                return await environment.invoke(
                    payload,
                    request_id=request_id or str(uuid4()),
                    trace=trace,
                    client_context=client_context,
                )
            finally:
                self._memory.forget(environment)
                self._concurrent -= 1
                group.release(environment)

        self._memory.watch(environment)
        return await asyncio.shield(_keep(run(), self._running))

    def waits(self, caller: asyncio.Task[Any]) -> bool:
        """Whether a task that called `invoke` waits for an environment."""
        return caller in self._waiting

    @property
    def running(self) -> int:
        """How many invocations run, those included whose callers have gone."""
        return len(self._running)

    def keep(self, functions: set[Function]) -> None:
        """End the idle environments of functions that are no longer as they were, or no longer there."""
        for arn, group in list(self._groups.items()):
            if group.function not in functions:
                self._retire(self._groups.pop(arn))

    async def close(self) -> None:
        """End every environment, whatever it does. Invocations that still wait for one are cancelled."""
        groups, self._groups, self._retired = {*self._groups.values(), *self._retired}, {}, set()
        await asyncio.gather(*(group.close() for group in groups))
        await asyncio.gather(*self._running)
        self._memory.close()

    def _retire(self, group: _Group) -> None:
        group.retire()
        self._retired = {each for each in (*self._retired, group) if not each.over}

    def _group(self, function: Function) -> _Group:
        group = self._groups.get(function.arn)
        if group is None or group.function != function:
            if group is not None:
                self._retire(group)
            group = self._groups[function.arn] = _Group(function, self._start)
        return group

    async def _start(self, function: Function) -> Environment:
        name = function.code_sha256.replace("/", "_").rstrip("=")
        directory = self._place.directory / "code" / name

        def put(stream: str, message: str) -> None:
            self._log_book.put(Stream(function.account, function.region, function.log_group, stream), message)

        try:
            task_root = await asyncio.to_thread(self._unpack, function, directory)
        except (OSError, zipfile.BadZipFile) as error:
            raise InitFailed(unusable_package(function, error)) from error
        except LookupError as error:
            raise InitFailed(missing(error)) from error
        try:
            return await Environment.start(function, self._place, task_root, put)
        except OSError as error:
            raise NoProcess(
                f"no execution environment for {function.name} can be started: {error}"
            ) from error

    def _unpack(self, function: Function, directory: Path) -> Path:
        return directory if directory.exists() else code.unpack(self._fetch(function), directory)


class NoProcess(Throttled):
    """This machine has no process, descriptor or disk left for one more environment."""


class _Group:
    """The environments of one function as it is now."""

    def __init__(self, function: Function, start: Callable[[Function], Awaitable[Environment]]) -> None:
        self.function = function
        self._start = start
        self._all: set[Environment] = set()
        self._idle: list[Environment] = []
        self._waiting: deque[asyncio.Future[Environment]] = deque()
        self._additions: set[asyncio.Task[None]] = set()
        self._ends: set[asyncio.Task[int]] = set()
        self._starting = 0
        self._busy = 0
        self._retired = False

    async def acquire(self) -> Environment:
        reserved = self.function.reserved_concurrency
        if reserved is not None and self._busy >= reserved:
            raise Throttled(f"{self.function.name} has a reserved concurrency of {reserved}")
        self._busy += 1
        try:
            return self._take_idle() or await self._wait()
        except BaseException:
            self._busy -= 1
            raise

    def release(self, environment: Environment) -> None:
        self._busy -= 1
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
        while self._waiting:
            self._waiting.popleft().cancel()
        for addition in self._additions:
            addition.cancel()
        for environment in list(self._all):
            self._end(environment)
        while tasks := self._additions | self._ends:
            await asyncio.gather(*tasks, return_exceptions=True)

    def _take_idle(self) -> Environment | None:
        while self._idle:
            environment = self._idle.pop()
            if not (environment.gone or environment.exited):
                return environment
            self._end(environment)
        return None

    async def _wait(self) -> Environment:
        waiter: asyncio.Future[Environment] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._start_for_waiting()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._offer(waiter.result())
            raise

    def _start_for_waiting(self) -> None:
        """Have as many environments on their way as invocations wait, within the limit."""
        while self._starting < min(len(self._waiting), MAX_ENVIRONMENTS - len(self._all)):
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


def unusable_package(function: Function, error: Exception) -> Result:
    """The result of an invocation whose deployment package cannot be laid out."""
    description = {
        "errorType": "Runtime.InvalidPackage",
        "errorMessage": f"the deployment package of {function.name} cannot be unpacked: {error}",
    }
    return Result(str(uuid4()), json.dumps(description).encode(), "init")


def missing(error: LookupError) -> Result:
    """The result of an invocation whose function was deleted before it had an environment."""
    description = {"errorType": "ResourceNotFoundException", "errorMessage": str(error)}
    return Result(str(uuid4()), json.dumps(description).encode(), "missing")
