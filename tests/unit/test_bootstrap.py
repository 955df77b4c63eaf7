"""The worker's side of the socket: frames, the end of the parent, what it leaves of itself to be seen.

What handlers see and what becomes of their results is compared with AWS's client in test_oracle.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from oracle_clients import ARN, TRACE, Request, send

from localalb.runtime import bootstrap
from localalb.runtime.bootstrap import FRAME
from localalb.runtime.environment import BOOTSTRAP, FREEZES


class Parent:
    """The other end of a worker's socket and of its lifeline."""

    def __init__(self, process: subprocess.Popen[bytes], mine: socket.socket, lifeline: int) -> None:
        self.process = process
        self.socket = mine
        self.lifeline = lifeline
        self.stream = mine.makefile("rwb")

    def receive(self) -> tuple[bytes, int, bytes]:
        kind, memory, length = FRAME.unpack(self.stream.read(FRAME.size))
        return kind, memory, self.stream.read(length)

    def invoke(self, event: bytes = b"{}", request_id: str = "1") -> tuple[bytes, int, bytes]:
        send(self.stream, Request(request_id, event))
        return self.receive()

    def hang_up(self) -> None:
        self.stream.close()
        self.socket.close()


@contextlib.contextmanager
def worker(root: Path, source: str, *site: Path, start: Path = BOOTSTRAP) -> Iterator[Parent]:
    (root / "app.py").write_text(dedent(source))
    mine, theirs = socket.socketpair()
    life_read, lifeline = os.pipe()
    fds = (theirs.fileno(), life_read)
    mine.settimeout(20)
    process = subprocess.Popen(
        [
            sys.executable,
            "-S",
            "-u",
            "-B",
            str(start),
            str(theirs.fileno()),
            str(life_read),
            "app.handler",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={"LAMBDA_TASK_ROOT": str(root), "_LOCALALB_SITE": json.dumps([str(path) for path in site])},
        pass_fds=fds,
        start_new_session=True,
    )
    theirs.close()
    os.close(life_read)
    parent = Parent(process, mine, lifeline)
    try:
        yield parent
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        with contextlib.suppress(OSError):
            os.close(lifeline)
        with contextlib.suppress(BrokenPipeError):
            parent.hang_up()


def test_frames(tmp_path: Path) -> None:
    source = """
        def handler(event, context):
            return [event, context.aws_request_id, context.invoked_function_arn]
    """
    with worker(tmp_path, source) as parent:
        kind, memory, payload = parent.receive()
        assert (kind, payload) == (b"R", b"")
        assert memory > 0
        for request_id in ("first", "second"):
            kind, _, payload = parent.invoke(b'"event"', request_id)
            assert (kind, json.loads(payload)) == (b"r", ["event", request_id, ARN])
        assert parent.invoke(b"not json")[0] == b"e"
        assert parent.invoke(b"null")[0] == b"r", "an error does not end it"


def test_a_signal_in_the_middle_of_an_answer_takes_nothing_from_it(tmp_path: Path) -> None:
    """A write that a signal interrupts has written a part (PEP 475)."""
    source = """
        import signal
        def tell(number, frame):
            if frame.f_code.co_name == "send":
                print("interrupted", flush=True)
                signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, tell)
        def handler(event, context):
            signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
            return "x" * 1_000_000
    """
    with worker(tmp_path, source) as parent:
        parent.receive()
        send(parent.stream, Request("1", b"{}"))
        assert parent.process.stdout is not None
        assert parent.process.stdout.readline() == b"interrupted\n"
        assert parent.receive()[2] == b'"%s"' % (b"x" * 1_000_000)


@pytest.mark.parametrize("length", [bootstrap.BUFFER + n for n in (-300, -100, -9, 0, 1)] + [1_000_000])
def test_an_event_of_any_length(tmp_path: Path, length: int) -> None:
    with worker(tmp_path, "def handler(event, context): return len(event)\n") as parent:
        parent.receive()
        for _ in range(2):
            assert json.loads(parent.invoke(b'"%s"' % (b"x" * length))[2]) == length


def test_an_init_error_is_a_frame_and_an_exit(tmp_path: Path) -> None:
    with worker(tmp_path, "import absent") as parent:
        kind, _, payload = parent.receive()
        assert kind == b"i"
        assert json.loads(payload)["errorType"] == "Runtime.ImportModuleError"
        assert parent.process.wait(20) == 1


@pytest.mark.parametrize(
    "end", ["socket", "lifeline", *(["lifeline, while it is frozen"] if FREEZES else [])]
)
def test_it_ends_with_its_parent_and_takes_along_what_it_started(tmp_path: Path, end: str) -> None:
    source = """
        import os, time
        def handler(event, context):
            if os.fork():
                return os.getpid()
            time.sleep(600)
    """
    with worker(tmp_path, source) as parent:
        parent.receive()
        parent.invoke()
        if end == "socket":
            parent.hang_up()
        else:
            if "frozen" in end:
                os.killpg(parent.process.pid, signal.SIGSTOP)
            os.close(parent.lifeline)
        assert parent.process.wait(20) == -signal.SIGKILL
        assert parent.process.stdout is not None
        assert parent.process.stdout.read() == b"", "nobody holds its output any more"


def test_what_it_starts_holds_neither_the_socket_nor_the_lifeline(tmp_path: Path) -> None:
    source = """
        import os, subprocess, sys, time
        SOCKETS = '''if True:
            import os, stat
            def is_socket(fd):
                try:
                    return stat.S_ISSOCK(os.fstat(fd).st_mode)
                except OSError:
                    return False
            sockets = [fd for fd in range(64) if is_socket(fd)]
        '''
        exec(SOCKETS)
        def handler(event, context):
            command = [sys.executable, "-S", "-c", SOCKETS + "    print(sockets)"]
            program = subprocess.check_output(command, close_fds=False, text=True)
            read, write = os.pipe()
            if not os.fork():
                exec(SOCKETS, globals())
                os.write(write, repr(sockets).encode())
                os._exit(0)
            return [sockets, eval(program), eval(os.read(read, 1000))]
    """
    with worker(tmp_path, source) as parent:
        parent.receive()
        own, program, fork = json.loads(parent.invoke()[2])
    assert len(own) == 1
    assert program == fork == []


def test_a_worker_that_leads_no_group_leaves_alone(tmp_path: Path) -> None:
    """Whoever runs bootstrap.py by hand must not lose their own process group."""
    script = (
        "import os, subprocess, sys\n"
        "(_, bootstrap, root) = sys.argv\n"
        "read, write = os.pipe()\n"
        "os.close(write)\n"
        "environ = {'LAMBDA_TASK_ROOT': root}\n"
        "command = [sys.executable, '-S', bootstrap, '0', str(read), 'app.handler']\n"
        "print(subprocess.run(command, pass_fds=[read], env=environ, stdout=subprocess.DEVNULL).returncode)\n"
    )
    (tmp_path / "app.py").write_text("import time\ntime.sleep(600)\n")
    mine, theirs = socket.socketpair()
    with mine, theirs:
        output = subprocess.check_output(
            [sys.executable, "-S", "-c", script, str(BOOTSTRAP), str(tmp_path)],
            stdin=theirs.fileno(),
            text=True,
            start_new_session=True,
        )
    assert output == "1\n"


def test_what_can_be_imported(tmp_path: Path) -> None:
    """The package first, then the standard library, then the directories of `_LOCALALB_SITE`, no more."""
    source = """
        import importlib.util, os, sys
        import colorsys, mine, shared
        def handler(event, context):
            found = [name for name in event if importlib.util.find_spec(name)]
            return [colorsys.WHERE, mine.WHERE, shared.WHERE, found, "_LOCALALB_SITE" in os.environ]
    """
    site = tmp_path / "site"
    site.mkdir()
    for directory, name in ((tmp_path, "colorsys"), (site, "mine"), (site, "shared"), (tmp_path, "shared")):
        (directory / f"{name}.py").write_text(f"WHERE = {directory.name!r}\n")
    names = ["localalb", "bootstrap", "logs", "pool", "environment", "pytest", "boto3", "json"]
    with worker(tmp_path, source, site) as parent:
        parent.receive()
        answer = json.loads(parent.invoke(json.dumps(names).encode())[2])
    assert answer == [tmp_path.name, "site", tmp_path.name, ["json"], False]


def test_it_is_compiled_once_and_the_function_is_not_kept_compiled(tmp_path: Path) -> None:
    runtime, root = tmp_path / "runtime", tmp_path / "root"
    for directory in (runtime, root):
        directory.mkdir()
    for path in (BOOTSTRAP, Path(bootstrap.__file__)):
        shutil.copy(path, runtime)
    (root / "other.py").touch()
    with worker(root, "import other\ndef handler(*_): return 1\n", start=runtime / BOOTSTRAP.name) as parent:
        assert parent.receive()[0] == b"R"
        assert parent.invoke()[2] == b"1"
    assert [path.name.partition(".")[0] for path in runtime.rglob("*.pyc")] == ["bootstrap"]
    assert list(root.rglob("*.pyc")) == []


def test_it_starts_where_nothing_can_be_kept(tmp_path: Path) -> None:
    for path in (BOOTSTRAP, Path(bootstrap.__file__)):
        shutil.copy(path, tmp_path)
    (tmp_path / "__pycache__").touch()  # not a directory
    with worker(tmp_path, "def handler(*_): return 1\n", start=tmp_path / BOOTSTRAP.name) as parent:
        assert parent.receive()[0] == b"R"


def test_it_needs_nothing_but_the_standard_library() -> None:
    """Any interpreter runs it, so it may import nothing that another does not have."""
    run = f"import runpy; runpy.run_path({bootstrap.__file__!r})"
    found = subprocess.check_output(
        [sys.executable, "-S", "-X", "importtime", "-c", run],
        stderr=subprocess.STDOUT,
        text=True,
    )
    roots = {line.rpartition("|")[2].strip().partition(".")[0] for line in found.splitlines()[1:]}
    assert roots - set(sys.stdlib_module_names) <= {"_distutils_hack"}
    assert "localalb" not in roots


def test_the_trace_is_the_invocations(tmp_path: Path) -> None:
    with worker(tmp_path, "import os\ndef handler(*_): return os.environ['_X_AMZN_TRACE_ID']\n") as parent:
        parent.receive()
        assert json.loads(parent.invoke()[2]) == TRACE


def test_the_context_is_read_from_the_environment_each_time(tmp_path: Path) -> None:
    """A handler may change it (awslambdaric, LambdaContext.__init__)."""
    source = """
        import os
        def handler(event, context):
            os.environ["AWS_LAMBDA_FUNCTION_NAME"] = event
            return context.function_name
    """
    with worker(tmp_path, source) as parent:
        parent.receive()
        assert [json.loads(parent.invoke(event)[2]) for event in (b'"a"', b'"b"')] == [None, "a"]


def test_memory_is_that_of_the_process(tmp_path: Path) -> None:
    source = "kept = []\ndef handler(event, context):\n    kept.append(bytearray(b'x') * (64 << 20))\n"
    with worker(tmp_path, source) as parent:
        before = parent.receive()[1]
        after = parent.invoke()[1]
    assert before < 60
    assert after - before > 50


def test_a_request_that_no_runtime_could_make() -> None:
    """The names of the faults are part of the interface (developer guide, "Troubleshoot")."""
    with pytest.raises(bootstrap.RuntimeFault) as fault:
        bootstrap.load("no-dot")
    assert fault.value.kind == "Runtime.MalformedHandlerName"
    assert bootstrap.describe(fault.value, "id") == {
        "errorMessage": "Bad handler 'no-dot': not enough values to unpack (expected 2, got 1)",
        "errorType": "Runtime.MalformedHandlerName",
        "requestId": "id",
        "stackTrace": [],
    }
