"""What a cloud knows for debuggers: whose code came from where, and the function that is debugged."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from localalb.debugging.door import Door
from localalb.runtime.function import Function, Invocable
from localalb.runtime.pool import Pool
from localalb.runtime.sources import with_sources


class Debugging:
    """In the event loop's thread. `current` gives a function as it is now by its unqualified ARN."""

    def __init__(
        self, pool: Pool, directory: Path, current: Callable[[str], Awaitable[Invocable | None]]
    ) -> None:
        self._pool = pool
        self._directory = directory
        self._current = current
        self._door: Door | None = None
        self._broken: Function | None = None
        self._starting: set[asyncio.Task[None]] = set()
        self._directories: dict[str, str] = {}
        self._here = Path()

    def came_from(self, directories: Mapping[str, str], here: str = "") -> None:
        """The directories that functions, by ARN, were packaged from, and the one that a stack is in."""
        self._directories.update(directories)
        self._here = Path(here)

    @property
    def sources(self) -> dict[str, str]:
        """The same by the directories in which packages lie unpacked: see `runtime.sources.with_sources`."""
        unpacked = self._pool.unpacked.items()
        return {root: self._directories[arn] for root, arn in unpacked if arn in self._directories}

    def named(self, text: str) -> str:
        """What a function logged, with the user's files, as seen from the stack's directory, in the place of
        their unpacked copies."""
        here = self._here

        def shown(path: Path) -> str:
            return str(path.relative_to(here) if path.is_relative_to(here) else path)

        return with_sources(text, self.sources, shown)

    @property
    def attached(self) -> str:
        """The ARN of the function that a debugger is attached to, empty where there is none."""
        return self._door.arn if self._door is not None and self._door.attached else ""

    def pauses(self, function: Invocable) -> bool:
        """Whether a debugger is attached to a function: a health check would stop at its breakpoints."""
        return function.versions[0].unqualified == self.attached

    async def open(self, arn: str, port: int, pid: int) -> None:
        """Let debuggers attach to a function, until `close` or the end of a process; to no other one any
        more. Raises `LookupError` where debugpy is not installed and `ValueError` where the port is taken.
        """
        await self.close()
        door = Door(
            arn,
            self._directory,
            source=lambda: Path(self._directories[arn]) if arn in self._directories else None,
            renew=lambda: self._pool.renew(arn),
            start=lambda: self._start(arn),
        )
        try:
            await door.open(port, pid)
        except OSError as error:
            raise ValueError(f"port {port} is not to be had: {os.strerror(error.errno or 0)}") from None
        self._door = door
        self._pool.debug(arn, door)

    async def close(self) -> None:
        door, self._door = self._door, None
        if door is not None:
            self._pool.debug(door.arn, None)
            await door.close()

    def _start(self, arn: str) -> None:
        task = asyncio.get_running_loop().create_task(self._prepare(arn))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _prepare(self, arn: str) -> None:
        """Where a function fails to start, its debugger comes again, and would again and again."""
        found = await self._current(arn)
        function = None if found is None else found.versions[0]
        if function is not None and function != self._broken and not await self._pool.prepare(function):
            self._broken = function
