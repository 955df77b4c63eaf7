"""What the processes of one test session share: what one of them made is there for all.

A session is one process, or with pytest-xdist a controller and its workers, of which each runs session
fixtures of its own (pytest-xdist, "Making session-scoped fixtures execute only once": a file and a lock).
They share a directory:

    lifeline      a named pipe that each holds open. The cloud reads from it, and ends when the last of them
                  has gone, however that came about
    users         locked by each that may still use stacks
    NAME.json     a value that one of them made; NAME.lock is held meanwhile
    begun         a line for each stack, before anything of it is made
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from localalb.stacks import start, trees
from localalb.stacks.isolation import Endpoint
from localalb.stacks.locks import locked

T = TypeVar("T")
PREFIX = "localalb-tests-"
CLOUD = "cloud"
LIFELINE = "lifeline"


class Share:
    """One process's part of a shared directory, until `leave`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lifeline = os.open(directory / LIFELINE, os.O_RDWR)  # for both, as to write alone would wait
        self._users: int | None = os.open(directory / "users", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._users, fcntl.LOCK_SH)
        self._processes: list[subprocess.Popen[str]] = []

    def serve(self, login: str) -> Endpoint:
        """Start a cloud that ends with the last process of the session. Raises `start.NotStarted`."""
        with (self.directory / LIFELINE).open("rb", buffering=0) as lifeline:
            process, endpoint = start.serve(lifeline, login)
        self._processes.append(process)
        return endpoint

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What the first process to ask makes, for all of them: a value that JSON can hold. Where `make`
        raises, the next that asks makes it."""
        file = self.directory / f"{name}.json"
        with locked(self.directory / f"{name}.lock"):
            if not file.exists():
                _write(file, json.dumps(make()))
            found: T = json.loads(file.read_text())
            return found

    def begin(self, stack: dict[str, Any]) -> None:
        """Note a stack, or how it is from now on."""
        with locked(self.directory / "begun.lock"), (self.directory / "begun").open("a") as file:
            file.write(json.dumps(stack) + "\n")

    def begun(self) -> list[dict[str, Any]]:
        """The stacks that any of them has begun, by their states, in that order; each as it was noted
        last."""
        with locked(self.directory / "begun.lock"):
            file = self.directory / "begun"
            lines = file.read_text().splitlines() if file.exists() else []
        return list({each["state"]: each for each in map(json.loads, lines)}.values())

    def use_none(self) -> None:
        """Let the others know that this process uses no stacks, or no more."""
        if self._users is not None:
            os.close(self._users)
            self._users = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Use no stacks any more, and wait until no other does."""
        self.use_none()
        with locked(self.directory / "users"):
            yield

    @property
    def cloud(self) -> Any:
        """What `once(CLOUD, ...)` gave, None where nobody has asked for a cloud yet."""
        file = self.directory / f"{CLOUD}.json"
        return json.loads(file.read_text()) if file.exists() else None

    def leave(self) -> None:
        self.use_none()
        os.close(self._lifeline)

    def end(self) -> None:
        """Leave as the last, wait until the session's own cloud has ended, and remove what was shared."""
        cloud = self.cloud
        self.leave()
        for process in self._processes:
            process.wait(start.TO_END)
        if cloud and "key" in cloud and not self._processes:  # a worker started it, and has gone
            start.wait_for_end(Endpoint(**cloud))
        trees.remove(self.directory)


def made() -> Share:
    """A new one, for whoever starts the session, and ends it."""
    _remove_dead()
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    lifeline = directory / LIFELINE
    os.mkfifo(lifeline.with_suffix(".new"), 0o600)
    held = os.open(lifeline.with_suffix(".new"), os.O_RDWR)  # from before it has its name: see below
    try:
        lifeline.with_suffix(".new").rename(lifeline)
        return Share(directory)
    finally:
        os.close(held)


def _remove_dead() -> None:
    """Remove what sessions left that were killed: nobody reads from their lifeline."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError, PermissionError):  # ended meanwhile, or another user's
            try:
                os.close(os.open(directory / LIFELINE, os.O_WRONLY | os.O_NONBLOCK))
            except OSError as error:
                if error.errno != errno.ENXIO or directory.lstat().st_uid != os.getuid():
                    raise
                trees.remove(directory)


def _write(file: Path, text: str) -> None:
    """Appears whole."""
    staged = file.with_suffix(".new")
    staged.touch(mode=0o600)
    staged.write_text(text)
    staged.replace(file)
