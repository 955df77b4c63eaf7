"""What a worker prints, read from its pipe."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from localalb.runtime.logs import Lines

PIPE = 65536  # what a full pipe holds, on Linux and macOS


class Output:
    """The reading end of a worker's standard output and error. `put` takes its lines, several at a time.

    A pipe keeps what is in it when its writer is killed. So it is taken from when an invocation has ended, in
    one call, and only `watch` has the loop look at it each time something comes.
    """

    def __init__(self, fd: int, put: Callable[[list[str]], None]) -> None:
        self._fd = fd
        self._put = put
        self._loop = asyncio.get_running_loop()
        self._lines = Lines()
        self._watched = False
        os.set_blocking(fd, False)

    def take(self) -> list[str]:
        """The lines that were printed so far.

        A worker that stands still has left no more than a full pipe. One that goes on printing must not keep
        the loop from everything else, its own timeout included, so it is asked again later.
        """
        lines: list[str] = []
        for _ in range(2):
            if self._fd < 0:
                break
            try:
                chunk = os.read(self._fd, PIPE)
            except BlockingIOError:
                break
            if not chunk:
                self.unwatch()
                break
            lines += self._lines.feed(chunk)
            if len(chunk) < PIPE:
                break
        return lines

    def rest(self) -> list[str]:
        """What was printed without a line feed, which is a line too when nothing follows."""
        return self._lines.end()

    def read(self) -> None:
        """Put what was printed so far."""
        if lines := self.take():
            self._put(lines)

    def watch(self) -> None:
        """Read as soon as something comes, so that it is seen and the worker never waits for room."""
        if not self._watched and self._fd >= 0:
            self._watched = True
            self._loop.add_reader(self._fd, self.read)

    def unwatch(self) -> None:
        if self._watched:
            self._watched = False
            self._loop.remove_reader(self._fd)

    def close(self) -> None:
        """Put the rest. The descriptor is its owner's to close."""
        if lines := [*self.take(), *self.rest()]:
            self._put(lines)
        self.unwatch()
        self._fd = -1
