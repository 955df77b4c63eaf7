"""Ends an environment whose worker takes more memory than its function has.

RLIMIT_AS would count what a library only reserves (numpy's threads reserve gigabytes), so the memory that is
in use is looked at, native code's included: while a function runs, and when it answers.
"""

from __future__ import annotations

import asyncio

from localalb.runtime.environment import Environment

INTERVAL = 0.1  # seconds


class Running:
    """The environments that run something. They are looked at in one task, and only while there are any."""

    def __init__(self) -> None:
        self._environments: set[Environment] = set()
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._environments)

    def add(self, environment: Environment) -> None:
        self._environments.add(environment)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look())

    def discard(self, environment: Environment) -> None:
        self._environments.discard(environment)

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            if not self._environments:
                return
            for environment in list(self._environments):
                environment.check_memory()
