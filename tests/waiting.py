"""How tests wait: for what can be seen, and for each other at a gate. Never for a time."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

# The most a wait may take, in seconds. Only a test that fails waits so long, however busy the machine is.
PATIENCE = 30.0

# The source of `wait(gate)`, for functions: it returns once the gate of that path is open.
WAIT = """
def wait(gate):
    try:
        with open(gate) as pipe:
            pipe.read()
    except FileNotFoundError:
        pass
"""


def until(probe: Callable[[], T], seconds: float = PATIENCE) -> T:
    """The first true value of `probe`; its last one where none comes in time."""
    deadline = time.monotonic() + seconds
    while not (value := probe()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return value


class Gate:
    """Where processes wait until a test lets them go: a named pipe, which a reader cannot open before a
    writer has, nor read to its end before the writer has closed it (fifo(7))."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Begins when somebody stands at the gate. At the end it opens, for whoever comes later too."""
        writer = until(self._writer)
        assert writer is not None, "nobody came to the gate"
        try:
            yield
        finally:
            self.path.unlink()
            os.close(writer)

    def _writer(self) -> int | None:
        try:
            return os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno == errno.ENXIO:  # no reader yet
                return None
            raise
