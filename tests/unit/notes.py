"""Notes of clouds of a user of the tests' own, so that no real cloud is seen, and none ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from localalb.stacks import registry
from localalb.stacks.home import Running
from localalb.stacks.registry import Cloud

RUNNING = Running("mine", "http://127.0.0.1:1", os.getpid(), "KEY")
CLOUD = Cloud(RUNNING, "/somewhere", 1.0)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a user of the test's own, so that no real cloud is seen, and none ended."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = registry.folder()
    assert folder == tmp_path / "state/localalb/clouds"
    folder.mkdir(mode=0o700, parents=True)
    return folder


HOLDS = """
import signal, sys, time
from localalb.stacks import registry
from localalb.stacks.home import Running
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pid = int(sys.argv[1]) or __import__("os").getpid()
running = Running("held", "http://127.0.0.1:1", pid, "KEY")
with registry.noted(registry.Cloud(running, sys.argv[2], 1.0)):
    print("noted", flush=True)
    time.sleep(60)
"""


@contextmanager
def holding(pid: int = 0, directory: str = "/somewhere") -> Iterator[subprocess.Popen[str]]:
    """A process that holds a note, answers nobody and does not end when it is told to. The note has its
    process id, or `pid`."""
    command = [sys.executable, "-c", HOLDS, str(pid), directory]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "noted\n"
            yield process
        finally:
            process.kill()
