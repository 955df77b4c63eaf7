"""A command that is followed: its lines, its end, and what Ctrl-C does to it; scripts stand in for it."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from localalb.stacks.followed import follow
from tests.waiting import until

# Says what it is told, as Terraform does; goes on for as long as a test may take, but not for ever.
LASTING = "trap 'echo told; exit 7' INT; echo ready; for n in $(seq 3000); do sleep 0.01; done"
TREE = f"sleep 60 & echo child $!; {LASTING}"


class Follower:
    """Sends this process a signal for each line that asks for it, as a terminal does."""

    shows = False

    def __init__(self, directory: Path, *signals: signal.Signals, patience: int = 0) -> None:
        self.log = directory / "log"
        self.lines: list[str] = []
        self.calls: list[str] = []
        self._signals = list(signals)
        self._patience = patience

    def hear(self, line: str) -> None:
        self.lines.append(line)
        if line == "ready" and self._signals:
            os.kill(os.getpid(), self._signals.pop(0))

    def tick(self) -> None:
        pass

    def interrupted(self) -> None:
        self.calls.append("interrupted")
        if self._signals:
            os.kill(os.getpid(), self._signals.pop(0))

    def may_stop(self) -> bool:
        self.calls.append("may stop?")
        self._patience -= 1
        return self._patience < 0

    def killed(self) -> None:
        self.calls.append("killed")


def ran(script: str, follower: Follower, tmp_path: Path) -> tuple[int, str]:
    with (tmp_path / "lock").open("w") as lock:
        result = follow(
            ["sh", "-c", script], follower, cwd=tmp_path, env=os.environ, pass_fds=[lock.fileno()]
        )
    return result.returncode, result.stdout


def test_its_lines_are_heard_and_kept(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    assert ran("echo one; echo two >&2; printf three; exit 4", follower, tmp_path) == (4, "one\ntwo\nthree")
    assert follower.lines == ["one", "two"]
    assert ran("printf 'four\\n'", follower, tmp_path) == (0, "four\n")
    assert follower.log.read_text() == "one\ntwo\nthreefour\n"
    assert follower.lines == ["one", "two", "four"]


def test_it_is_told_to_stop_once_nothing_gets_lost(tmp_path: Path) -> None:
    """And not by the terminal, which tells every process of a group: the provider, and Terraform at once."""
    follower = Follower(tmp_path, signal.SIGINT, patience=3)
    with pytest.raises(KeyboardInterrupt):
        ran(f"ps -o pgid= -p $$; {LASTING}", follower, tmp_path)
    group, *lines = follower.lines
    assert int(group) != os.getpgrp()
    assert lines == ["ready", "told"]
    assert follower.calls == ["interrupted", *["may stop?"] * 4]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_stop_it_as_well(tmp_path: Path, number: signal.Signals) -> None:
    follower = Follower(tmp_path, number)
    with pytest.raises(KeyboardInterrupt):
        ran(LASTING, follower, tmp_path)
    assert follower.lines == ["ready", "told"]


def test_a_second_ctrl_c_ends_it_with_all_that_it_started(tmp_path: Path) -> None:
    follower = Follower(tmp_path, signal.SIGINT, signal.SIGINT, patience=10_000)
    with pytest.raises(KeyboardInterrupt):
        ran(TREE, follower, tmp_path)
    assert follower.calls == ["interrupted", "killed"]
    child = int(follower.lines[0].removeprefix("child "))
    assert until(lambda: not alive(child))


def test_handlers_are_put_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    ran("exit 0", Follower(tmp_path), tmp_path)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet does not."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False
