"""One execution environment: what it gives the worker, what it makes of the worker's end, what it leaves."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import uvloop
from workers import Worker, alive, eventually, function, invoke, leaving_nothing, numbers, place, until

from localalb.runtime import code, debugger, environment
from localalb.runtime.debugger import Debugger
from localalb.runtime.environment import FREEZES, Environment, InitFailed
from localalb.runtime.function import Function
from localalb.runtime.result import LOG_TAIL, Result
from localalb.runtime.surroundings import variables

WHAT = "`localalb dev --debug` lets one attach; on AWS it ends the invocation with bdb.BdbQuit."
FAMILY = """
    import os, subprocess, sys, time
    def note(pid):
        with open(os.environ["NOTES"], "a") as notes:
            print(pid, file=notes)
    def family():
        # A child with a child of its own, and a fork that never became anything else.
        script = "sleep 600 & echo $!; wait"
        child = subprocess.Popen(["/bin/sh", "-c", script], stdout=subprocess.PIPE)
        grandchild = int(child.stdout.readline())
        fork = os.fork()
        if not fork:
            time.sleep(600)
        for pid in (os.getpid(), child.pid, grandchild, fork):
            note(pid)
"""


def test_others_get_a_turn_between_two_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen at once would stand in everybody's way for as long as it takes the machine to start them."""
    turns, started = 0, []

    def spawn(*_: object) -> None:
        started.append(turns)
        raise OSError("no process is needed")

    async def at_once(work: Callable[..., object], *arguments: object) -> object:
        return work(*arguments)

    async def run() -> None:
        nonlocal turns
        worker = Worker(tmp_path, "")
        here = place(tmp_path)
        begun = [
            asyncio.create_task(Environment.start(worker.function, here, tmp_path, lambda *_: None))
            for _ in range(16)
        ]
        while not all(task.done() for task in begun):
            turns += 1
            await asyncio.sleep(0)
        assert all(isinstance(task.exception(), OSError) for task in begun)

    monkeypatch.setattr(Environment, "_spawn", spawn)
    monkeypatch.setattr(asyncio, "to_thread", at_once)
    uvloop.run(run())
    assert len(started) == 16
    assert len(set(started)) == 16


def test_an_invocation_and_its_log(tmp_path: Path) -> None:
    worker = Worker(tmp_path, "def handler(event, context):\n    print('said')\n    return event\n")

    async def run() -> None:
        async with leaving_nothing(tmp_path), worker.running() as environment:
            result = await invoke(environment, b'{"a": 1}')
            assert (result.request_id, result.payload, result.failure) == ("request-1", b'{"a": 1}', "")
            assert not environment.gone
            assert (await invoke(environment, b"[]", "request-2")).payload == b"[]"

    asyncio.run(run())
    kinds = [message.split(" ")[0].split("\t")[0] for message in worker.messages]
    assert kinds == ["INIT_START", *["START", "said", "END", "REPORT"] * 2]
    reports = [message for message in worker.messages if message.startswith("REPORT")]
    assert "Init Duration" in reports[0]
    assert "Init Duration" not in reports[1]
    assert all("Status" not in report for report in reports)
    assert worker.messages[5] == "START RequestId: request-2 Version: $LATEST"


def test_a_breakpoint_is_passed_and_told(tmp_path: Path) -> None:
    source = "def handler(event, context):\n    breakpoint()\n    return 1\n"
    worker = Worker(tmp_path, source)

    async def run() -> None:
        async with worker.running() as environment:
            assert (await invoke(environment)).payload == b"1"

    asyncio.run(run())
    words = [message for message in worker.messages if "breakpoint" in message]
    assert words == [
        f"breakpoint() at {tmp_path / 'root' / 'app.py'}:2 was passed: no debugger is attached. {WHAT}"
    ]


def test_a_debugger_that_has_gone_again_stops_nothing(tmp_path: Path) -> None:
    worker = Worker(tmp_path, "def handler(event, context):\n    breakpoint()\n    return 1\n")

    class Debugged:
        attached = False

        async def debugger(self, function: Function, task_root: Path) -> Debugger | None:
            raise AssertionError("nobody asks")

    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        gone = Debugger(port, "token", debugger.link(tmp_path / "debugpy"), Debugged())
        environment = await Environment.start(
            worker.function, place(tmp_path), tmp_path / "root", worker._put, debugger=gone
        )
        assert (await invoke(environment)).payload == b"1"
        await environment.close()

    asyncio.run(run())
    assert any(message.startswith("breakpoint() at ") for message in worker.messages)


@pytest.mark.parametrize(("value", "said"), [("0", ""), ("app.mine", "mine"), ("print", "\n")])
def test_a_breakpoint_of_the_functions_own_is_left_alone(tmp_path: Path, value: str, said: str) -> None:
    """PYTHONBREAKPOINT, which Python reads (PEP 553)."""
    source = "def mine():\n    print('mine')\ndef handler(event, context):\n    breakpoint()\n    return 1\n"
    worker = Worker(tmp_path, source)
    worker.function = function(source, environment={"PYTHONBREAKPOINT": value})

    async def run() -> None:
        async with worker.running() as environment:
            assert (await invoke(environment)).payload == b"1"

    asyncio.run(run())
    logged = worker.messages[2:-2]
    assert logged == [said.strip()] * bool(said)


@pytest.mark.skipif(not FREEZES, reason="no kernel but Linux ends a stopped worker whose parent is gone")
def test_threads_stand_still_between_invocations(tmp_path: Path) -> None:
    """ "Lambda execution environment lifecycle": the environment is frozen; background work goes on later."""
    worker = Worker(
        tmp_path,
        """
        import os, subprocess, threading, time
        child = subprocess.Popen(["sleep", "600"])
        turns = 0
        def count():
            global turns
            while True:
                turns += 1
        threading.Thread(target=count, daemon=True).start()
        def handler(event, context):
            before = turns
            while turns == before:
                time.sleep(0.001)
            return os.getpid(), child.pid
        """,
    )

    async def run() -> None:
        async with worker.running() as environment:
            pid, child = json.loads((await invoke(environment)).payload)
            assert await until(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)
            assert await until(lambda: psutil.Process(child).status() == psutil.STATUS_STOPPED)
            assert (await invoke(environment)).failure == ""  # they go on

    asyncio.run(run())


def test_where_nothing_freezes_threads_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS: the thread prints only when the handler has returned, and before another invocation."""
    monkeypatch.setattr("localalb.runtime.environment.FREEZES", False)
    worker = Worker(
        tmp_path,
        """
        import threading
        returned = threading.Event()
        def later():
            returned.wait()
            threading.Event().wait(0.05)
            print("went on", flush=True)
        threading.Thread(target=later, daemon=True).start()
        def handler(event, context):
            returned.set()
        """,
    )

    async def run() -> None:
        async with worker.running() as environment:
            await invoke(environment)
            assert await until(lambda: "went on" in [each.strip() for each in worker.messages])

    asyncio.run(run())


def test_the_log_of_a_result_is_the_end_of_its_own(tmp_path: Path) -> None:
    worker = Worker(tmp_path, "def handler(event, context):\n    print(event * 3000)\n")

    async def run() -> None:
        async with worker.running() as environment:
            first = await invoke(environment, b'"long"')
            assert len(first.log) == LOG_TAIL
            assert first.log.splitlines()[-1].startswith("REPORT RequestId: request-1")
            second = await invoke(environment, b'"x"', "request-2")
            assert second.log.startswith("START RequestId: request-2")

    asyncio.run(run())


def test_the_log_of_a_result_is_the_same_of_many_lines(tmp_path: Path) -> None:
    """Whether they were read at the end or as they came."""
    source = """
        import time
        def handler(event, context):
            for number in range(event):
                print("line", number)
                if number == event // 2:
                    time.sleep(0.05)
    """
    worker = Worker(tmp_path, source)

    async def run() -> None:
        async with worker.running() as environment:
            for lines in (2, 500, 3):
                worker.messages.clear()
                result = await invoke(environment, str(lines).encode())
                assert result.log == "".join(f"{message}\n" for message in worker.messages)[-LOG_TAIL:]
                assert len(result.logged) < 400

    asyncio.run(run())


def test_variables_are_lambdas_and_the_functions_and_nobody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "real")
    monkeypatch.setenv("PYTHONPATH", "/callers")
    monkeypatch.setenv("PYTHONSTARTUP", "/callers")
    own = {"COLOUR": "red", "PATH": "/own", "AWS_REGION": "elsewhere", "AWS_ACCESS_KEY_ID": "real"}
    worker = Worker(tmp_path, "import os\ndef handler(event, context):\n    return dict(os.environ)\n")
    worker.function = replace(worker.function, environment=own)

    async def run() -> dict[str, str]:
        async with worker.running() as running:
            stream = running.log_stream
            result: dict[str, str] = json.loads((await invoke(running)).payload)
            assert result["AWS_LAMBDA_LOG_STREAM_NAME"] == stream
            assert Path(result["TMPDIR"]).is_dir()
            return result

    seen = asyncio.run(run())
    root = tmp_path / "root"
    given = variables(worker.function, place(tmp_path), root, "", Path(seen["TMPDIR"]))
    # One of them is localalb's word to the worker, one is the invocation's.
    # Where the machine lacks the locale, Python adds LC_CTYPE (PEP 538).
    expected = {name for name in given if not name.startswith("_LOCALALB_")} | {"_X_AMZN_TRACE_ID"}
    assert set(seen) - {"LC_CTYPE"} == expected
    assert seen["COLOUR"] == "red"
    assert seen["PATH"] == "/own"
    assert seen["AWS_REGION"] == seen["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert seen["AWS_ACCESS_KEY_ID"] == "LKIATEST"
    assert seen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert seen["_HANDLER"] == "app.handler"
    assert seen["_X_AMZN_TRACE_ID"] == "Root=1-2-3"
    assert seen["LAMBDA_TASK_ROOT"] == str(root)
    assert not Path(seen["TMPDIR"]).exists()
    assert [path.name for path in root.iterdir()] == ["app.py"], "the package is as it was deployed"


def test_a_function_without_variables_may_run_anywhere(tmp_path: Path) -> None:
    given = variables(function(), place(tmp_path), tmp_path, "stream", tmp_path)
    assert all(isinstance(value, str) for value in given.values())
    assert not {name for name in os.environ if name.startswith(("PYTHON", "VIRTUAL_"))} & set(given) - {
        "PYTHONUTF8"
    }


def test_an_error_leaves_the_worker_running(tmp_path: Path) -> None:
    worker = Worker(tmp_path, "def handler(event, context):\n    return 1 / event\n")

    async def run() -> None:
        async with worker.running() as environment:
            result = await invoke(environment, b"0")
            assert result.failure == "error"
            assert result.problem() == "ZeroDivisionError: division by zero"
            assert (await invoke(environment, b"4")).payload == b"0.25"

    asyncio.run(run())
    assert worker.messages[3].startswith("END")
    assert worker.messages[2].splitlines()[:2] == [
        "[ERROR] ZeroDivisionError: division by zero",
        "Traceback (most recent call last):",
    ]
    assert worker.messages[4].endswith("\tStatus: error")


ENDINGS = {
    "import sys\ndef handler(*_):\n    sys.exit(0)\n": "Runtime exited without providing a reason",
    "import os\ndef handler(*_):\n    os._exit(3)\n": "Runtime exited with error: exit status 3",
    "import os\ndef handler(*_):\n    os.kill(os.getpid(), 9)\n": "Runtime exited with error: signal: killed",
    "def handler(*_):\n    raise KeyboardInterrupt\n": "Runtime exited with error: signal: interrupt",
}


@pytest.mark.parametrize(("source", "words"), ENDINGS.items(), ids=ENDINGS.values())
def test_exit(tmp_path: Path, source: str, words: str) -> None:
    worker = Worker(tmp_path, "print('half', end='')\n" + source)

    async def run() -> None:
        async with leaving_nothing(tmp_path), worker.running() as environment:
            result = await invoke(environment)
            assert environment.gone
            assert result.failure == "exit"
            assert json.loads(result.payload) == {
                "errorType": "Runtime.ExitError",
                "errorMessage": f"RequestId: request-1 Error: {words}",
            }

    asyncio.run(run())
    assert f"RequestId: request-1 Error: {words}\nRuntime.ExitError" in worker.messages
    assert [message.split(" ")[0] for message in worker.messages[-2:]] == ["END", "REPORT"]


def test_a_timeout_ends_the_worker_and_everything_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = """
    def handler(event, context):
        family()
        print("half", end="")
        time.sleep(600)
    """
    source = FAMILY + end
    worker = Worker(tmp_path, source, timeout=0.5)
    notes = tmp_path / "notes"
    worker.function = replace(worker.function, environment={"NOTES": str(notes)})

    async def run() -> None:
        async with leaving_nothing(tmp_path), worker.running() as environment:
            result = await invoke(environment)
            assert environment.gone
            assert result.failure == "timeout"
            assert json.loads(result.payload) == {
                "errorType": "Sandbox.Timedout",
                "errorMessage": "RequestId: request-1 Error: Task timed out after 0.50 seconds",
            }

    asyncio.run(run())
    assert len(numbers(notes)) == 4
    assert eventually(lambda: not any(map(alive, numbers(notes))))
    assert worker.messages[2] == "half"
    assert worker.messages[3].endswith("Z request-1 Task timed out after 0.50 seconds")
    assert worker.messages[-1].endswith("\tStatus: timeout")


def test_an_exit_is_noticed_although_a_fork_lives_on(tmp_path: Path) -> None:
    """A fork must not hold the socket by whose end the parent learns of the worker's."""
    source = """
        import os, time
        def handler(event, context):
            if not os.fork():
                time.sleep(600)
            os._exit(3)
    """
    worker = Worker(tmp_path, source, timeout=60)

    async def run() -> None:
        async with leaving_nothing(tmp_path), worker.running() as environment:
            result = await asyncio.wait_for(invoke(environment), 10)
            assert result.problem().endswith("exit status 3")

    asyncio.run(run())


RAN_INTO = "RequestId: {} Error: "
INITS = {
    "import absent": "Runtime.ImportModuleError: Unable to import module 'app': No module named 'absent'",
    "def other(): pass": "Runtime.HandlerNotFound: Handler 'handler' missing on module 'app'",
    "1 / 0": "ZeroDivisionError: division by zero",
    "import os; os._exit(3)": f"Runtime.ExitError: {RAN_INTO}Runtime exited with error: exit status 3",
    "import time; time.sleep(600)": f"Sandbox.Timedout: {RAN_INTO}Task timed out after 0.50 seconds",
}


@pytest.mark.parametrize(("source", "words"), INITS.items(), ids=INITS)
def test_init_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, words: str) -> None:
    worker = Worker(tmp_path, "print('said')\nprint('half', end='', flush=True)\n" + source, timeout=0.5)
    if "sleep" in source:
        monkeypatch.setattr(environment, "INIT_TIMEOUT", 0.5)

    async def run() -> None:
        async with leaving_nothing(tmp_path):
            with pytest.raises(InitFailed) as failed:
                await worker.start()
            result = failed.value.result
            assert result.failure == "init"
            assert result.problem() == words.format(result.request_id)
            assert str(failed.value) == result.problem()

    asyncio.run(run())
    assert worker.messages[1] == "said"
    assert worker.messages[2].startswith("half")
    assert worker.messages[-1].endswith("\tStatus: error")


def test_everything_printed_is_there_before_the_end(tmp_path: Path) -> None:
    source = """
        import sys
        LINE = "x" * 99
        def handler(event, context):
            for number in range(10_000):
                sys.stdout.write(LINE + "\\n")
            print(context.aws_request_id, end="")
    """
    worker = Worker(tmp_path, source)

    async def run() -> None:
        async with worker.running() as environment:
            for number in range(3):
                worker.messages.clear()
                await invoke(environment, request_id=str(number))
                kinds = [message[:5].strip() for message in worker.messages]
                assert kinds == ["START", *["xxxxx"] * 10_000, str(number), "END R", "REPOR"]

    asyncio.run(run())


def test_output_is_there_although_the_answer_is_seen_first(tmp_path: Path) -> None:
    """Two descriptors are ready: nothing says which one the loop turns to first."""
    worker = Worker(tmp_path, "def handler(event, context):\n    print('x' * 60_000)\n")

    async def run() -> None:
        async with worker.running() as environment:
            assert environment._output
            environment._output.unwatch()
            await invoke(environment)

    asyncio.run(run())
    assert worker.messages[2] == "x" * 60_000
    assert worker.messages[3].startswith("END")


@pytest.mark.parametrize("before", [0.0, 0.05], ids=["at once", "when its output is watched"])
def test_what_was_printed_is_there_although_the_worker_is_killed(tmp_path: Path, before: float) -> None:
    """In order, with what a child printed and half a line: the pipe keeps it when its writers are no more."""
    worker = Worker(
        tmp_path,
        """
        import os, signal, subprocess, sys, time
        def handler(event, context):
            time.sleep(event)
            for number in range(1000):
                print(number)
            subprocess.run(["echo", "a child"])
            print("an error", file=sys.stderr)
            print("half", end="")
            os.kill(os.getpid(), signal.SIGKILL)
        """,
    )

    async def run() -> None:
        async with worker.running() as environment:
            result = await invoke(environment, json.dumps(before).encode())
            assert result.failure == "exit"

    asyncio.run(run())
    start = next(n for n, message in enumerate(worker.messages) if message.startswith("START"))
    printed = [*map(str, range(1000)), "a child", "an error", "half"]
    assert worker.messages[start + 1 : start + 1 + len(printed)] == printed
    assert worker.messages[start + 1 + len(printed)].startswith("RequestId: request-1 Error: Runtime exited")


def test_a_short_invocation_leaves_the_loop_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader, no timer and no signal of its own: those are for what lasts."""
    worker = Worker(tmp_path, "def handler(event, context):\n    print('said')\n")

    async def run() -> None:
        async with worker.running() as environment:
            await invoke(environment)
            loop, made = asyncio.get_running_loop(), []
            for name in ("call_later", "call_at", "add_reader"):
                monkeypatch.setattr(loop, name, lambda *_, name=name: made.append(name))
            monkeypatch.setattr("os.killpg", lambda *_: made.append("killpg"))
            for _ in range(3):
                await invoke(environment)
            monkeypatch.undo()
            assert made == []

    monkeypatch.setattr("localalb.runtime.environment.SOON", 60.0)
    asyncio.run(run())
    assert worker.messages.count("said") == 4


def test_one_that_prints_without_end_is_stopped_in_time(tmp_path: Path) -> None:
    worker = Worker(
        tmp_path,
        "import os\ndef handler(event, context):\n    while True: os.write(1, b'x\\n' * 30_000)\n",
        timeout=0.2,
    )

    async def run() -> None:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        async with worker.running() as environment:
            ticking = asyncio.create_task(tick())
            result = await invoke(environment)
            ticking.cancel()
            assert result.failure == "timeout"
            assert ticks, "nothing else could run meanwhile"

    asyncio.run(run())


def test_large_payloads(tmp_path: Path) -> None:
    worker = Worker(tmp_path, "def handler(event, context):\n    return event * 2\n")

    async def run() -> None:
        async with worker.running() as environment:
            result = await invoke(environment, json.dumps("ab" * 1_500_000).encode())
            assert len(result.payload) == 6_000_002

    asyncio.run(run())


@pytest.mark.parametrize("in_loop", [asyncio.run, uvloop.run])
def test_closing_in_the_middle_of_an_invocation(tmp_path: Path, in_loop: Callable[..., None]) -> None:
    worker = Worker(
        tmp_path, "import time\ndef handler(event, context):\n    print('in')\n    time.sleep(600)\n"
    )

    async def run() -> None:
        async with leaving_nothing(tmp_path), worker.running() as environment:
            invocation = asyncio.create_task(invoke(environment))
            assert await until(lambda: "in" in worker.messages)
            statuses = await asyncio.gather(environment.close(), environment.close())
            assert {*statuses, await environment.close()} == {-signal.SIGKILL}
            assert (await invocation).problem().endswith("signal: killed")
            assert (await invoke(environment)).failure == "exit"

    in_loop(run())


def test_a_cancelled_start_leaves_nothing(tmp_path: Path) -> None:
    """Wherever it is cancelled: the first turns of the loop one by one, then while the worker loads."""
    worker = Worker(tmp_path, "import time\ntime.sleep(600)\n")

    async def run() -> None:
        # The interpreter is asked for its version once; from then on a start takes the same turns.
        await asyncio.to_thread(code.interpreter, worker.function.runtime)
        async with leaving_nothing(tmp_path):
            for turns in range(9):
                starting = asyncio.create_task(worker.start())
                for _ in range(turns):
                    await asyncio.sleep(0.001)
                starting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await starting

    asyncio.run(run())


def test_a_close_that_is_cancelled_is_finished_all_the_same(tmp_path: Path) -> None:
    worker = Worker(tmp_path, "def handler(event, context): pass\n")

    async def run() -> None:
        async with leaving_nothing(tmp_path):
            environment = await worker.start()
            closing = asyncio.create_task(environment.close())
            await asyncio.sleep(0)
            closing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await closing
            await environment.close()

    asyncio.run(run())


@pytest.mark.filterwarnings("error::ResourceWarning")
def test_a_process_that_cannot_be_started_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(runtime: str) -> tuple[str, str]:
        return str(tmp_path / "absent"), ""

    monkeypatch.setattr(code, "interpreter", absent)

    async def run() -> None:
        async with leaving_nothing(tmp_path):
            with pytest.raises(FileNotFoundError):
                await Worker(tmp_path, "").start()

    asyncio.run(run())


def test_the_word_about_another_interpreter_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(runtime: str) -> tuple[str, str]:
        return sys.executable, "python3.99 is not on PATH"

    monkeypatch.setattr(code, "interpreter", other)
    worker = Worker(tmp_path, "def handler(event, context): pass\n")

    async def run() -> None:
        async with worker.running():
            pass

    asyncio.run(run())
    assert worker.messages[0].startswith("INIT_START Runtime Version: python")
    assert worker.messages[0].endswith(" (python3.99 is not on PATH)")


OWNER = """
import asyncio, sys
from pathlib import Path
from workers import Worker, invoke
from dataclasses import replace

async def main():
    directory, source, notes = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    worker = Worker(directory, source, timeout=600)
    worker.function = replace(worker.function, environment={"NOTES": notes})
    await invoke(await worker.start())

asyncio.run(main())
"""


def test_nothing_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    source = FAMILY + "    def handler(event, context):\n        family()\n        while True: pass\n"
    notes = tmp_path / "notes"
    here = Path(__file__)
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path), source, str(notes)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here.parents[2])])},
    )
    try:
        assert eventually(lambda: len(numbers(notes)) == 4 or owner.poll() is not None)
        assert all(map(alive, numbers(notes)))
    finally:
        owner.kill()
        owner.wait()
    family = numbers(notes)
    try:
        assert len(family) == 4
        assert eventually(lambda: not any(map(alive, family)))
    finally:
        for pid in filter(alive, family):
            os.kill(pid, signal.SIGKILL)


def test_problem_is_told_in_words() -> None:
    def problem(description: dict[str, Any]) -> str:
        return Result("", json.dumps(description).encode(), "error").problem()

    assert problem({"errorType": "KeyError", "errorMessage": "'a'"}) == "KeyError: 'a'"
    assert problem({"errorType": "KeyError", "errorMessage": ""}) == "KeyError"
    assert problem({"errorMessage": "only this"}) == "only this"
