"""What `dev` tells a cloud of debuggers, and asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from localalb.debugging.debugging import Debugging


class Questions:
    """Answered from the control plane's threads; the debugging itself is done in `loop`."""

    def __init__(self, debugging: Debugging, loop: asyncio.AbstractEventLoop) -> None:
        self._debugging = debugging
        self._loop = loop

    def __call__(self, method: str, path: str, query: Mapping[str, str]) -> Any:
        """What becomes JSON. Raises `LookupError` for what there is not, `ValueError` for what is wrong."""
        match method, path:
            case "GET", "/_localalb/sources":
                return self._debugging.sources
            case "POST", "/_localalb/sources":
                directories = dict(query)
                here = directories.pop("directory", "")
                self._loop.call_soon_threadsafe(self._debugging.came_from, directories, here)
                return {}
            case "POST", "/_localalb/debug":
                asyncio.run_coroutine_threadsafe(self._debug(query), self._loop).result()
                return {}
            case _:
                raise LookupError(f"{method} {path} is nothing that localalb answers")

    async def _debug(self, query: Mapping[str, str]) -> None:
        if "function" in query:
            await self._debugging.open(query["function"], int(query["port"]), int(query["pid"]))
        else:
            await self._debugging.close()
