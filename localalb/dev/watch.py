"""Which files change, noticed at any time: also while what changed before is being made live."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from watchfiles import watch

# In ms. A save is several changes, and the last of them comes within the step.
STEP = 20
AT_MOST = 200


class NotWatched(Exception):
    """The system watches so many directories and no more; the message says which one is too many."""


class Watch:
    """Directories and files that are watched, each by a thread that ends with `close` or the process."""

    def __init__(self) -> None:
        self._changes: queue.SimpleQueue[set[Path]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._failure: OSError | None = None
        self._paths: set[Path] = set()
        self._threads: list[threading.Thread] = []

    def add(self, paths: Iterable[Path]) -> None:
        """Watch these too; returns when they are watched. What lies in a directory that is watched already is
        not watched twice. Raises `NotWatched`."""
        for path in paths:
            if path.exists() and not any(path.is_relative_to(known) for known in self._paths):
                self._paths.add(path)
                ready = threading.Event()
                thread = threading.Thread(target=self._watch, args=(path, ready), daemon=True)
                self._threads.append(thread)
                thread.start()
                ready.wait()
                if self._failure is not None:
                    raise NotWatched(f"{path} cannot be watched: {self._failure}")

    @property
    def watched(self) -> tuple[Path, ...]:
        return tuple(sorted(self._paths))

    def changes(self, seconds: float) -> set[Path]:
        """The files that changed since the last call: those of now, else the first within `seconds`."""
        found: set[Path] = set()
        with suppress(queue.Empty):
            found |= self._changes.get(timeout=seconds)
            while True:
                found |= self._changes.get_nowait()
        return found

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _watch(self, path: Path, ready: threading.Event) -> None:
        try:
            while not self._stop.is_set():
                try:
                    self._watch_one(path, ready)
                except FileNotFoundError:
                    self._changes.put({path})
                while not path.exists() and not self._stop.wait(AT_MOST / 1000):
                    pass
        except OSError as error:
            self._failure = error
        finally:
            ready.set()

    def _watch_one(self, path: Path, ready: threading.Event) -> None:
        """Watch what is there now by this path, until that is something else: the system tells of a directory
        or a file itself, and not of what takes its place. That it goes is told once, and that it is back once
        it is watched. Raises `FileNotFoundError` where nothing is there."""
        again = ready.is_set()
        there = _identity(path)
        for changes in watch(
            path,
            watch_filter=None,
            step=STEP,
            debounce=AT_MOST,
            rust_timeout=AT_MOST,
            yield_on_timeout=True,
            stop_event=self._stop,
            ignore_permission_denied=True,
        ):
            ready.set()
            gone = _identity(path) != there
            if changes or again or gone:
                self._changes.put({Path(name) for _, name in changes} | ({path} if again or gone else set()))
                again = False
            if gone:
                return


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
