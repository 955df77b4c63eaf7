"""A command whose output goes to a file and is read from there by the line, and which Ctrl-C stops with care.

The command writes to the file itself, so that it can end as it should where whoever follows it is killed. It
has a process group of its own, because a terminal sends Ctrl-C to every process of a group: what Terraform
does then costs what the provider has under way (`progress.Progress.in_the_way`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

TICK = 0.05  # seconds
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Follower(Protocol):
    """Who is told what a command prints, and decides when it may be told to stop."""

    log: Path
    shows: bool
    """Whether the lines are shown as they come, so that nobody needs them later."""

    def hear(self, line: str) -> None:
        """A line of output."""

    def tick(self) -> None:
        """Called again and again while the command runs."""

    def interrupted(self) -> None:
        """Somebody wants the command to stop."""

    def may_stop(self) -> bool:
        """Whether it can be told to without a loss. It is asked until then."""

    def killed(self) -> None:
        """Somebody wanted it a second time: the command is killed."""


def follow(
    command: Sequence[str], follower: Follower, *, cwd: Path, env: Mapping[str, str], pass_fds: Sequence[int]
) -> subprocess.CompletedProcess[str]:
    """Run a command; gives its exit status and what it printed, standard error included.

    Raises `KeyboardInterrupt` where it was stopped, once it has ended.
    """
    with follower.log.open("ab") as log, follower.log.open("rb") as output, _signals() as wanted:
        output.seek(0, os.SEEK_END)
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=pass_fds,
            process_group=0,
            umask=0o077,
        )
        lines = _Lines(output, follower)
        asked = told = False
        while True:
            over = _ended(process)
            lines.read()
            if over:
                break
            follower.tick()
            if wanted and not asked:
                asked = True
                follower.interrupted()
            if len(wanted) > 1:
                follower.killed()
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                break
            if asked and not told and follower.may_stop():
                told = True
                process.send_signal(signal.SIGINT)
        if wanted:
            with suppress(ProcessLookupError):  # what it started and did not end, such as pip
                os.killpg(process.pid, signal.SIGKILL)
            raise KeyboardInterrupt
        return subprocess.CompletedProcess(command, process.returncode, lines.text)


class _Lines:
    """What is new in a file, in lines."""

    def __init__(self, file: Any, follower: Follower) -> None:
        self._file = file
        self._follower = follower
        self._rest = b""
        self._all = b""

    def read(self) -> None:
        new = self._file.read()
        self._all += new
        *lines, self._rest = (self._rest + new).split(b"\n")
        for line in lines:
            self._follower.hear(line.decode(errors="replace"))

    @property
    def text(self) -> str:
        return self._all.decode(errors="replace")


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process has ended, or does in a moment."""
    try:
        process.wait(TICK)
    except subprocess.TimeoutExpired:
        return False
    return True


@contextmanager
def _signals() -> Iterator[list[int]]:
    """The signals that have come in meanwhile, in place of what they do. In other threads than the main one
    there are none."""
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)

    before = {number: signal.getsignal(number) for number in SIGNALS}
    taken = {number: handler for number, handler in before.items() if handler is not signal.SIG_IGN}
    try:
        for number in taken:
            signal.signal(number, note)
        yield came
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)
