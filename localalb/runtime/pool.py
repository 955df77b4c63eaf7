"""The execution environments of every function, and which one gets the next invocation."""

from __future__ import annotations

import asyncio
import logging
import random
import time
import zipfile
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from localalb.runtime import code
from localalb.runtime.debugger import Debugged
from localalb.runtime.environment import Environment, InitFailed, log_stream
from localalb.runtime.function import Function, Invocable
from localalb.runtime.logs import LogBook, Stream
from localalb.runtime.memory import MemoryWatch
from localalb.runtime.metrics import FunctionMetrics
from localalb.runtime.result import (
    Result,
    Throttled,
    lacking,
    missing,
    unsupported_runtime,
    unusable_package,
)
from localalb.runtime.surroundings import Place, imported_layers
from localalb.runtime.wheels import Wheels

logger = logging.getLogger("localalb.runtime")

# Concurrent executions of an account ("Lambda quotas"). A laptop has fewer processes for them: what finds
# none free waits for its turn, and counts.
ACCOUNT_CONCURRENCY = 1000
MAX_ENVIRONMENTS = 16
T = TypeVar("T")


class Pool:
    """Invokes functions, in the event loop's thread.

    `fetch` gives a function's deployment package, `layers` those of its layers, `draw` a number from 0 up to
    1, by which an alias with weights picks a version; `download` lets pip fetch what a package has for
    another platform. An environment is started when an invocation has to wait and none is on its way;
    whichever is free first takes the invocation that has waited longest. When a function changes, the
    environments of the old one end as soon as they are idle.
    """

    def __init__(
        self,
        place: Place,
        log_book: LogBook,
        fetch: Callable[[Function], bytes],
        draw: Callable[[], float] = random.random,
        layers: Callable[[Function], Sequence[bytes]] = lambda function: (),
        *,
        download: bool = True,
    ) -> None:
        self._place = place
        self._log_book = log_book
        self._fetch = fetch
        self._draw = draw
        self._layers = layers
        self._wheels = Wheels(download=download)
        self.metrics = FunctionMetrics()
        self._groups: dict[tuple[str, str], _Group] = {}
        self._retired: set[_Group] = set()
        self._concurrent = 0
        self._busy: Counter[str] = Counter()  # of functions with a reserved concurrency
        self._running: set[asyncio.Task[Result]] = set()
        self._waiting: set[asyncio.Task[Any] | None] = set()
        self._memory = MemoryWatch()
        self.unpacked: dict[str, str] = {}  # the ARN of a function, by the directory that its code lies in
        self._debugged: dict[str, Debugged] = {}  # by the function's ARN

    async def invoke(
        self,
        invocable: Invocable,
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
        function = invocable.pick(self._draw())
        weighted = function is not invocable
        try:
            self._admit(function)
        except Throttled:
            self.metrics.throttled(function, weighted=weighted)
            raise
        group = self._group(function)
        caller = asyncio.current_task()
        self._waiting.add(caller)
        try:
            environment = await group.acquire()
        except InitFailed as failed:
            self._dismiss(function)
            self.metrics.invoked(function, failed.result, weighted=weighted)
            return failed.result
        except BaseException as error:
            self._dismiss(function)
            if isinstance(error, Throttled):
                self.metrics.throttled(function, weighted=weighted)
            raise
        finally:
            self._waiting.discard(caller)

        async def run() -> Result:
            try:
                result = await environment.invoke(
                    payload,
                    request_id=request_id or str(uuid4()),
                    trace=trace,
                    client_context=client_context,
                )
                self.metrics.invoked(function, result, weighted=weighted)
                return result
            finally:
                self._memory.forget(environment)
                self._dismiss(function)
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

    def environments(self) -> list[tuple[Function, int, int]]:
        """How many environments of each function are idle, and busy; may be called from any thread."""
        return [(each.function, *each.counts) for each in list(self._groups.values())]

    def _admit(self, function: Function) -> None:
        """Count an invocation in. Reserved concurrency is that of all versions of a function together
        (developer guide, "Configuring reserved concurrency")."""
        if self._concurrent >= ACCOUNT_CONCURRENCY:
            raise Throttled(
                f"{ACCOUNT_CONCURRENCY} invocations run or wait, which is all an account may have"
            )
        reserved = function.reserved_concurrency
        if reserved is not None:
            if self._busy[function.unqualified] >= reserved:
                raise Throttled(f"{function.name} has a reserved concurrency of {reserved}")
            self._busy[function.unqualified] += 1
        self._concurrent += 1

    def _dismiss(self, function: Function) -> None:
        self._concurrent -= 1
        if function.reserved_concurrency is not None:
            self._busy[function.unqualified] -= 1

    def keep(self, invocables: set[Invocable]) -> None:
        """End the idle environments of functions that are no longer as they were, or no longer there."""
        functions = {function for invocable in invocables for function in invocable.versions}
        for key, group in list(self._groups.items()):
            if group.function not in functions:
                self._retire(self._groups.pop(key))

    def debug(self, arn: str, debugged: Debugged | None) -> None:
        """Have a function, by its unqualified ARN, debugged, or no longer."""
        if debugged is None:
            self._debugged.pop(arn, None)
        else:
            self._debugged[arn] = debugged
        self.renew(arn)

    def renew(self, arn: str) -> None:
        """End the idle environments of all versions of a function, and the others when they are."""
        for key, group in list(self._groups.items()):
            if group.function.unqualified == arn:
                self._retire(self._groups.pop(key))

    async def prepare(self, function: Function) -> bool:
        """Have an environment of a function before it is invoked; whether it is there. Why one is not is for
        the next invocation to say."""
        group = self._group(function)
        try:
            group.release(await group.acquire())
        except (InitFailed, Throttled):
            return False
        return True

    async def close(self) -> None:
        """End every environment, whatever it does. Invocations that still wait for one are cancelled."""
        groups, self._groups, self._retired = {*self._groups.values(), *self._retired}, {}, set()
        await asyncio.gather(*(group.close() for group in groups))
        await asyncio.gather(*self._running)
        await self._wheels.close()
        self._memory.close()

    def _retire(self, group: _Group) -> None:
        group.retire()
        self._retired = {each for each in (*self._retired, group) if not each.over}

    def _group(self, function: Function) -> _Group:
        key = function.arn, function.version
        group = self._groups.get(key)
        if group is None or group.function != function:
            if group is not None:
                self._retire(group)
            debugged = self._debugged.get(function.unqualified)
            if debugged is not None and debugged.attached:  # by one debugger, which one environment has
                self.renew(function.unqualified)
                group = self._groups[key] = _Group(function, self._start, most=1)
            else:
                group = self._groups[key] = _Group(function, self._start)
        return group

    async def _start(self, function: Function) -> Environment:
        name = function.code_sha256.replace("/", "_").rstrip("=")
        directory = self._place.directory / "code" / name

        def put(stream: str, message: str) -> None:
            self._log_book.put(Stream(function.account, function.region, function.log_group, stream), message)

        stream = log_stream(function)
        if not code.RUNTIME.fullmatch(function.runtime):
            result = unsupported_runtime(function)
            put(stream, result.problem())
            raise InitFailed(result)
        try:
            task_root = await asyncio.to_thread(self._unpack, function, directory)
            self.unpacked[str(task_root)] = function.unqualified
            opt = await asyncio.to_thread(self._unpack_layers, function) if function.layers else None
        except (OSError, zipfile.BadZipFile) as error:
            raise InitFailed(unusable_package(function, error)) from error
        except LookupError as error:
            raise InitFailed(missing(function, error)) from error
        places = (task_root, *imported_layers(opt, function.runtime))
        front = await self._wheels.front(function.runtime, places, partial(put, stream))
        debugged = self._debugged.get(function.unqualified)
        debugger = None if debugged is None else await debugged.debugger(function, task_root)
        try:
            return await Environment.start(
                function,
                self._place,
                task_root,
                put,
                opt,
                front=front.paths,
                stream=stream,
                debugger=debugger,
            )
        except InitFailed as failed:
            # Some distributions do without their native half: only what cannot be imported is missed.
            raise InitFailed(lacking(failed.result, front.lacking)) from failed
        except OSError as error:
            raise NoProcess(
                f"no execution environment for {function.name} can be started: {error}"
            ) from error

    def _unpack(self, function: Function, directory: Path) -> Path:
        return directory if directory.exists() else code.unpack(self._fetch(function), directory)

    def _unpack_layers(self, function: Function) -> Path:
        packages = self._layers(function)
        name = sha256(b"".join(sha256(package).digest() for package in packages)).hexdigest()
        return code.merge(packages, self._place.directory / "layers" / name)


class NoProcess(Throttled):
    """This machine has no process, descriptor or disk left for one more environment."""


class _Group:
    """The environments of one function as it is now, so many at `most` (default: `MAX_ENVIRONMENTS`)."""

    def __init__(
        self,
        function: Function,
        start: Callable[[Function], Awaitable[Environment]],
        most: int | None = None,
    ) -> None:
        self.function = function
        self._start = start
        self._most = MAX_ENVIRONMENTS if most is None else most
        self._all: set[Environment] = set()
        self._idle: list[Environment] = []
        self._waiting: deque[asyncio.Future[Environment]] = deque()
        self._additions: set[asyncio.Task[None]] = set()
        self._ends: set[asyncio.Task[int]] = set()
        self._starting = 0
        self._retired = False

    async def acquire(self) -> Environment:
        return self._take_idle() or await self._wait()

    def release(self, environment: Environment) -> None:
        self._offer(environment)

    def retire(self) -> None:
        """Take no more work: end what is idle now, and the rest when it is."""
        self._retired = True
        while self._idle:
            self._end(self._idle.pop())

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
        while self._starting < min(len(self._waiting), self._most - len(self._all)):
            self._starting += 1
            _keep(self._add(), self._additions)

    async def _add(self) -> None:
        began = time.perf_counter()
        try:
            environment = await self._start(self.function)
            environment.took = (time.perf_counter() - began) * 1000
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
