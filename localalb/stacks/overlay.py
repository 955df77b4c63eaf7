"""What a Terraform directory wears while localalb runs Terraform there, so that its real state stays out.

Two files are laid over the directory for the length of a command:

    zz_localalb_override.tf gives the configuration the local backend, whatever it has, and its provider
                            blocks no account. The files' names are the order of merging, so it is the last
                            (Terraform, "Override Files"). It names no path: the state's own TF_DATA_DIR does
    .terraform.lock.hcl     Terraform reads and writes this name and no other, so the directory's own is moved
                            aside, which keeps its bytes and times, and localalb's put in its place

Several commands may run at once. `users` is locked by each of them and by its Terraform for as long as it
runs, and whoever leaves last takes off what was laid. A command that is killed leaves that to its janitor, a
process that waits for the lock; a janitor that is killed too, to the next command.

The overlay's own things stand in `.localalb`, which git does not see. Whoever kept nothing else there has
`remove` take it away.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

OVERRIDE = "zz_localalb_override.tf"
LOCK_FILE = ".terraform.lock.hcl"
IGNORE = ".gitignore"
GATE = "gate"
TEXT = """\
# Written by localalb for the length of a command; delete it if none runs here.
terraform {
  backend "local" {}
}
"""


class Overlay:
    """The overlay of one directory. Its own things are in `.localalb/overlay`."""

    def __init__(self, directory: Path) -> None:
        self._override = directory / OVERRIDE
        self._lock_file = directory / LOCK_FILE
        self._home = directory / ".localalb"
        self._place = self._home / "overlay"
        # The directory's own lock file while ours is in its place, or the sign that it has none.
        self._aside = self._place / "theirs.lock.hcl"
        self._none = self._place / "none.lock.hcl"
        self._ours = self._place / "ours.lock.hcl"

    @contextmanager
    def laid(self, providers: str = "") -> Iterator[int]:
        """Lay the files, the override with these provider blocks; gives a descriptor that the command's
        processes must inherit."""
        with self._gate(make=True):
            users = self._open("users", os.O_CREAT)
            fcntl.flock(users, fcntl.LOCK_SH)
            self._lay(TEXT + providers)
        try:
            self._start_janitor()
            yield users
        finally:
            os.close(users)
            self.take_off()

    def take_off(self) -> None:
        """Leave the directory as it was, unless somebody still works in it."""
        self._if_nobody_works(self._unlay)

    def remove(self) -> None:
        """Remove `.localalb` where it holds nothing but the overlay's own things and nobody works."""
        self._if_nobody_works(self._remove)

    def wait(self) -> None:
        """Return when nobody works here. Raises `FileNotFoundError` where nobody ever did."""
        users = self._open("users")
        fcntl.flock(users, fcntl.LOCK_EX)
        os.close(users)

    def wait_for(self, seconds: float) -> None:
        """Return when nobody works here, or after so long: a provider may be left of a Terraform that was
        killed, and works for nobody."""
        try:
            users, deadline = self._open("users"), time.monotonic() + seconds
        except FileNotFoundError:
            return  # nobody ever did
        try:
            while time.monotonic() < deadline:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                time.sleep(0.05)
        finally:
            os.close(users)

    # Each step below is one rename or one new file: what a kill leaves between two, the next can go on from.

    def _lay(self, text: str) -> None:
        if not (self._aside.exists() or self._none.exists()):
            if self._lock_file.exists():
                self._lock_file.rename(self._aside)
            else:
                self._none.touch()
        if self._ours.exists() and not self._lock_file.exists():
            staged = self._place / "staged.lock.hcl"
            shutil.copyfile(self._ours, staged)
            staged.rename(self._lock_file)
        if not self._override.exists() or self._override.read_text() != text:
            staged = self._place / "staged.tf"
            staged.write_text(text)
            staged.rename(self._override)

    def _unlay(self) -> None:
        self._override.unlink(missing_ok=True)
        if self._aside.exists() or self._none.exists():
            if self._lock_file.exists():
                self._lock_file.rename(self._ours)
            if self._aside.exists():
                self._aside.rename(self._lock_file)
            self._none.unlink(missing_ok=True)

    def _remove(self) -> None:
        """The gate goes last: until then, whoever comes waits for it, and then makes all of it anew."""
        self._unlay()
        if {path.name for path in self._home.iterdir()} <= {self._place.name, IGNORE}:
            for path in sorted(self._place.iterdir(), key=lambda path: path.name == GATE):
                path.unlink()
            with contextlib.suppress(OSError):  # somebody was faster
                self._place.rmdir()
                (self._home / IGNORE).unlink(missing_ok=True)
                self._home.rmdir()

    def _if_nobody_works(self, act: Callable[[], None]) -> None:
        with contextlib.suppress(FileNotFoundError), self._gate():  # it was removed: nothing is laid
            users = self._open("users")
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                act()
            except BlockingIOError:
                pass
            finally:
                os.close(users)

    @contextmanager
    def _gate(self, *, make: bool = False) -> Iterator[None]:
        """Alone, for the moment that laying and taking off takes. Raises `FileNotFoundError` where there is
        no overlay and none is to be made."""
        gate = self._enter(make)
        try:
            yield
        finally:
            os.close(gate)

    def _enter(self, make: bool) -> int:
        while True:
            try:
                if make:
                    self._make()
                gate = self._open(GATE, os.O_CREAT if make else 0)
            except FileNotFoundError:
                if make and self._home.parent.is_dir():  # it was removed meanwhile
                    continue
                raise
            fcntl.flock(gate, fcntl.LOCK_EX)
            # Removed while we waited for it, it is no gate any more.
            if os.fstat(gate).st_nlink:
                return gate
            os.close(gate)

    def _make(self) -> None:
        for each in (self._home, self._place):
            with contextlib.suppress(FileExistsError):
                each.mkdir(mode=0o700)
        if not (self._home / IGNORE).exists():
            (self._home / IGNORE).write_text("*\n")

    def _open(self, name: str, flags: int = 0) -> int:
        return os.open(self._place / name, os.O_RDWR | flags, 0o600)

    def _start_janitor(self) -> None:
        command = [sys.executable, "-S", "-E", __file__, str(self._override.parent.resolve())]
        with contextlib.suppress(OSError):  # without one, the next command cleans up
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )


def main() -> None:
    """The janitor of a directory."""
    overlay = Overlay(Path(sys.argv[1]))
    with contextlib.suppress(FileNotFoundError):  # the directory is gone, and all with it
        overlay.wait()
        overlay.take_off()


if __name__ == "__main__":
    main()
