"""One execution environment: a worker process, one invocation at a time, seen from the parent."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

import psutil

from localalb.runtime import code, platform_log, strays
from localalb.runtime.awake import AT_ONCE
from localalb.runtime.bootstrap import Head
from localalb.runtime.debugger import Debugger
from localalb.runtime.frames import Answer, Frames, packed
from localalb.runtime.function import Function
from localalb.runtime.invocation import Invocation, Outcome
from localalb.runtime.log_filter import let_through
from localalb.runtime.logs import Put
from localalb.runtime.output import Output
from localalb.runtime.result import Result, tail
from localalb.runtime.surroundings import Place, variables

BOOTSTRAP = Path(__file__).with_name("start_bootstrap.py")
DEBUG_BOOTSTRAP = Path(__file__).with_name("debug_bootstrap.py")
UNLIMITED = 24 * 3600  # seconds; what a handler is told it has left while it is debugged
# AWS gives the init phase 10 s, and repeats it inside the first invocation where that was too short
# ("Lambda execution environment lifecycle"). Here it has the longer of both, once.
INIT_TIMEOUT = 10.0
KEPT_MESSAGES = 64  # of an invocation's log, beyond which only its tail is kept for the result
MEBIBYTE = 1024 * 1024
OUT_OF_MEMORY = "Runtime.OutOfMemory"
FREEZES = hasattr(fcntl, "F_SETSIG")  # see bootstrap.die_with_parent
# How long an environment works, or has nothing to do, before it is looked at: then its output is read as it
# comes and its timeout is set, or it is frozen. A short invocation costs none of this. (When AWS freezes an
# environment behind its answer is not documented.)
SOON = 0.005
_ANSWERS = {b"r": "", b"e": "error"}  # the failure, by the kind of frame that answers an invocation
INIT_FAILURES = {b"R": "", b"t": "timeout"}  # by the kind of frame that ends the init phase
Over = Callable[["Environment", Invocation, Outcome], None]
"""Takes what an invocation came to, or the defect of localalb's that kept it from coming to anything."""


def now() -> datetime:
    return datetime.now(UTC)


def log_stream(function: Function) -> str:
    """A new name, in the form of Lambda's own."""
    return f"{now():%Y/%m/%d}/[{function.version}]{uuid4().hex}"


class InitFailed(Exception):
    """The worker did not get ready. `result` is what the invocation that wanted it is told."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.problem())
        self.result = result


class Environment:
    """A running worker. `put` takes messages of its log stream, in order."""

    def __init__(
        self, function: Function, put: Put, stream: str = "", debugger: Debugger | None = None
    ) -> None:
        self.function = function
        self._debugger = debugger
        self.log_stream = stream or log_stream(function)
        self._put = put
        self._loop = asyncio.get_running_loop()
        self._held = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._transport: asyncio.Transport | None = None
        self._closing: asyncio.Task[int] | None = None
        self._output: Output | None = None
        self._logged: list[str] = []
        self._answer: Answer | None = None
        self.busy = False
        self.prompt = False  # whether its latest invocation was over at once
        self._frozen = False
        self._since = 0.0  # when it last began to work or to wait for work
        self._look_timer: asyncio.TimerHandle | None = None
        self._timeout: asyncio.TimerHandle | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self._init_duration: float | None = None
        self.took: float | None = None  # ms to get it, of which its first invocation tells
        self._out_of_memory = False
        self._measured: psutil.Process | None = None

    @classmethod
    async def start(
        cls,
        function: Function,
        place: Place,
        task_root: Path,
        put: Put,
        opt: Path | None = None,
        *,
        front: Sequence[Path] = (),
        stream: str = "",
        debugger: Debugger | None = None,
    ) -> Environment:
        """Start a worker and wait until its handler is loaded; `front` goes before its package on sys.path,
        `stream` is its log stream where that has a name already. With a `debugger` it has neither a time nor
        a memory limit, nor is it frozen. Raises `InitFailed`, or `OSError` where no process can be had."""
        executable, note = await asyncio.to_thread(code.interpreter, function.runtime)
        self = cls(function, put, stream, debugger)
        runtime = Path(executable).name + (f" ({note})" if note else "")
        self._put_down(platform_log.init_start(function, runtime, time.time()))
        began = time.perf_counter()
        try:
            async with place.starting:
                await asyncio.sleep(0)  # everybody else's turn: on a busy machine a process takes 10 ms
                mine = self._spawn(executable, place, task_root, opt, front)
            self._transport, _ = await self._loop.create_connection(lambda: Frames(self.answered), sock=mine)
            kind, payload = await self._initialised(max(INIT_TIMEOUT, function.timeout))
            self._init_duration = (time.perf_counter() - began) * 1000
            failure = INIT_FAILURES.get(kind, "error")
            self._put_down(platform_log.init_done(function, failure, self._init_duration, time.time()))
            if kind != b"R":
                raise InitFailed(await self._init_failure(kind, payload))
            self._freeze()
        except BaseException:
            await self.close()
            raise
        return self

    def _spawn(
        self, executable: str, place: Place, task_root: Path, opt: Path | None, front: Sequence[Path]
    ) -> socket.socket:
        """Start the process; the socket to talk to it. It takes about a millisecond and is not left to a
        thread, so that there is no moment at which a process runs and nobody knows it."""
        function, held = self.function, self._held
        tmp = tempfile.mkdtemp(prefix="tmp-", dir=place.directory)
        held.callback(shutil.rmtree, tmp, ignore_errors=True)
        environ = variables(function, place, task_root, self.log_stream, Path(tmp), opt, front)
        bootstrap = BOOTSTRAP
        if self._debugger is not None:
            environ, bootstrap = environ | self._debugger.variables, DEBUG_BOOTSTRAP
        with contextlib.ExitStack() as theirs:
            mine, worker = socket.socketpair()
            theirs.callback(worker.close)
            on_failure = theirs.enter_context(contextlib.ExitStack())
            on_failure.callback(mine.close)
            life_read, lifeline = os.pipe()
            theirs.callback(os.close, life_read)
            held.callback(os.close, lifeline)
            printed, output = os.pipe()
            theirs.callback(os.close, output)
            held.callback(os.close, printed)
            self._output = Output(printed, self._pass_on)
            descriptors = (worker.fileno(), life_read)
            self._process = subprocess.Popen(
                [executable, "-S", "-u", "-B", str(bootstrap), *map(str, descriptors), function.handler],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environ,
                cwd=task_root,
                pass_fds=descriptors,
                start_new_session=True,
            )
            on_failure.pop_all()
        self._place = place
        with contextlib.suppress(psutil.Error):  # it may have ended already
            self._measured = psutil.Process(self._process.pid)
        place.workers.add(self._process.pid)
        self._output.watch()
        return mine

    def invoke(self, invocation: Invocation, over: Over) -> None:
        """Run one invocation; `over` is called at its end. After exit or timeout the environment closes."""
        function = self.function
        assert self._transport is not None
        assert self._output is not None
        now = time.time()
        deadline = int((now + (UNLIMITED if self._attached else function.timeout)) * 1000)
        request_id, trace, context = invocation.request_id, invocation.trace, invocation.client_context
        frame = packed(Head(request_id, function.arn, str(deadline), trace, context), invocation.payload)
        self._logged = []
        if self._frozen:
            self._thaw()
        self._output.unwatch()
        self._put_down(platform_log.start(function, request_id, now))
        self._turn(busy=True)
        self._answer = partial(self._ended, invocation, over, time.perf_counter())
        if self.gone:  # uvloop refuses what asyncio would drop
            self._loop.call_soon(self.answered, b"x", 0, b"")
        else:
            self._transport.write(frame)

    def answered(self, kind: bytes, memory: int, payload: bytes) -> None:
        """The worker's next frame; kind `t` where it took too long, `x` where the worker is gone."""
        answer, self._answer = self._answer, None
        if answer is not None:
            answer(kind, memory, payload)

    def _ended(
        self, invocation: Invocation, over: Over, began: float, kind: bytes, memory: int, payload: bytes
    ) -> None:
        duration = (time.perf_counter() - began) * 1000
        self.prompt = duration < AT_ONCE * 1000
        self._turn(busy=False)
        failure = _ANSWERS.get(kind)
        fits = memory <= self.function.memory_size or self._debugger is not None
        outcome: Outcome
        try:
            printed = self._take_output()
            if failure is not None and fits:
                outcome = self._result(invocation, duration, memory, failure, payload, printed)
            else:
                self._put_down(printed)
                if failure is not None:
                    self._run_out_of_memory()
                ending = self._loop.create_task(self._end(invocation, over, duration, memory, kind))
                self._endings.add(ending)
                ending.add_done_callback(self._endings.discard)
                return
        except Exception as error:
            outcome = error
        over(self, invocation, outcome)

    async def _end(
        self, invocation: Invocation, over: Over, duration: float, memory: int, kind: bytes
    ) -> None:
        """The end of an invocation and of its worker."""
        outcome: Outcome
        try:
            if kind == b"t":
                failure, payload = "timeout", await self._timed_out(invocation.request_id)
            else:
                failure, payload = "exit", await self._exited(invocation.request_id)
            outcome = self._result(invocation, duration, memory, failure, payload)
        except Exception as error:
            outcome = error
        over(self, invocation, outcome)

    def _result(
        self,
        invocation: Invocation,
        duration: float,
        memory: int,
        failure: str,
        payload: bytes,
        printed: Sequence[str] = (),
    ) -> Result:
        """The result of an invocation, behind whose last lines its report is put."""
        took, self.took = self.took, None
        self._report(invocation.request_id, duration, memory, failure, printed)
        version, stream = self.function.version, self.log_stream
        logged = tuple(self._logged)
        return Result(invocation.request_id, payload, failure, logged, version, duration, took, stream)

    def _turn(self, *, busy: bool) -> None:
        """Note that work begins or ends; no timer is made where there is one."""
        self.busy = busy
        self._since = self._loop.time()
        if self._timeout is not None:
            self._cancel_timeout()
        if self._look_timer is None:
            self._look_timer = self._loop.call_later(SOON, self._look)

    def _expire(self) -> None:
        """What has begun took too long. While a debugger is attached nothing does."""
        if self._attached:
            self._timeout = self._loop.call_later(self.function.timeout, self._expire)
        else:
            self.answered(b"t", 0, b"")

    def _cancel_timeout(self) -> None:
        if self._timeout is not None:
            self._timeout.cancel()
            self._timeout = None

    def _look(self) -> None:
        """See to an environment that has been as it is for a while."""
        self._look_timer = None
        if self.gone or self._output is None:
            return
        lasts = self._loop.time() - self._since
        if lasts < SOON * 0.9:
            self._look_timer = self._loop.call_later(SOON - lasts, self._look)
            return
        self._output.watch()
        if self.busy:
            self._timeout = self._loop.call_later(self.function.timeout - lasts, self._expire)
        else:
            self._freeze()

    def _freeze(self) -> None:
        """Stop the worker and what it has started, until the next invocation ("Lambda execution environment
        lifecycle"). Only where the kernel ends a stopped worker whose parent is gone, and no debugger wants
        to set breakpoints in it."""
        free = self._debugger is None and not self._frozen and not self.gone
        if FREEZES and free and self._process is not None:
            self._frozen = True
            _signal_group(self._process.pid, signal.SIGSTOP)

    def _thaw(self) -> None:
        if self._process is not None and not self.gone:
            self._frozen = False
            _signal_group(self._process.pid, signal.SIGCONT)

    async def _initialised(self, timeout: float) -> tuple[bytes, bytes]:
        """The kind and payload of the frame that ends the init phase."""
        answer: asyncio.Future[tuple[bytes, bytes]] = self._loop.create_future()

        def take(kind: bytes, memory: int, payload: bytes) -> None:
            if not answer.done():
                answer.set_result((kind, payload))

        self._answer = take
        self._timeout = self._loop.call_later(timeout, self._expire)
        if self.gone:
            self.answered(b"x", 0, b"")
        try:
            return await answer
        finally:
            self._cancel_timeout()
            self._answer = None
            self._put_down(self._take_output())

    async def _init_failure(self, kind: bytes, payload: bytes) -> Result:
        request_id = str(uuid4())
        match kind:
            case b"t":
                payload = await self._timed_out(request_id)
            case b"x":
                payload = await self._exited(request_id)
        await self.close()
        self._put_down(platform_log.start(self.function, request_id, time.time()))
        init, stream = self._init_duration, self.log_stream
        self._report(request_id, 0.0, 0, "init")
        logged = tuple(self._logged)
        return Result(request_id, payload, "init", logged, self.function.version, 0.0, init, stream)

    async def _timed_out(self, request_id: str) -> bytes:
        await self.close()
        words = f"Task timed out after {self.function.timeout:.2f} seconds"
        self._put_down([f"{platform_log.stamp(now())} {request_id} {words}"])
        return _error(request_id, "Sandbox.Timedout", words)

    async def _exited(self, request_id: str) -> bytes:
        status = await self.close()
        if status == 0:
            words = "Runtime exited without providing a reason"
        elif status < 0:
            words = f"Runtime exited with error: signal: {signal.strsignal(-status) or -status}".lower()
            words = words.replace("runtime", "Runtime", 1)
        else:
            words = f"Runtime exited with error: exit status {status}"
        self._put_down([f"RequestId: {request_id} Error: {words}\nRuntime.ExitError"])
        return _error(request_id, OUT_OF_MEMORY if self._out_of_memory else "Runtime.ExitError", words)

    def check_memory(self) -> None:
        """End the worker where it holds more than its function's memory."""
        if self._measured is None or self.gone or self._debugger is not None:
            return
        with contextlib.suppress(psutil.Error):
            if self._measured.memory_info().rss > self.function.memory_size * MEBIBYTE:
                self._run_out_of_memory()

    def _run_out_of_memory(self) -> None:
        """What the kernel does to it on Lambda: a signal that it does not see."""
        assert self._process is not None
        self._out_of_memory = True
        _kill_group(self._process.pid)

    def _report(
        self, request_id: str, duration: float, memory: int, failure: str, printed: Sequence[str] = ()
    ) -> None:
        """Put the last lines of an invocation, which were `printed`, and its end."""
        half = [] if self._output is None else let_through(self.function, self._output.rest())
        if failure == "timeout":
            duration = min(duration, self.function.timeout * 1000)
        out = self._out_of_memory
        report = platform_log.Report(
            request_id,
            duration,
            self.function.memory_size if out else memory,
            self._init_duration,
            failure,
            OUT_OF_MEMORY if out else "",
        )
        self._init_duration = None
        self._put_down([*printed, *half, *platform_log.end(self.function, report, time.time())])

    def _put_down(self, messages: Sequence[str]) -> None:
        if not messages:
            return
        if len(self._logged) > KEPT_MESSAGES:
            self._logged = [tail(self._logged)[:-1]]
        self._logged += messages
        self._put(messages)

    def _pass_on(self, lines: list[str]) -> None:
        self._put_down(let_through(self.function, lines))

    def _take_output(self) -> list[str]:
        return [] if self._output is None else let_through(self.function, self._output.take())

    @property
    def _attached(self) -> bool:
        return self._debugger is not None and self._debugger.attached

    @property
    def gone(self) -> bool:
        """Whether the worker has ended, by itself or not."""
        return self._closing is not None or self._transport is None or self._transport.is_closing()

    @property
    def exited(self) -> bool:
        """Whether the process is no more, although the end of its socket may not have been read yet. The
        kernel is not asked about one that answered a moment ago."""
        rests = self._look_timer is None
        return rests and self._process is not None and self._process.poll() is not None

    async def close(self) -> int:
        """End the worker and everything it started; its exit status. Everybody who asks waits for the same
        end, which a cancellation does not break off."""
        if self._closing is None:
            self._closing = self._loop.create_task(self._close())
        return await asyncio.shield(self._closing)

    async def _close(self) -> int:
        process, status = self._process, 0
        if process is not None:
            if process.poll() is None and self._transport is not None and self._transport.is_closing():
                # It hung up by itself: give it the moment it needs to say how.
                await asyncio.to_thread(_wait, process, 2.0)
            _kill_group(process.pid)
            status = await asyncio.to_thread(process.wait)
            await asyncio.to_thread(strays.end, self.log_stream, self._place.workers)
            self._place.workers.discard(process.pid)
            if self._output is not None:
                self._output.close()
        if self._transport is not None:
            self._transport.close()
        await asyncio.to_thread(self._held.close)
        return status


def _error(request_id: str, kind: str, words: str) -> bytes:
    message = f"RequestId: {request_id} Error: {words}"
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def _kill_group(pid: int) -> None:
    _signal_group(pid, signal.SIGKILL)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: a group of zombies
        os.killpg(pid, number)
