"""One debugger, from its connection to its end, and the one worker that it gets.

debugpy in the worker speaks the protocol itself, so a session only passes messages on. Until the worker is
there they wait. Of the worker's end it makes an event that asks the debugger to attach again, because the
next environment of the function has another process.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from localalb.debugging import dap
from localalb.debugging.dap import Message, NoMessage

logger = logging.getLogger("localalb.debugging")

AUTHORIZE = "pydevdAuthorize"  # by which debugpy and who speaks to it tell each other their tokens
LEAVING = ("disconnect", "terminate")
TO_LEAVE = 5.0  # seconds, for whoever has been told that it is over
GONE = "the execution environment has ended"


class Session:
    """A debugger that has connected. `changed` is called when a worker may come, and when it is over.
    `files`, `libraries` and `hidden` are those of `dap.attached`, set before the worker comes."""

    def __init__(self, writer: asyncio.StreamWriter, changed: Callable[[], None]) -> None:
        self.token = secrets.token_hex(32)
        self.port = 0
        self.files: Iterable[tuple[Path, Path]] = ()
        self.libraries: Iterable[Path] = ()
        self.hidden: Iterable[Path] = ()
        self.over = False  # its worker has ended, or there will be none
        self.left = False  # the debugger wanted no more
        self._writer = writer
        self._changed = changed
        self._worker: asyncio.StreamWriter | None = None
        self._waiting: list[Message] = []
        self._configured = False
        self._spelled: dict[str, str] = {}  # paths as the debugger writes them, by what they are

    @property
    def waits(self) -> bool:
        """Whether a worker may still come."""
        return not self.over and self._worker is None

    async def run(self, reader: asyncio.StreamReader, first: Message) -> None:
        """Serve the debugger until it has gone. Raises `NoMessage`."""
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        try:
            self.port = server.sockets[0].getsockname()[1]
            self._changed()
            message: Message | None = first
            while message is not None:
                self._take(message)
                if self._worker is None and dap.is_request(message, *LEAVING):
                    return
                async with asyncio.timeout(TO_LEAVE if self.over else None):
                    message = await dap.read(reader)
        except (ConnectionError, TimeoutError):
            pass
        finally:
            server.close()
            self.left = self.left or not self.over
            self.over = True
            self._release()
            self._changed()

    def _take(self, message: Message) -> None:
        """A message of the debugger's."""
        leaves = dap.is_request(message, *LEAVING)
        self.left |= leaves and not self.over
        if self._worker is not None:
            self._pass_on(message)
        elif leaves or self.over:
            self._say(dap.response(message, "" if leaves else GONE))
        else:
            self._waiting.append(message)

    def _pass_on(self, message: Message) -> None:
        assert self._worker is not None
        if dap.is_request(message, "attach"):
            message = dap.attached(message, self.files, self.libraries, self.hidden)
        self._configured |= dap.is_request(message, "configurationDone")
        self._worker.write(dap.written(dap.resolved(message, self._spelled)))

    def _say(self, message: Message) -> None:
        self._writer.write(dap.written(message))

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A worker, or somebody who says so."""
        try:
            writer.write(dap.written(dap.request(AUTHORIZE, debugServerAccessToken=None)))
            answer = await dap.read(reader)
            while answer is not None and answer.get("command") != AUTHORIZE:
                answer = await dap.read(reader)
            said = ((answer or {}).get("body") or {}).get("clientAccessToken")
            if isinstance(said, str) and secrets.compare_digest(said.encode(), self.token.encode()):
                await self._serve(reader, writer)
        except (NoMessage, ConnectionError) as error:
            logger.warning("a debugger lost its function: %s", error)
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.waits:
            _let_go(writer, configured=False)
            await reader.read()
            return
        self._worker = writer
        for message in self._waiting:
            self._pass_on(message)
        try:
            while (said := await dap.read(reader)) is not None:
                if not self.over and not dap.is_event(said, "terminated"):
                    self._say(dap.respelled(said, self._spelled) if self._spelled else said)
        finally:
            self._worker = None
            if not self.over:
                self.over = True
                self._say(dap.terminated(restart=not self.left))
                self._changed()

    def _release(self) -> None:
        """Let the worker go on without a debugger."""
        if self._worker is not None:
            _let_go(self._worker, configured=self._configured)


def _let_go(worker: asyncio.StreamWriter, *, configured: bool) -> None:
    steps = [] if configured else ["initialize", "attach", "configurationDone"]
    with suppress(ConnectionError):
        for step in (*steps, "disconnect"):
            worker.write(dap.written(dap.request(step)))
        worker.write_eof()
