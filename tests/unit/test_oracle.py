"""`bootstrap.py` against AWS's own runtime client: the same handlers and events through both.

Compared are the kind of outcome, the payload, the log events and the exit status. Left out are times and the
frames of the clients themselves.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from oracle_cases import ASCII_CASES, CASES, ERRORS_OF_ITS_OWN, PACKAGES, Case, Package, module
from oracle_clients import Outcome, Request, through_awslambdaric, through_bootstrap

ENVIRON = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
    "PYTHONUTF8": "1",
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
    "AWS_LAMBDA_FUNCTION_NAME": "oracle",
    "AWS_LAMBDA_FUNCTION_VERSION": "7",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/oracle",
    "AWS_LAMBDA_LOG_STREAM_NAME": "2024/01/01/[7]0123456789abcdef",
    "_HANDLER": "app.handler",
    "OF_THE_FUNCTION": "é",
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
CLIENT = re.compile(
    r'File "([^"]*/awslambdaric/\w+\.py|[^"]*/localalb/runtime/(?:start_)?bootstrap\.py|<frozen runpy>)"'
)
# The depth of the clients' own calls is part of it.
DEPTH = re.compile(r"repeated \d+ more times")

# AWS's client says before an init error that a runtime update may be to blame. There are none here.
NOTICE = "LAMBDA_WARNING: Unhandled exception."


def normal(outcome: Outcome) -> Outcome:
    payload = outcome.payload
    if outcome.kind in ("error", "init"):
        description = json.loads(payload.decode("utf-8", "replace"))
        trace = "".join(description["stackTrace"])
        description["stackTrace"] = _without_client(DEPTH.sub("repeated", trace).split("\n"))
        payload = json.dumps(description).encode()
    # \x1e stands before an event. Where a record ends with an empty line, that line is not kept.
    events = [_plain(event) for event in outcome.logs if NOTICE not in event]
    text = "\n".join("\x1e" + event.replace("\r\n", "\n").rstrip("\r\n") for event in events)
    lines = _without_client(DEPTH.sub("repeated", TIME.sub("<time>", text)).split("\n"))
    return replace(outcome, payload=payload, logs=tuple(lines))


def _plain(event: str) -> str:
    """An event; a record in JSON without its time, the frames of the clients and their line ends."""
    try:
        record = json.loads(event)
    except ValueError:
        return event
    if not isinstance(record, dict) or not isinstance(record.get("timestamp"), str):
        return event
    assert SECONDS.fullmatch(record["timestamp"])
    trace = DEPTH.sub("repeated", "".join(record.get("stackTrace", ())))
    shown = record | {"timestamp": "<time>", "stackTrace": _without_client(trace.split("\n"))}
    return json.dumps(shown)


def _without_client(lines: list[str]) -> list[str]:
    """Lines of stack traces without the frames of the clients: a line `File ...` and those it indents."""
    kept, skipping = [], False
    for line in lines:
        bare = line.lstrip("\x1e\u00a0 ")
        if bare.startswith("File ") or len(line) - len(bare) < 4:
            skipping = CLIENT.match(bare) is not None
        if not skipping:
            kept.append(line)
    return kept


@dataclass
class Run:
    """What both clients made of the same requests."""

    theirs: Future[list[Outcome]]
    ours: Future[list[Outcome]]


def request(case: Case) -> Request:
    return Request(case.id, case.event, case.client_context, case.seconds)


def environ(root: Path, execution_env: str = "python3.12") -> dict[str, str]:
    return ENVIRON | {"LAMBDA_TASK_ROOT": str(root), "AWS_EXECUTION_ENV": f"AWS_Lambda_{execution_env}"}


SHARED = [case for case in CASES if not case.alone]
ALONE = [case for case in CASES if case.alone]


@pytest.fixture(scope="module")
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as executor:
        yield executor


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cases")
    (root / "app.py").write_text(module(CASES))
    return root


@pytest.fixture(scope="module")
def runs(
    executor: ThreadPoolExecutor, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Run]:
    """Every process of the comparison, started before the first one is asked about."""

    def both(root: Path, handler: str, requests: list[Request], environ: dict[str, str]) -> Run:
        return Run(
            executor.submit(through_awslambdaric, root, handler, requests, environ),
            executor.submit(through_bootstrap, root, handler, requests, environ),
        )

    runs = {"shared": both(root, "app.handler", [request(case) for case in SHARED], environ(root))}
    in_json = environ(root) | {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "DEBUG"}
    runs["json"] = both(root, "app.handler", [request(case) for case in SHARED], in_json)
    ascii_only = [request(case) for case in ASCII_CASES]
    runs["ascii"] = both(root, "app.handler", ascii_only, environ(root, "python3.11"))
    for case in ALONE:
        small = Package(case.name, {"app.py": module([case], ERRORS_OF_ITS_OWN)})
        directory = unpacked(small, tmp_path_factory.mktemp("alone"))
        runs[case.name] = both(directory, "app.handler", [request(case)], environ(directory))
    for package in PACKAGES:
        directory = unpacked(package, tmp_path_factory.mktemp("package"))
        runs[package.name] = both(directory, package.handler, [Request("first", b"{}")], environ(directory))
    return runs


def unpacked(package: Package, directory: Path) -> Path:
    for name, source in package.modules.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(source)
    return directory


def compare(theirs: Outcome, ours: Outcome, differs: str) -> None:
    if differs:
        assert normal(ours) != normal(theirs), f"no longer so: {differs}"
    else:
        assert normal(ours) == normal(theirs)


@pytest.mark.parametrize("case", SHARED, ids=lambda case: case.name)
def test_invocation(runs: dict[str, Run], case: Case) -> None:
    index, run = SHARED.index(case), runs["shared"]
    compare(run.theirs.result()[index], run.ours.result()[index], case.differs)


@pytest.mark.parametrize("case", SHARED, ids=lambda case: case.name)
def test_logs_in_json(runs: dict[str, Run], case: Case) -> None:
    index, run = SHARED.index(case), runs["json"]
    compare(run.theirs.result()[index], run.ours.result()[index], case.differs)


@pytest.mark.parametrize("case", ASCII_CASES, ids=lambda case: case.name)
def test_runtimes_up_to_3_11_answer_in_ascii(runs: dict[str, Run], case: Case) -> None:
    index, run = ASCII_CASES.index(case), runs["ascii"]
    compare(run.theirs.result()[index], run.ours.result()[index], case.differs)
    assert run.ours.result()[index].payload.isascii()


@pytest.mark.parametrize("case", ALONE, ids=lambda case: case.name)
def test_invocation_of_its_own_process(runs: dict[str, Run], case: Case) -> None:
    run = runs[case.name]
    compare(run.theirs.result()[0], run.ours.result()[0], case.differs)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_loading(runs: dict[str, Run], package: Package) -> None:
    run = runs[package.name]
    compare(run.theirs.result()[0], run.ours.result()[0], package.differs)


@cache
def interpreters() -> dict[str, str]:
    """Every Python a runtime can have that runs here: the current one, those on PATH, and those that a
    version manager keeps beside the shims it has put on PATH."""
    found = {"python{}.{}".format(*sys.version_info): sys.executable}
    for minor in range(9, 15):
        name = f"python3.{minor}"
        on_path = shutil.which(name)
        if name in found or on_path is None:
            continue
        versions = sorted(Path(on_path).parent.parent.glob("versions/*/bin"), reverse=True)
        for path in (shutil.which(name, path=os.pathsep.join(map(str, versions))), on_path):
            if path is not None and subprocess.run([path, "-c", ""], capture_output=True).returncode == 0:
                found[name] = path
                break
    return found


@pytest.mark.parametrize("name", interpreters())
def test_every_python(executor: ThreadPoolExecutor, runs: dict[str, Run], root: Path, name: str) -> None:
    """What does not depend on the Python is as AWS's client has it under this one."""
    cases = [case for case in SHARED if case.same_everywhere]
    requests = [request(case) for case in cases]
    python = interpreters()[name]
    outcomes = through_bootstrap(root, "app.handler", requests, environ(root), python)
    theirs = runs["shared"].theirs.result()
    for case, ours in zip(cases, outcomes, strict=True):
        compare(theirs[SHARED.index(case)], ours, case.differs)


@pytest.mark.parametrize("name", interpreters())
def test_init_error_under_every_python(tmp_path: Path, runs: dict[str, Run], name: str) -> None:
    (package,) = (each for each in PACKAGES if each.name == "a dependency that is absent")
    root = unpacked(package, tmp_path)
    requests = [Request("first", b"{}")]
    (ours,) = through_bootstrap(root, package.handler, requests, environ(root), interpreters()[name])
    compare(runs[package.name].theirs.result()[0], ours, package.differs)


def test_the_pythons_found_are_of_the_versions_asked_for() -> None:
    say = "import sys; print('python%d.%d' % sys.version_info[:2])"
    for name, path in interpreters().items():
        assert subprocess.check_output([path, "-c", say], text=True).strip() == name


def test_normal_keeps_the_frames_of_the_function() -> None:
    """The comparison is only as good as what it leaves out."""
    client = '  File "/x/awslambdaric/bootstrap.py", line 1, in run\n    go()\n'
    own = '  File "/x/app.py", line 2, in f\n    1/0\n'
    description: dict[str, Any] = {"errorMessage": "", "errorType": "E", "stackTrace": [client, own]}
    logs = ("a\r\nb\n", "[X]\t2024-01-01T00:00:00.000Z\tc")
    shown = normal(Outcome("error", json.dumps(description).encode(), logs))
    assert json.loads(shown.payload)["stackTrace"] == ['  File "/x/app.py", line 2, in f', "    1/0", ""]
    assert shown.logs == ("\x1ea", "b", "\x1e[X]\t<time>\tc")
