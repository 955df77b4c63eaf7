"""A command on a terminal of its own, as somebody sits at it."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import signal
import struct
import termios
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.waiting import until

TO_END = 180.0  # seconds: Terraform, on a busy machine
CTRL_C = b"\x03"
_CONTROL = re.compile("\x1b\\[[0-9;]*[A-Za-z]")


class Terminal:
    """Runs a command in a directory; what it shows is read all the time."""

    def __init__(
        self, command: Sequence[str], directory: Path, environ: Mapping[str, str], *, columns: int = 80
    ) -> None:
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.chdir(directory)
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
            os.execve(command[0], list(command), dict(environ))
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self._shown = b""
        self._status: int | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def shown(self) -> str:
        """All that was written, control sequences too."""
        return self._shown.decode(errors="replace")

    @property
    def drawn(self) -> list[str]:
        """Each state that a line had, in order."""
        return [line for line in re.split("[\r\n]+", _CONTROL.sub("", self.shown)) if line]

    @property
    def lines(self) -> list[str]:
        """What stays on it, line by line."""
        lines = _CONTROL.sub("", self.shown).replace("\r\n", "\n").split("\n")
        return [line.rpartition("\r")[2] for line in lines]

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def says(self, words: str) -> bool:
        """Whether it shows words, waiting for them."""
        return (
            until(lambda: words in self.shown or not self._reader.is_alive(), TO_END) and words in self.shown
        )

    def ends(self) -> int:
        """The exit status, once the command has ended."""
        if self._status is None:
            self._reader.join(TO_END)
            assert not self._reader.is_alive(), self.shown[-2000:]
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self._master)
        return self._status

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError as error:
                if error.errno == errno.EIO:  # whoever wrote has gone
                    return
                raise
            if not data:
                return
            self._shown += data
