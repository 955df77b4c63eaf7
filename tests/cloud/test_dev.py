"""`localalb dev`: what is saved is live, what is wrong with it is said, and Terraform agrees afterwards."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from localalb.commands.where import terraform_of
from localalb.stacks.home import NAME, Home
from tests.debugger import debugger
from tests.developing import STACK, Developing, code, developing, localalb
from tests.waiting import until

with socket.create_server(("127.0.0.1", 0)) as _server:
    DEBUG_PORT: int = _server.getsockname()[1]


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Developing]:
    directory = tmp_path_factory.mktemp("project")
    (directory / "main.tf").write_text(STACK)
    (directory / "src").mkdir()
    (directory / "src" / "app.py").write_text(code("first"))
    terminal = tmp_path_factory.mktemp("terminal") / "shown"
    with developing(directory, terminal, "--debug", f"--debug-port={DEBUG_PORT}") as dev:
        dev.serve()
        yield dev


def test_saved_code_answers(dev: Developing) -> None:
    dev.write("src/app.py", code("saved"))
    assert dev.answers("saved word"), dev.lately()
    assert re.search(r"  hello: src/app.py is live after \d+\.\d\d s\n", dev.shown())


def test_an_editor_renames_a_new_file_onto_the_old(dev: Developing) -> None:
    dev.write("src/.app.py.new~", code("renamed"))
    (dev.directory / "src/.app.py.new~").rename(dev.directory / "src/app.py")
    assert dev.answers("renamed word"), dev.lately()


def test_files_and_folders_come_and_go(dev: Developing) -> None:
    dev.write("src/words/__init__.py", "HERE = True\n")
    dev.write("src/app.py", code("with").replace("import os", "import os, words"))
    assert dev.answers("with word"), dev.lately()
    before = len(dev.shown())
    (dev.directory / "src/words/__init__.py").unlink()
    (dev.directory / "src/words").rmdir()
    assert dev.says("src/app.py:1: ModuleNotFoundError: No module named 'words'", after=before), dev.lately()
    assert dev.get() == "with word"


@pytest.mark.parametrize(
    ("code_", "words"),
    [
        ("def handler(event, context):\n    return {\n", "src/app.py:2: SyntaxError: '{' was never closed"),
        ("import os\n\nimport absent\n", "src/app.py:3: ModuleNotFoundError: No module named 'absent'"),
    ],
)
def test_broken_code_is_told_with_its_line_and_the_old_answers(
    dev: Developing, code_: str, words: str
) -> None:
    dev.write("src/app.py", code("sound"))
    assert dev.answers("sound word")
    before = len(dev.shown())
    dev.write("src/app.py", code_)
    assert dev.says(words, after=before), dev.lately()
    assert dev.says("hello: the code from before keeps answering", after=before)
    assert dev.get() == "sound word"
    dev.write("src/app.py", code("sound"))
    assert dev.says("hello: the files are again those that run", after=before)


def test_a_handler_that_is_removed_goes_on_answering(dev: Developing) -> None:
    dev.write("src/app.py", code("kept"))
    assert dev.answers("kept word")
    before = len(dev.shown())
    (dev.directory / "src/app.py").rename(dev.directory / "src/moved.py")
    assert dev.says("src/app.py:1: no such file, and the handler is app.handler", after=before), dev.lately()
    assert dev.get() == "kept word"
    (dev.directory / "src/moved.py").rename(dev.directory / "src/app.py")
    assert dev.says("hello: the files are again those that run", after=before)


def test_a_source_directory_comes_back(dev: Developing) -> None:
    dev.write("src/app.py", code("there"))
    assert dev.answers("there word")
    before = len(dev.shown())
    (dev.directory / "src").rename(dev.directory / "away")
    assert dev.says("hello: the code from before keeps answering", after=before), dev.lately()
    (dev.directory / "away").rename(dev.directory / "src")
    assert dev.says("hello: the files are again those that run", after=before), dev.lately()
    dev.write("src/app.py", code("back"))
    assert dev.answers("back word"), dev.lately()


def test_a_traceback_names_the_users_file(dev: Developing) -> None:
    dev.write("src/app.py", "def handler(event, context):\n    raise ValueError(event['path'])\n")
    assert until(lambda: "502" in dev.get())
    assert dev.says('File "src/app.py", line 2, in handler\n'), dev.lately()
    running = Home(dev.directory / NAME).running()
    assert running is not None
    (logged,) = {each["message"] for each in running.ask("logs") if "ValueError: /\n" in each["message"]}
    assert f'File "{dev.directory.resolve()}/{NAME}/run/code/' in logged
    assert 'File "src/app.py", line 2, in handler\n' in localalb(dev.directory, "logs", "hello").stdout


def test_a_debugger_stops_at_the_users_file(dev: Developing) -> None:
    dev.write("src/app.py", code("debugged"))
    assert dev.answers("debugged word")
    with debugger(DEBUG_PORT) as at, ThreadPoolExecutor() as clients:
        at.attach((dev.directory / "src/app.py", 4))
        assert dev.says("a debugger is attached to hello, which has one environment and no limits meanwhile")
        answer = clients.submit(dev.get)
        thread, frames = at.stopped()
        assert frames[0]["source"]["path"] == str(dev.directory / "src/app.py")
        at.resume(thread)
        assert answer.result() == "debugged word"
    assert dev.says("the debugger has gone, and hello is as before")


def test_too_large_a_package_is_told(dev: Developing) -> None:
    dev.write("src/app.py", code("small"))
    assert dev.answers("small word")
    big = dev.directory / "src" / "big"
    try:
        with big.open("wb") as file:
            file.truncate(251 * 1024 * 1024)
        assert dev.says("hello: the package is 251.0 MB unzipped and Lambda takes 250 MB"), dev.lately()
        assert dev.get() == "small word"
    finally:
        big.unlink()


def test_changed_configuration_is_applied(dev: Developing) -> None:
    dev.write("src/app.py", code("configured"))
    dev.write("main.tf", STACK.replace('WORD = "word"', 'WORD = "other"'))
    assert until(lambda: dev.get() == "configured other", 120), dev.lately()
    before = len(dev.shown())
    dev.write("main.tf", STACK)
    assert until(lambda: dev.get() == "configured word", 120), dev.lately()
    assert "  main.tf changed\n" in dev.shown()[before:]
    assert dev.says("  applied in ", after=before)


def test_what_is_saved_while_terraform_works_is_not_missed(dev: Developing) -> None:
    before = len(dev.shown())
    dev.write("main.tf", STACK.replace('WORD = "word"', 'WORD = "early"'))
    assert dev.says("  main.tf changed\n", after=before)
    dev.write("src/app.py", code("saved"))
    dev.write("main.tf", STACK.replace('WORD = "word"', 'WORD = "late"'))
    assert until(lambda: dev.get() == "saved late", 120), dev.lately()
    dev.write("main.tf", STACK)
    assert until(lambda: dev.get() == "saved word", 120), dev.lately()


def test_configuration_saved_as_it_was_is_not_applied(dev: Developing) -> None:
    before = len(dev.shown())
    (dev.directory / "main.tf").write_text((dev.directory / "main.tf").read_text())
    dev.write("src/app.py", code("unapplied"))
    assert dev.answers("unapplied word"), dev.lately()
    assert "main.tf changed" not in dev.shown()[before:]


def test_a_configuration_that_fails_leaves_all_as_it_was(dev: Developing) -> None:
    dev.write("src/app.py", code("unharmed"))
    assert dev.answers("unharmed word")
    before = len(dev.shown())
    try:
        dev.write("main.tf", STACK + "}\n")
        assert dev.says("  not applied: ", after=before), dev.lately()
        dev.write("src/app.py", code("edited meanwhile"))
        assert dev.answers("edited meanwhile word")
    finally:
        dev.write("main.tf", STACK)
    assert until(lambda: "  applied in " in dev.shown()[before:], 120), dev.lately()


def test_a_request_is_a_line_with_its_log_below(dev: Developing) -> None:
    dev.write("src/app.py", code("asked"))
    assert dev.answers("asked word")
    before = len(dev.shown())
    dev.get("/orders?page=2")
    line = r"^\d\d:\d\d:\d\d  200 +\d+\.\d ms  GET /orders\?page=2  default rule  hello"
    logged = r"    \| answering /orders"
    assert until(lambda: re.search(f"{line}\n{logged}$", dev.shown()[before:], re.MULTILINE)), dev.lately()


def test_a_refusal_says_why(dev: Developing) -> None:
    dev.write("src/app.py", 'def handler(event, context):\n    return {"statusCode": 200, "body": None}\n')
    assert until(lambda: "502" in dev.get())
    assert dev.says("    LambdaInvalidResponse: body is null; "), dev.lately()


def test_up_applies_what_runs_and_agrees_with_it(dev: Developing) -> None:
    dev.write("src/app.py", code("agreed"))
    assert dev.answers("agreed word")
    up = localalb(dev.directory, "up")
    assert up.returncode == 0, up.stdout + up.stderr
    assert dev.get() == "agreed word"
    running = Home(dev.directory / NAME).running()
    plan = terraform_of(dev.directory, running).plan()
    assert plan.returncode == 0, plan.stdout
    assert "code_is_what_was_built" not in plan.stdout


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Developing]:
    """A stack of nothing but an output."""
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "main.tf").write_text('output "answer" {\n  value = 42\n}\n')
    with developing(directory, tmp_path / "shown") as dev:
        yield dev


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_says_what_still_runs(small: Developing, number: signal.Signals) -> None:
    small.process.send_signal(number)
    assert small.process.wait(30) == 0
    running = Home(small.directory / NAME).running()
    assert running is not None
    assert f"the cloud still runs at {running.endpoint_url}: `localalb down` ends it\n" in small.shown()


def test_killed_it_leaves_nothing_but_the_cloud(small: Developing) -> None:
    running = Home(small.directory / NAME).running()
    assert running is not None
    children = psutil.Process(small.process.pid).children(recursive=True)
    small.process.kill()
    small.process.wait(30)
    left = [each for each in children if each.pid != running.pid]
    assert until(lambda: not any(each.is_running() for each in left))
    assert sorted(os.listdir(small.directory)) == [NAME, "main.tf"]
    with (small.directory / NAME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert running.is_alive()


def test_it_ends_with_its_cloud(small: Developing) -> None:
    localalb(small.directory, "down")
    assert small.process.wait(30) == 0
    assert "the cloud has ended" in small.shown()
