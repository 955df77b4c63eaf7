"""Every local cloud of this user, so that each can be found and ended, and what a killed one left removed.

A cloud notes itself in `$XDG_STATE_HOME/localalb/clouds` (default `~/.local/state`) and keeps its note locked
while it lives: a note that nobody holds is of a cloud that is dead, whoever has its process id now.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

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
    state = os.environ.get("XDG_STATE_HOME", "")
    return (Path(state) if os.path.isabs(state) else Path.home() / ".local/state") / "localalb/clouds"


@contextmanager
def noted(cloud: Cloud) -> Iterator[None]:
    """Keep a note of this process's cloud. A home that cannot be written is no reason not to run."""
    try:
        path = folder()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        note = path / f"{cloud.running.id}.json"
        staged = note.with_suffix(".new")
        file = os.fdopen(os.open(staged, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w")
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
        logger.warning("`localalb ps` will not show this cloud: %s", error)
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        json.dump(asdict(cloud), file)
        file.flush()
        staged.replace(note)
        try:
            yield
        finally:
            note.unlink(missing_ok=True)


def clouds() -> list[Cloud]:
    """Those that live, oldest first. What dead ones left is removed: their notes, their temporary files."""
    found = []
    with suppress(OSError, RuntimeError):
        for note in folder().glob("*.json"):
            with suppress(OSError, ValueError, TypeError, KeyError), note.open() as file:
                alive = _held(file.fileno())
                kept = json.load(file)
                cloud = Cloud(**{**kept, "running": Running(**kept["running"])})
                if alive:
                    found.append(cloud)
                    continue
                if cloud.temporary:
                    _remove(Path(cloud.temporary))
                note.unlink(missing_ok=True)
    return sorted(found, key=lambda cloud: cloud.started)


def _held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _remove(path: Path) -> None:
    """Remove a temporary directory, if it is one of ours and a note did not lead elsewhere."""
    found = path.lstat() if path.parent == Path(tempfile.gettempdir()) else None
    if found and path.name.startswith(PREFIX) and found.st_uid == os.getuid() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
