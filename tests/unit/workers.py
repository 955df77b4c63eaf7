"""What the tests of execution environments share: functions, places for them to run and ways to look."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import socket
import sys
import time
import zipfile
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from textwrap import dedent
from typing import cast

from localalb.runtime.environment import Environment
from localalb.runtime.function import Function
from localalb.runtime.invocation import Invocation
from localalb.runtime.result import Result
from localalb.runtime.surroundings import Place

PATIENCE = 10.0


def package(source: str) -> bytes:
    """A deployment package of one module, `app`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", dedent(source))
    return buffer.getvalue()


def function(
    source: str = "",
    *,
    timeout: float = 10,
    environment: Mapping[str, str] | None = None,
    reserved_concurrency: int | None = None,
) -> Function:
    """A function whose code is told apart by its source. A fraction of a second will do for a timeout."""
    return Function(
        arn="arn:aws:lambda:eu-west-1:123456789012:function:worker",
        name="worker",
        version="$LATEST",
        handler="app.handler",
        runtime="python{}.{}".format(*sys.version_info),
        timeout=cast("int", timeout),
        memory_size=128,
        code_sha256=b64encode(sha256(dedent(source).encode()).digest()).decode(),
        log_group="/aws/lambda/worker",
        environment=environment or {},
        reserved_concurrency=reserved_concurrency,
    )


def place(directory: Path) -> Place:
    return Place(directory, directory / "sdk", "http://127.0.0.1:1", "LKIATEST")


class Worker:
    """Starts environments of one function and keeps what they log."""

    def __init__(self, directory: Path, source: str, **settings: float) -> None:
        self.directory = directory
        self.function = function(source, **settings)  # type: ignore[arg-type]
        self.messages: list[str] = []
        root = directory / "root"
        root.mkdir(exist_ok=True)
        (root / "app.py").write_text(dedent(source))

    async def start(self) -> Environment:
        return await Environment.start(
            self.function, place(self.directory), self.directory / "root", self._put
        )

    def _put(self, messages: Sequence[str]) -> None:
        self.messages += messages

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Environment]:
        environment = await self.start()
        try:
            yield environment
        finally:
            await environment.close()


async def invoke(environment: Environment, payload: bytes = b"{}", request_id: str = "request-1") -> Result:
    answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    invocation = Invocation(environment.function, payload, request_id, "Root=1-2-3", "", answer)
    environment.invoke(invocation, lambda environment, invocation, outcome: invocation.tell(outcome))
    return await answer


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked about yet does not."""
    try:
        # Not its state, where it is a child: that is Z already while another of its threads is still ending.
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return not Path("/proc/self/stat").exists()
    return status.rpartition(")")[2].split()[0] not in "ZX"


def eventually(probe: Callable[[], object]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not probe():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


async def until(probe: Callable[[], object]) -> bool:
    return await asyncio.to_thread(eventually, probe)


def numbers(path: Path) -> list[int]:
    """The process ids that a handler has written, one a line."""
    return [int(line) for line in path.read_text().split("\n")[:-1]] if path.exists() else []


@asynccontextmanager
async def leaving_nothing(directory: Path) -> AsyncIterator[None]:
    """What is done inside leaves no descriptor open, no child and no temporary directory."""
    # uvloop opens something of its own for the first transport, and keeps it.
    mine, theirs = socket.socketpair()
    with theirs:
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=mine)
    transport.close()
    await _turns()
    gc.collect()  # what earlier tests have left is not closed meanwhile
    before = set(os.listdir("/dev/fd"))
    yield
    await _turns()
    assert set(os.listdir("/dev/fd")) == before
    assert not children(), "a process is left, or nobody asked how it ended"
    assert list(directory.glob("tmp-*")) == []


async def _turns() -> None:
    """A transport closes its socket when the loop gets to it."""
    for _ in range(3):
        await asyncio.sleep(0)


def children() -> list[int]:
    try:
        while True:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            return [pid]
    except ChildProcessError:
        return []
