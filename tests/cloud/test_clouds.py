"""Every cloud can be found and ended, and none outlives its directory."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from localalb.stacks.home import NAME, Home


class Shell:
    """A user's shell, with a home and temporary files of its own: no other cloud is seen, and none ended."""

    def __init__(self, place: Path) -> None:
        self.temporary = place / "tmp"
        self.state = place / "state"
        self.temporary.mkdir()
        self.environ = os.environ | {"XDG_STATE_HOME": str(self.state), "TMPDIR": str(self.temporary)}
        self.log = place / "stderr"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "localalb", *arguments]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=120)

    @contextmanager
    def serving(self, directory: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A cloud that was started in a directory, once it answers."""
        directory.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "localalb", "serve", *arguments],
                cwd=directory,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        with process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline().startswith("export "), self.log.read_text()
                yield process
            finally:
                process.kill()

    @contextmanager
    def up(self, directory: Path) -> Iterator[subprocess.Popen[str]]:
        """A cloud as `up` starts it."""
        directory.mkdir()
        home = Home(directory / NAME)
        home.prepare()
        with self.serving(directory, "--home", str(home.path)) as process:
            yield process


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_ps_lists_and_down_all_ends(shell: Shell, tmp_path: Path) -> None:
    with shell.up(tmp_path / "up") as one, shell.serving(tmp_path / "serve") as other:
        lines = [line.split() for line in shell.run("ps").stdout.splitlines()]
        assert [(line[2], line[-1]) for line in lines] == [
            (str(one.pid), str(tmp_path / "up")),
            (str(other.pid), str(tmp_path / "serve")),
        ]
        assert all(line[3].startswith("http://127.0.0.1:") for line in lines)
        ended = shell.run("down", "--all")
        assert ended.returncode == 0, ended.stderr
        assert (one.wait(30), other.wait(30)) == (0, 0)
    assert shell.run("ps").stdout == ""
    assert list(shell.temporary.iterdir()) == []
    assert not (tmp_path / "up" / NAME / "cloud.json").exists()


def away(directory: Path) -> None:
    directory.rename(directory.with_name("elsewhere"))


@pytest.mark.parametrize("leave", [shutil.rmtree, away], ids=["removed", "moved"])
def test_a_cloud_ends_with_its_directory(shell: Shell, tmp_path: Path, leave: Callable[[Path], None]) -> None:
    with shell.up(tmp_path / "stack") as process:
        leave(tmp_path / "stack")
        assert process.wait(30) == 0
    assert "has gone" in shell.log.read_text()
    assert shell.run("ps").stdout == ""


def test_a_cloud_without_temporary_files_ends(shell: Shell, tmp_path: Path) -> None:
    with shell.serving(tmp_path / "anywhere") as process:
        (temporary,) = shell.temporary.iterdir()
        shutil.rmtree(temporary)
        assert process.wait(30) == 0


def test_the_next_one_removes_what_a_killed_one_left(shell: Shell, tmp_path: Path) -> None:
    with shell.serving(tmp_path / "lives"), shell.serving(tmp_path / "killed") as killed:
        before = set(shell.temporary.iterdir())
        assert len(before) == 2
        killed.send_signal(signal.SIGKILL)
        killed.wait(30)
        with shell.serving(tmp_path / "next"):
            after = set(shell.temporary.iterdir())
            assert len(after) == 2
            assert len(after & before) == 1, "the other one lives"
            assert len(shell.run("ps").stdout.splitlines()) == 2
