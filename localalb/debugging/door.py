"""The port at which a debugger attaches to one function.

Whoever speaks to a debugger runs code as the user of the function, so only that user's processes get in, and
no browser, whatever page it shows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from localalb.debugging import dap, peer
from localalb.debugging.dap import NoMessage
from localalb.debugging.session import Session
from localalb.runtime import debugger, sources
from localalb.runtime.debugger import Debugger
from localalb.runtime.environment import BOOTSTRAP
from localalb.runtime.function import Function

logger = logging.getLogger("localalb.debugging")

PORT = 5678  # debugpy's own
AGAIN = 5.0  # seconds that a function waits for its debugger to attach again after a change of its code
WATCH = 1.0  # seconds between two looks whether who asked for the door is still there
TAKEN = "another debugger is attached to this function"


class Door:
    """A function that is debugged: `runtime.debugger.Debugged`. `source` gives the directory that its code
    was packaged from, `renew` ends its environments, `start` starts one."""

    def __init__(
        self,
        arn: str,
        directory: Path,
        source: Callable[[], Path | None],
        renew: Callable[[], None],
        start: Callable[[], None],
    ) -> None:
        """Raises `LookupError` where debugpy is not installed."""
        self.arn = arn
        self._package = debugger.link(directory)
        self._source = source
        self._renew = renew
        self._start = start
        self._was_attached = False
        self._session: Session | None = None
        self._back: asyncio.TimerHandle | None = None
        self._turn = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._work: set[asyncio.Task[None]] = set()

    async def open(self, port: int, pid: int) -> None:
        """Until `close`, or the end of a process. Raises `OSError` where the port is taken."""
        self._server = await asyncio.start_server(self._come, "127.0.0.1", port)
        self._keep(asyncio.get_running_loop().create_task(self._live_with(pid)))

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._give_up()
        others = self._work - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    @property
    def attached(self) -> bool:
        return self._session is not None or self._back is not None

    async def debugger(self, function: Function, task_root: Path) -> Debugger | None:
        while self.attached:
            session = self._session
            if session is not None and session.waits and session.port:
                await asyncio.to_thread(self._prepare, session, task_root)
                return Debugger(session.port, session.token, self._package, self)
            await self._turn.wait()
        return None

    def _prepare(self, session: Session, task_root: Path) -> None:
        source = self._source()
        session.files = [*sources.pairs(source, task_root)] if source else []
        mine = {copy.relative_to(task_root).parts[0] for _, copy in session.files}
        session.libraries = [path for path in task_root.iterdir() if source and path.name not in mine]
        session.hidden = [BOOTSTRAP.parent]

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._keep(task)
        addresses = writer.get_extra_info("peername"), writer.get_extra_info("sockname")
        try:
            if not await asyncio.to_thread(peer.is_mine, *addresses):
                logger.warning("another user of this machine was refused at the debugger's port")
            elif (first := await dap.read(reader)) is not None:
                await self._serve(reader, writer, first)
        except NoMessage as error:
            logger.warning("who came to the debugger's port is no debugger: %s", error)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: dap.Message
    ) -> None:
        if self._session is not None:
            writer.write(dap.written(dap.response(first, TAKEN)))
            return
        self._stop_waiting()
        session = self._session = Session(writer, self._changed)
        try:
            await session.run(reader, first)
        finally:
            if self._session is session:  # it could not even begin
                session.over = True
                self._changed()

    def _changed(self) -> None:
        """A session has begun, or is over."""
        session = self._session
        if session is not None and session.over:
            self._session = None
            if not session.left:
                self._back = asyncio.get_running_loop().call_later(AGAIN, self._give_up)
        self._tell()
        if session is not None and session.waits:
            self._start()

    def _give_up(self) -> None:
        self._stop_waiting()
        self._tell()

    def _stop_waiting(self) -> None:
        if self._back is not None:
            self._back.cancel()
            self._back = None

    def _tell(self) -> None:
        self._turn.set()
        self._turn = asyncio.Event()
        if self.attached != self._was_attached:
            self._was_attached = self.attached
            self._renew()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _live_with(self, pid: int) -> None:
        while psutil.pid_exists(pid):
            await asyncio.sleep(WATCH)
        logger.warning("the debugger's port closes, as process %d has ended", pid)
        with suppress(asyncio.CancelledError):
            await self.close()
