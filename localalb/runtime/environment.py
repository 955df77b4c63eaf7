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
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from localalb.runtime import code, platform_log, strays
from localalb.runtime.bootstrap import FRAME
from localalb.runtime.debugger import Debugger
from localalb.runtime.function import Function
from localalb.runtime.log_filter import lets_through
from localalb.runtime.logs import Lines
from localalb.runtime.result import Result
from localalb.runtime.surroundings import Place, variables

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
DEBUG_BOOTSTRAP = Path(__file__).with_name("debug_bootstrap.py")
UNLIMITED = 24 * 3600  # seconds; what a handler is told it has left while it is debugged
# AWS gives the init phase 10 s, and repeats it inside the first invocation where that was too short
# ("Lambda execution environment lifecycle"). Here it has the longer of both, once.
INIT_TIMEOUT = 10.0
LOG_TAIL = 4096
MEBIBYTE = 1024 * 1024
OUT_OF_MEMORY = "Runtime.OutOfMemory"
FREEZES = hasattr(fcntl, "F_SETSIG")  # see bootstrap.die_with_parent
PIPE = 65536  # what a full pipe holds, on Linux and macOS
INIT_FAILURES = {b"R": "", b"t": "timeout"}  # by the kind of frame that ends the init phase
Answer = tuple[bytes, dict[str, Any], bytes]  # a frame: kind, head, payload


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
    """A running worker. `put` takes the messages of its log stream."""

    def __init__(
        self,
        function: Function,
        put: Callable[[str, str], None],
        stream: str = "",
        debugger: Debugger | None = None,
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
        self._output = -1
        self._lines = Lines()
        self._tail = ""
        self._answer: asyncio.Future[Answer] | None = None
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
        put: Callable[[str, str], None],
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
        self._write(platform_log.init_start(function, runtime, now()))
        began = time.perf_counter()
        try:
            async with place.starting:
                await asyncio.sleep(0)  # everybody else's turn: on a busy machine a process takes 10 ms
                mine = self._spawn(executable, place, task_root, opt, front)
            self._transport, _ = await self._loop.create_connection(lambda: _Frames(self), sock=mine)
            kind, _, payload = await self._await_answer(max(INIT_TIMEOUT, function.timeout))
            self._init_duration = (time.perf_counter() - began) * 1000
            failure = INIT_FAILURES.get(kind, "error")
            self._write(platform_log.init_done(function, failure, self._init_duration, now()))
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
            self._output, output = os.pipe()
            theirs.callback(os.close, output)
            held.callback(os.close, self._output)
            os.set_blocking(self._output, False)
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
        self._loop.add_reader(self._output, self._read_output)
        return mine

    async def invoke(
        self, payload: bytes, *, request_id: str, trace: str, client_context: str | None = None
    ) -> Result:
        """Run one invocation to its end. After exit or timeout the environment is closed."""
        function = self.function
        assert self._transport is not None
        self._tail = ""
        self._thaw()
        self._write(platform_log.start(function, request_id, now()))
        began = time.perf_counter()
        head = {
            "id": request_id,
            "arn": function.arn,
            "deadline": int((time.time() + (UNLIMITED if self._attached else function.timeout)) * 1000),
            "trace": trace,
            "client_context": client_context,
        }
        encoded = json.dumps(head).encode()
        if not self.gone:  # uvloop refuses what asyncio would drop
            self._transport.write(FRAME.pack(b"I", len(encoded), len(payload)) + encoded + payload)
        kind, meta, answer = await self._await_answer(function.timeout)
        duration = (time.perf_counter() - began) * 1000
        if kind in (b"r", b"e") and meta.get("memory", 0) > function.memory_size and self._debugger is None:
            self._run_out_of_memory()
            kind = b"x"
        match kind:
            case b"r":
                failure = ""
            case b"e":
                failure = "error"
            case b"t":
                failure, answer = "timeout", await self._timed_out(request_id)
            case _:
                failure, answer = "exit", await self._exited(request_id)
        took, self.took = self.took, None
        self._report(request_id, duration, meta.get("memory", 0), failure)
        self._freeze()
        version, stream = function.version, self.log_stream
        return Result(request_id, answer, failure, self._tail, version, duration, took, stream)

    def _freeze(self) -> None:
        """Stop the worker and what it has started, until the next invocation ("Lambda execution environment
        lifecycle"). It takes 5 us. Only where the kernel ends a stopped worker whose parent is gone, and no
        debugger wants to set breakpoints in it."""
        if self._debugger is None:
            self._tell(signal.SIGSTOP)

    def _thaw(self) -> None:
        self._tell(signal.SIGCONT)

    def _tell(self, number: signal.Signals) -> None:
        if FREEZES and self._process is not None and not self.gone:
            _signal_group(self._process.pid, number)

    async def _await_answer(self, timeout: float) -> Answer:
        """The worker's next frame; kind `t` when it took too long, `x` when the worker is gone. While a
        debugger is attached nothing takes too long."""
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._answer = answer
        timer: asyncio.TimerHandle

        def expire() -> None:
            nonlocal timer
            if self._attached:
                timer = self._loop.call_later(timeout, expire)
            else:
                self.answered(b"t", {}, b"")

        timer = self._loop.call_later(timeout, expire)
        if self.gone:
            self.answered(b"x", {}, b"")
        try:
            return await answer
        finally:
            timer.cancel()
            self._answer = None
            self._read_output()

    def answered(self, kind: bytes, meta: dict[str, Any], payload: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((kind, meta, payload))

    async def _init_failure(self, kind: bytes, payload: bytes) -> Result:
        request_id = str(uuid4())
        match kind:
            case b"t":
                payload = await self._timed_out(request_id)
            case b"x":
                payload = await self._exited(request_id)
        await self.close()
        self._write(platform_log.start(self.function, request_id, now()))
        init, stream = self._init_duration, self.log_stream
        self._report(request_id, 0.0, 0, "init")
        return Result(request_id, payload, "init", self._tail, self.function.version, 0.0, init, stream)

    async def _timed_out(self, request_id: str) -> bytes:
        await self.close()
        words = f"Task timed out after {self.function.timeout:.2f} seconds"
        self._log(f"{platform_log.stamp(now())} {request_id} {words}")
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
        self._log(f"RequestId: {request_id} Error: {words}\nRuntime.ExitError")
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

    def _report(self, request_id: str, duration: float, memory: int, failure: str) -> None:
        self._end_line()
        if failure == "timeout":
            duration = min(duration, self.function.timeout * 1000)
        out = self._out_of_memory
        report = platform_log.Report(
            request_id=request_id,
            duration=duration,
            memory=self.function.memory_size if out else memory,
            init=self._init_duration,
            failure=failure,
            error_type=OUT_OF_MEMORY if out else "",
        )
        self._init_duration = None
        self._write(platform_log.end(self.function, report, now()))

    def _write(self, messages: Iterable[str]) -> None:
        for message in messages:
            self._log(message)

    def _log(self, message: str) -> None:
        self._tail = f"{self._tail}{message}\n"[-LOG_TAIL:]
        self._put(self.log_stream, message)

    def _read_output(self) -> None:
        """Take what the worker has printed so far.

        A worker that stands still has left no more than a full pipe. One that goes on printing must not keep
        the loop from everything else, its own timeout included, so it is asked again later.
        """
        if self._output < 0:
            return
        for _ in range(2):
            try:
                chunk = os.read(self._output, PIPE)
            except BlockingIOError:
                return
            if not chunk:
                self._loop.remove_reader(self._output)
                return
            self._pass_on(self._lines.feed(chunk))

    def _end_line(self) -> None:
        """What was printed without a line feed is an event too when nothing follows."""
        self._pass_on(self._lines.end())

    def _pass_on(self, output: Iterable[str]) -> None:
        self._write(line for line in output if lets_through(self.function, line))

    @property
    def _attached(self) -> bool:
        return self._debugger is not None and self._debugger.attached

    @property
    def gone(self) -> bool:
        """Whether the worker has ended, by itself or not."""
        return self._closing is not None or self._transport is None or self._transport.is_closing()

    @property
    def exited(self) -> bool:
        """Whether the process is no more, although the end of its socket may not have been read yet."""
        return self._process is not None and self._process.poll() is not None

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
            self._read_output()
            self._end_line()
            self._loop.remove_reader(self._output)
            self._output = -1
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


class _Frames(asyncio.Protocol):
    """The worker's frames, handed to its environment as they are complete."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._buffer = bytearray()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        while len(buffer) >= FRAME.size:
            kind, head_length, length = FRAME.unpack_from(buffer)
            body = FRAME.size + head_length
            if len(buffer) < body + length:
                return
            head = json.loads(buffer[FRAME.size : body])
            payload = bytes(buffer[body : body + length])
            del buffer[: body + length]
            self._environment.answered(kind, head, payload)

    def connection_lost(self, exc: Exception | None) -> None:
        self._environment.answered(b"x", {}, b"")
