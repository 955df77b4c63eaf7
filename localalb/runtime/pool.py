"""The execution environments of every function, and which one gets the next invocation."""

from __future__ import annotations

import asyncio
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from localalb.runtime import code
from localalb.runtime.debugger import Debugged
from localalb.runtime.environment import Environment, InitFailed, log_stream
from localalb.runtime.function import Function, Invocable
from localalb.runtime.group import Group, NoProcess
from localalb.runtime.ids import request_id as new_id
from localalb.runtime.invocation import Invocation, Outcome
from localalb.runtime.logs import LogBook, Stream
from localalb.runtime.memory import Running
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

# Concurrent executions of an account ("Lambda quotas"). A laptop has fewer processes for them
# (`group.MAX_ENVIRONMENTS`): what finds none free waits for its turn, and counts.
ACCOUNT_CONCURRENCY = 1000


class Pool:
    """Invokes functions, in the event loop's thread.

    `fetch` gives a function's deployment package, `layers` those of its layers, `draw` a number from 0 up to
    1, by which an alias with weights picks a version; `download` lets pip fetch what a package has for
    another platform. `Group` says when an environment is started; whichever is free first takes the
    invocation that has waited longest. When a function changes, the environments of the old one end as soon
    as they are idle.
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
        self._groups: dict[tuple[str, str], Group] = {}
        self._retired: set[Group] = set()
        self._concurrent = 0
        self._busy: Counter[str] = Counter()  # of functions with a reserved concurrency
        self._running = Running()
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
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        invocation = Invocation(
            function, payload, request_id or new_id(), trace, client_context or "", answer, weighted
        )
        group = self._group(function)
        group.invoke(invocation)
        if invocation.waits:
            invocation.caller = asyncio.current_task(loop)
        try:
            return await answer
        except asyncio.CancelledError:
            if invocation.waits:
                group.give_up(invocation)
                self._dismiss(function)
            raise

    def _over(self, invocation: Invocation, outcome: Outcome) -> None:
        """An invocation has run, or could not begin."""
        function = invocation.function
        self._dismiss(function)
        if isinstance(outcome, InitFailed):
            outcome = outcome.result
        if isinstance(outcome, Result):
            self.metrics.invoked(function, outcome, weighted=invocation.weighted)
        elif isinstance(outcome, Throttled):
            self.metrics.throttled(function, weighted=invocation.weighted)
        invocation.tell(outcome)

    def waits(self, caller: asyncio.Task[Any]) -> bool:
        """Whether a task that called `invoke` waits for an environment."""
        groups = (*self._groups.values(), *self._retired)
        return any(each.caller is caller for group in groups for each in group.waiting)

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
        return await self._group(function).prepare()

    async def close(self) -> None:
        """End every environment, whatever it does. Invocations that still wait for one are cancelled."""
        groups, self._groups, self._retired = {*self._groups.values(), *self._retired}, {}, set()
        await asyncio.gather(*(group.close() for group in groups))
        while self._running:  # what ran has ended with its environment, and says so in a moment
            await asyncio.sleep(0)
        await self._wheels.close()
        self._running.close()

    def _retire(self, group: Group) -> None:
        group.retire()
        self._retired = {each for each in (*self._retired, group) if not each.over}

    def _group(self, function: Function) -> Group:
        key = function.arn, function.version
        group = self._groups.get(key)
        if group is None or (group.function is not function and group.function != function):
            if group is not None:
                self._retire(group)
            debugged = self._debugged.get(function.unqualified)
            if debugged is not None and debugged.attached:  # by one debugger, which one environment has
                self.renew(function.unqualified)
                most = 1
            else:
                most = None
            group = self._groups[key] = Group(function, self._start, self._over, self._running, most)
        return group

    async def _start(self, function: Function) -> Environment:
        name = function.code_sha256.replace("/", "_").rstrip("=")
        directory = self._place.directory / "code" / name

        stream = log_stream(function)
        address = Stream(function.account, function.region, function.log_group, stream)
        put = partial(self._log_book.put, address)
        if not code.RUNTIME.fullmatch(function.runtime):
            result = unsupported_runtime(function)
            put([result.problem()])
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
        front = await self._wheels.front(function.runtime, places, lambda line: put([line]))
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
