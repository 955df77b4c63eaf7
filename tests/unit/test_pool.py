"""A function's environments: which invocation gets which, when one starts and when one ends.

In uvloop, with which localalb serves; test_environment.py is in asyncio's own loop.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import psutil
import pytest
import uvloop
from workers import alive, eventually, function, leaving_nothing, numbers, package, place, until

from localalb.runtime import group
from localalb.runtime import pool as pools
from localalb.runtime.debugger import Debugger
from localalb.runtime.environment import FREEZES
from localalb.runtime.function import Alias, Function
from localalb.runtime.logs import LogBook, LogEvent, Stream
from localalb.runtime.pool import Pool
from localalb.runtime.result import Result, Throttled

COUNTER = """
    import os
    count = 0
    def handler(event, context):
        global count
        count += 1
        return [os.getpid(), count]
"""
# Notes its process and waits until a file of the event's name appears.
GATE = """
    import os, time
    def handler(event, context):
        with open(os.environ["NOTES"], "a") as notes:
            print(os.getpid(), file=notes)
        while not os.path.exists(event):
            time.sleep(0.002)
        return os.getpid()
"""


class Bench:
    """A pool, the sources of its functions and what they log."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.notes = directory / "notes"
        self.gate = directory / "open"
        self.messages: dict[Stream, list[str]] = {}
        self.sources: dict[str, bytes] = {}
        self.log_book = LogBook(self._write)
        self.draws: list[float] = []
        self.pool = Pool(place(directory), self.log_book, self._fetch, self._draw)

    def function(
        self, source: str, *, reserved_concurrency: int | None = None, timeout: float = 10
    ) -> Function:
        made = function(
            source,
            environment={"NOTES": str(self.notes)},
            reserved_concurrency=reserved_concurrency,
            timeout=timeout,
        )
        self.sources[made.code_sha256] = package(dedent(source))
        return made

    def _draw(self) -> float:
        return self.draws.pop(0) if self.draws else 0.5

    def _fetch(self, wanted: Function) -> bytes:
        return self.sources[wanted.code_sha256]

    def _write(self, stream: Stream, events: Sequence[LogEvent]) -> None:
        self.messages.setdefault(stream, []).extend(message for _, message in events)

    async def invoke(self, wanted: Function, event: object = None) -> Result:
        return await self.pool.invoke(wanted, json.dumps(event).encode())

    def at_the_gate(self, wanted: Function) -> asyncio.Task[Result]:
        """An invocation of `GATE`."""
        return asyncio.create_task(self.invoke(wanted, str(self.gate)))

    async def arrived(self, count: int) -> None:
        assert await until(lambda: len(numbers(self.notes)) >= count)


@asynccontextmanager
async def bench(directory: Path) -> AsyncIterator[Bench]:
    """What a test does inside leaves nothing behind once the pool is closed."""
    async with leaving_nothing(directory):
        bench = Bench(directory)
        try:
            yield bench
        finally:
            await bench.pool.close()


class Attached:
    """A debugger is attached to a function, and wants to see no environment of it."""

    attached = True

    async def debugger(self, function: Function, task_root: Path) -> Debugger | None:
        return None


def test_while_it_is_debugged_a_function_has_one_environment_whatever_version_is_called(
    tmp_path: Path,
) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            first = b.function(COUNTER)
            second = replace(first, version="2")
            b.pool.debug(first.arn, Attached())
            pids = [json.loads((await b.invoke(each)).payload)[0] for each in (first, second, first)]
            assert len({*pids}) == 3
            assert await until(lambda: not any(map(alive, pids[:2])))
            many = await asyncio.gather(*(b.invoke(first) for _ in range(4)))
            assert {json.loads(each.payload)[0] for each in many} == {pids[2]}
            b.pool.debug(first.arn, None)
            assert json.loads((await b.invoke(first)).payload)[0] != pids[2]

    uvloop.run(run())


def test_an_environment_is_used_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            counter = b.function(COUNTER)
            first, second = [json.loads((await b.invoke(counter)).payload) for _ in range(2)]
            assert second == [first[0], 2]
            b.log_book.flush()
            (stream,) = b.messages
            assert stream[:3] == ("123456789012", "eu-west-1", "/aws/lambda/worker")
            assert [m.split(" ")[0] for m in b.messages[stream] if m.startswith("START")] == ["START"] * 2

    uvloop.run(run())


def test_invocations_at_the_same_time_run_in_parallel(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            gate = b.function(GATE)
            invocations = [b.at_the_gate(gate) for _ in range(3)]
            # All three are inside before the first may go on.
            await b.arrived(3)
            b.gate.touch()
            results = [json.loads((await invocation).payload) for invocation in invocations]
            assert sorted(results) == sorted(numbers(b.notes))
            assert len(set(results)) == 3

    uvloop.run(run())


def test_as_many_begin_as_there_are_processors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short invocations take turns in few environments. Longer ones do not wait for each other: see above."""
    monkeypatch.setattr(group, "PROCESSORS", 1)
    monkeypatch.setattr(group, "LONG_RUN", 60.0)
    monkeypatch.setattr(group, "LONG_START", 60.0)

    async def run() -> None:
        async with bench(tmp_path) as b:
            counter = b.function(COUNTER)
            results = await asyncio.gather(*(b.invoke(counter) for _ in range(5)))
            assert [json.loads(result.payload)[1] for result in results] == [1, 2, 3, 4, 5]
            assert len(list(tmp_path.glob("tmp-*"))) == 1

    uvloop.run(run())


def test_an_environment_never_runs_two_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither while they start nor when all are idle: whoever finds none free waits for its turn."""
    source = "import os\ndef handler(event, context):\n    print(event)\n    return [os.getpid(), event]\n"
    monkeypatch.setattr(group, "MAX_ENVIRONMENTS", 2)

    async def run() -> None:
        async with bench(tmp_path) as b:
            echo = b.function(source)
            for _ in range(2):
                work = asyncio.gather(*(b.invoke(echo, number) for number in range(12)))
                answers = [json.loads(result.payload) for result in await asyncio.wait_for(work, 10)]
                assert [answer[1] for answer in answers] == list(range(12))
                assert len({answer[0] for answer in answers}) <= 2
            b.log_book.flush()
            for messages in b.messages.values():
                starts = [
                    message.split(" ")[0] for message in messages if message.startswith(("START", "END"))
                ]
                assert starts == ["START", "END"] * (len(starts) // 2)

    uvloop.run(run())


def test_there_are_never_more_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "MAX_ENVIRONMENTS", 2)

    async def run() -> None:
        async with bench(tmp_path) as b:
            gate = b.function(GATE)
            invocations = [b.at_the_gate(gate) for _ in range(5)]
            await b.arrived(2)
            assert len(list(tmp_path.glob("tmp-*"))) == 2
            b.gate.touch()
            results = await asyncio.gather(*invocations)
            assert len({result.payload for result in results}) == 2

    uvloop.run(run())


def test_who_no_longer_waits_is_not_counted(tmp_path: Path) -> None:
    """The environment that was started for one that went away serves the next."""

    async def run() -> None:
        async with bench(tmp_path) as b:
            counter = b.function(COUNTER)
            gone = asyncio.create_task(b.invoke(counter))
            await asyncio.sleep(0)
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
            assert (await b.invoke(counter)).failure == ""
            b.log_book.flush()
            assert len(b.messages) == 1

    uvloop.run(run())


def test_reserved_concurrency(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            gate = b.function(GATE, reserved_concurrency=1)
            first = b.at_the_gate(gate)
            await asyncio.sleep(0)
            with pytest.raises(Throttled, match="worker has a reserved concurrency of 1"):
                await b.at_the_gate(gate)
            b.gate.touch()
            assert (await first).failure == ""
            assert (await b.at_the_gate(gate)).failure == ""
            with pytest.raises(Throttled):
                await b.invoke(b.function(COUNTER, reserved_concurrency=0))

    uvloop.run(run())


def test_an_alias_with_weights_has_environments_for_each_version(tmp_path: Path) -> None:
    """One invoked ARN, and the version is drawn for each invocation."""

    async def run() -> None:
        async with bench(tmp_path) as b:
            one, two = (
                replace(b.function(COUNTER), version=version, arn=f"{function().arn}:live")
                for version in ("1", "2")
            )
            alias = Alias(one, ((two, 0.5),))
            b.draws = [0.0, 0.7, 0.4, 0.9, 0.5]
            results = [await b.pool.invoke(alias, b"null") for _ in range(5)]
            assert [result.version for result in results] == ["2", "1", "2", "1", "1"]
            counts = [json.loads(result.payload) for result in results]
            assert [count for _, count in counts] == [1, 1, 2, 2, 3]
            assert len({pid for pid, _ in counts}) == 2
            b.log_book.flush()
            assert {stream.name.split("[")[1][:2] for stream in b.messages} == {"1]", "2]"}
            # Other weights alone end no environment; a version that is left does.
            b.pool.keep({Alias(one, ((two, 0.1),))})
            b.draws = [0.99, 0.99]
            assert json.loads((await b.pool.invoke(alias, b"null")).payload) == [counts[1][0], 4]
            b.pool.keep({one})
            assert await until(lambda: not alive(counts[0][0]))

    uvloop.run(run())


def test_reserved_concurrency_is_that_of_all_versions_together(tmp_path: Path) -> None:
    """Developer guide, "Configuring reserved concurrency": it is a function's, not a version's."""

    async def run() -> None:
        async with bench(tmp_path) as b:
            gate = b.function(GATE, reserved_concurrency=1)
            first = b.at_the_gate(gate)
            await asyncio.sleep(0)
            with pytest.raises(Throttled):
                await b.at_the_gate(replace(gate, version="1", arn=f"{gate.arn}:live"))
            b.gate.touch()
            assert (await first).failure == ""

    uvloop.run(run())


def test_a_changed_function_gets_new_environments(tmp_path: Path) -> None:
    """The old ones end: the idle at once, the busy when it has answered."""

    async def run() -> None:
        async with bench(tmp_path) as b:
            old = b.function(GATE)
            busy = b.at_the_gate(old)
            await b.arrived(1)
            new = b.function(COUNTER)
            pid, count = json.loads((await b.invoke(new)).payload)
            assert count == 1
            (before,) = numbers(b.notes)
            assert pid != before
            assert alive(before)
            b.gate.touch()
            assert json.loads((await busy).payload) == before
            assert await until(lambda: not alive(before))
            changed = replace(new, environment={"COLOUR": "red"})
            assert json.loads((await b.invoke(changed)).payload)[0] != pid
            assert await until(lambda: not alive(pid))

    uvloop.run(run())


def test_keep(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            counter = b.function(COUNTER)
            pid, _ = json.loads((await b.invoke(counter)).payload)
            b.pool.keep({counter})
            assert json.loads((await b.invoke(counter)).payload) == [pid, 2]
            b.pool.keep(set())
            assert await until(lambda: not alive(pid))
            assert json.loads((await b.invoke(counter)).payload)[1] == 1

    uvloop.run(run())


def test_a_worker_that_ended_between_invocations_is_replaced(tmp_path: Path) -> None:
    source = "import os\ndef handler(event, context):\n    return os.getpid()\n"

    async def run() -> None:
        async with bench(tmp_path) as b:
            leaving = b.function(source)
            pid = json.loads((await b.invoke(leaving)).payload)
            os.kill(pid, signal.SIGKILL)  # as a kernel without memory does
            assert await until(lambda: not alive(pid))
            result = await b.invoke(leaving)
            assert result.failure == ""
            assert json.loads(result.payload) != pid

    uvloop.run(run())


@pytest.mark.skipif(not FREEZES, reason="elsewhere nothing shows that an environment rests")
def test_a_worker_that_ended_a_moment_ago_is_replaced(tmp_path: Path) -> None:
    """Nobody has read the end of its socket yet: the loop has had no turn since."""
    source = "import os\ndef handler(event, context):\n    return os.getpid()\n"

    async def run() -> None:
        async with bench(tmp_path) as b:
            leaving = b.function(source)
            pid = json.loads((await b.invoke(leaving)).payload)
            assert await until(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)
            os.kill(pid, signal.SIGKILL)
            assert eventually(lambda: not alive(pid))
            result = await b.invoke(leaving)
            assert result.failure == ""
            assert json.loads(result.payload) != pid

    uvloop.run(run())


def test_a_worker_that_ended_in_an_invocation_is_replaced(tmp_path: Path) -> None:
    source = "import os\ndef handler(event, context):\n    if event: os._exit(3)\n    return os.getpid()\n"

    async def run() -> None:
        async with bench(tmp_path) as b:
            leaving = b.function(source)
            assert (await b.invoke(leaving, True)).failure == "exit"
            assert (await b.invoke(leaving, False)).failure == ""

    uvloop.run(run())


def test_whoever_waits_for_an_environment_is_told_why_there_is_none(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            broken = b.function("import absent")
            results = await asyncio.gather(*(b.invoke(broken) for _ in range(2)))
            assert [result.failure for result in results] == ["init"] * 2
            assert all("No module named 'absent'" in result.problem() for result in results)

    uvloop.run(run())


def test_a_package_that_is_no_zip(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            broken = b.function("")
            b.sources[broken.code_sha256] = b"no zip"
            result = await b.invoke(broken)
            assert result.failure == "init"
            assert result.problem() == (
                "Runtime.InvalidPackage: the deployment package of worker cannot be unpacked: "
                "File is not a zip file"
            )

    uvloop.run(run())


@pytest.mark.parametrize(
    ("runtime", "words"),
    [
        ("nodejs22.x", "worker needs nodejs22.x"),
        ("java21", "worker needs java21"),
        ("provided.al2023", "worker needs provided.al2023"),
        ("", "worker is a container image"),
    ],
)
def test_what_is_not_python_is_never_run_by_it(tmp_path: Path, runtime: str, words: str) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            ours = b.function("def handler(event, context):\n    return 'ran'")
            result = await b.invoke(replace(ours, runtime=runtime))
            assert result.failure == "init"
            problem = (
                f"Runtime.Unsupported: {words}; localalb runs the runtimes python3.9 and newer, from zips"
            )
            assert result.problem() == problem
            b.log_book.flush()
            assert list(b.messages.values()) == [[problem]]

    uvloop.run(run())


def test_a_function_that_was_deleted(tmp_path: Path) -> None:
    """It has no package any more; its invocation must not wait for ever."""

    async def run() -> None:
        async with bench(tmp_path) as b:
            gone = b.function("")
            b.sources.clear()
            for _ in range(2):
                assert (await asyncio.wait_for(b.invoke(gone), 10)).failure == "missing"

    uvloop.run(run())


def test_what_nobody_foresaw_reaches_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Bench, wanted: Function) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(Bench, "_fetch", fail)

    async def run() -> None:
        async with bench(tmp_path) as b:
            for _ in range(2):
                with pytest.raises(ZeroDivisionError):
                    await asyncio.wait_for(b.invoke(b.function("")), 10)

    uvloop.run(run())


def test_an_account_has_so_many_concurrent_executions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that wait for an environment count: they are on Lambda's side already ("Lambda quotas")."""
    monkeypatch.setattr(group, "MAX_ENVIRONMENTS", 1)
    monkeypatch.setattr(pools, "ACCOUNT_CONCURRENCY", 2)

    async def run() -> None:
        async with bench(tmp_path) as b:
            gate = b.function(GATE)
            admitted = [b.at_the_gate(gate) for _ in range(2)]
            await b.arrived(1)
            with pytest.raises(Throttled, match="2 invocations run or wait"):
                await b.at_the_gate(gate)
            b.gate.touch()
            assert [result.failure for result in await asyncio.gather(*admitted)] == ["", ""]
            assert (await b.at_the_gate(gate)).failure == "", "their places are free again"

    uvloop.run(run())


def test_no_process_for_the_first_environment_is_throttling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    async def run() -> None:
        async with bench(tmp_path) as b:
            with monkeypatch.context() as patch:
                patch.setattr("localalb.runtime.environment.subprocess.Popen", refuse)
                with pytest.raises(Throttled, match="no execution environment for worker can be started"):
                    await b.invoke(b.function(COUNTER))
            assert (await b.invoke(b.function(COUNTER))).failure == "", "it is tried again"

    uvloop.run(run())


def test_no_process_for_one_more_environment_waits_for_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    async def run() -> None:
        async with bench(tmp_path) as b:
            gate = b.function(GATE)
            first = b.at_the_gate(gate)
            await b.arrived(1)
            with monkeypatch.context() as patch:
                patch.setattr("localalb.runtime.environment.subprocess.Popen", refuse)
                second = b.at_the_gate(gate)
                assert await until(lambda: "can be started" in caplog.text)
                b.gate.touch()
                assert (await second).payload == (await first).payload

    uvloop.run(run())


def test_the_package_is_unpacked_once(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            counter = b.function(COUNTER)
            await b.invoke(counter)
            b.sources.clear()
            again = replace(counter, environment={"COLOUR": "red"})
            assert (await b.invoke(again)).failure == ""
            (root,) = (tmp_path / "code").iterdir()
            assert [path.name for path in root.iterdir()] == ["app.py"]

    uvloop.run(run())


def test_a_function_runs_on_when_its_caller_has_gone(tmp_path: Path) -> None:
    """Lambda does not stop an invocation whose client hung up; its concurrency is taken until it ends."""

    async def run() -> None:
        async with bench(tmp_path) as b:
            gate = b.function(GATE, reserved_concurrency=1)
            invocation = b.at_the_gate(gate)
            await b.arrived(1)
            invocation.cancel()
            with pytest.raises(asyncio.CancelledError):
                await invocation
            (pid,) = numbers(b.notes)
            assert alive(pid)
            with pytest.raises(Throttled):
                await b.at_the_gate(gate)
            b.gate.touch()
            while b.pool.running:
                await asyncio.sleep(0.002)
            assert json.loads((await b.at_the_gate(gate)).payload) == pid, (
                "the same environment is free again"
            )

    uvloop.run(run())


def test_who_waits_for_an_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the function runs; a client that has gone is then not answered at all."""
    monkeypatch.setattr(group, "MAX_ENVIRONMENTS", 1)

    async def run() -> None:
        async with bench(tmp_path) as b:
            gate = b.function(GATE)
            first = b.at_the_gate(gate)
            assert not b.pool.waits(first)
            await asyncio.sleep(0)
            assert b.pool.waits(first)
            await b.arrived(1)
            second, third = b.at_the_gate(gate), b.at_the_gate(gate)
            await asyncio.sleep(0)
            assert [b.pool.waits(each) for each in (first, second, third)] == [False, True, True]
            second.cancel()
            await asyncio.wait([second])
            assert [b.pool.waits(each) for each in (second, third)] == [False, True]
            b.gate.touch()
            await asyncio.gather(first, third)
            assert not b.pool.waits(third)

    uvloop.run(run())


def test_an_invocation_that_cannot_be_written_down_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although its turn comes where another ends."""
    monkeypatch.setattr(group, "MAX_ENVIRONMENTS", 1)

    async def run() -> None:
        async with bench(tmp_path) as b:
            counter = b.function(COUNTER)
            strange = b.pool.invoke(counter, b"null", trace="\ud800")
            work = asyncio.gather(b.invoke(counter), strange, b.invoke(counter), return_exceptions=True)
            first, failed, last = await asyncio.wait_for(work, 10)
            assert isinstance(failed, UnicodeEncodeError)
            assert isinstance(first, Result)
            assert isinstance(last, Result)
            assert [json.loads(each.payload)[1] for each in (first, last)] == [1, 2]

    uvloop.run(run())


def test_an_invocation_that_is_cancelled_while_it_waits_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "MAX_ENVIRONMENTS", 1)

    async def run() -> None:
        async with bench(tmp_path) as b:
            gate = b.function(GATE)
            first = b.at_the_gate(gate)
            await b.arrived(1)
            waiting = [b.at_the_gate(gate) for _ in range(2)]
            await asyncio.sleep(0)
            waiting[0].cancel()
            b.gate.touch()
            assert json.loads((await waiting[1]).payload) == json.loads((await first).payload)
            assert waiting[0].cancelled()
            assert len(numbers(b.notes)) == 2

    uvloop.run(run())


def test_close_ends_what_is_busy_starting_waiting_and_retired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "MAX_ENVIRONMENTS", 1)

    async def run() -> None:
        async with bench(tmp_path) as b:
            retired = b.at_the_gate(b.function(GATE))
            await b.arrived(1)
            new = b.function(GATE + "\n    # changed\n")
            busy = b.at_the_gate(new)
            await b.arrived(2)
            waiting = b.at_the_gate(new)
            slow = b.function("import time\ntime.sleep(600)\n")
            starting = asyncio.create_task(b.invoke(replace(slow, arn=slow.arn + "2")))
            while len(list(tmp_path.glob("tmp-*"))) < 3:
                await asyncio.sleep(0.002)
            await asyncio.wait_for(b.pool.close(), 5)
            assert not any(map(alive, numbers(b.notes)))
            assert [(await task).failure for task in (retired, busy)] == ["exit"] * 2
            for task in (waiting, starting):
                with pytest.raises(asyncio.CancelledError):
                    await task
            assert list(tmp_path.glob("tmp-*")) == []

    uvloop.run(run())


def test_a_package_that_is_encrypted_is_no_package(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            broken = b.function("")
            data = bytearray(package("x = 1"))
            for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
                data[data.index(signature) + flags] |= 1
            b.sources[broken.code_sha256] = bytes(data)
            assert "encrypted" in (await b.invoke(broken)).problem()

    uvloop.run(run())
