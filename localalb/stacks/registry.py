"""Every local cloud of this user, so that each can be found and ended, and what a killed one left removed.

A cloud notes itself in `$XDG_STATE_HOME/localalb/clouds` (default `~/.local/state`) and keeps its note locked
while it lives: a note that nobody holds is of a cloud that is dead, whoever has its process id now. Notes
name what is ended and removed, so they are believed only where nobody else may write.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psutil

from localalb.stacks import trees
from localalb.stacks.home import Running

logger = logging.getLogger("localalb.stacks")

PREFIX = "localalb-"  # of temporary directories


@dataclass(frozen=True, slots=True)
class Cloud:
    """A cloud as its note has it. `directory` is where it was started, `started` in seconds since the epoch;
    `temporary` goes with the process."""

    running: Running
    directory: str
    started: float
    temporary: str | None = None


def folder() -> Path:
    """Where the notes are. Raises `RuntimeError` where there is no home."""
    state = os.environ.get("XDG_STATE_HOME", "")
    return (Path(state) if os.path.isabs(state) else Path.home() / ".local/state") / "localalb/clouds"


@contextmanager
def noted(cloud: Cloud) -> Iterator[None]:
    """Keep a note of this process's cloud. A home that cannot be written is no reason not to run."""
    file = None
    try:
        path = folder()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        note = path / f"{cloud.running.id}.json"
        file = _write(note, cloud)
    except (OSError, RuntimeError) as error:
        logger.warning("`localalb ps` will not show this cloud: %s", error)
    try:
        yield
    finally:
        if file:
            note.unlink(missing_ok=True)
            file.close()


def _write(note: Path, cloud: Cloud) -> IO[str]:
    """A new note, locked as long as the file is open. Raises `OSError`."""
    if not _ours(note.parent):
        raise PermissionError(f"{note.parent} is another user's, or others may write there")
    file = os.fdopen(os.open(note, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        json.dump(asdict(cloud), file)
        file.flush()
    except OSError:
        note.unlink()
        file.close()
        raise
    return file


def clouds() -> list[Cloud]:
    """Those that live, oldest first. What dead ones left is removed: their notes, their temporary files."""
    found = []
    with suppress(OSError, RuntimeError):
        path = folder()
        for note in path.glob("*.json") if _ours(path) else ():
            # One that is just being written is neither whole nor held.
            with suppress(OSError, ValueError, TypeError, LookupError), note.open() as file:
                kept = json.load(file)
                cloud = Cloud(**{**kept, "running": Running(**kept["running"])})
                if _held(file.fileno()):
                    found.append(cloud)
                    continue
                if cloud.temporary:
                    _remove(Path(cloud.temporary))
                note.unlink(missing_ok=True)
    return sorted(found, key=lambda cloud: cloud.started)


def process(cloud: Cloud) -> psutil.Process | None:
    """The process that holds a cloud's note; None where the one with its id is another, as it is for a cloud
    in a container or on a machine that shares this home."""
    with suppress(psutil.Error):
        found = psutil.Process(cloud.running.pid)
        note = (folder() / f"{cloud.running.id}.json").resolve()
        if any(Path(each.path) == note for each in found.open_files()):
            return found
    return None


def _ours(path: Path) -> bool:
    found = path.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _remove(path: Path) -> None:
    """Remove a temporary directory of a cloud's; whoever made another of that name since keeps it."""
    found = path.lstat()
    if path.name.startswith(PREFIX) and stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid():
        trees.remove(path)
