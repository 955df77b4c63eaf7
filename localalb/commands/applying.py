"""What `up`, `dev` and `down` show while Terraform works: a line that changes, or a line now and then."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self

import click

from localalb.commands.where import shown_path, width
from localalb.http.visible import visible_line
from localalb.stacks import durations, progress
from localalb.stacks.home import Home
from localalb.stacks.progress import Progress
from localalb.stacks.terraform import Terraform

SPARSE = 15.0  # seconds between two lines where there is no terminal
NAMED = 5  # addresses in a sentence

Show = Literal["line", "lines", "few", "all", "nothing"]
"""One line that changes; a line now and then; fewer, without the last; Terraform's own output; nothing."""


def show(*, verbose: bool, quiet: bool = False, alone: bool = True) -> Show:
    """How Terraform's work is shown here. Not `alone`, somebody else writes to the terminal too."""
    if verbose or quiet:
        return "all" if verbose else "nothing"
    if not alone:
        return "few"
    return "line" if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else "lines"


class Applying:
    """Follows Terraform (`stacks.followed.Follower`) in a home. `new`: its cloud has nothing in it yet. What
    a `destroy` has under way may get lost when it is stopped: the cloud goes as well."""

    def __init__(
        self,
        place: Home,
        how: Show,
        *,
        new: bool = False,
        destroy: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.log = place.path / "terraform.log"
        self.shows = how == "all"
        self._home = place.path
        self._how = how
        self._new = new
        self._destroy = destroy
        self._clock = clock
        self._progress = Progress(clock())
        self._usual: dict[str, float | None] = {}
        self._writing = threading.RLock()
        self._drawn = ""
        self._said = clock()
        self._kept: list[str] = []
        self._lost: list[str] = []

    def __enter__(self) -> Self:
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        self.log.touch(mode=0o600)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._draw("")

    # What is done beside Terraform

    def begin(self, what: str) -> None:
        """Something begins that says nothing of how far it is."""
        if self._how == "line":
            self._draw(f"{what} ...")
        elif self._how != "nothing":
            self.say(f"{what} ...")

    def say(self, text: str) -> None:
        """Print something that stays. Any thread may."""
        with self._writing:
            self._draw("")
            with suppress(OSError):  # the terminal has gone
                click.echo(text, err=True)
        self._said = self._clock()

    def over(self, word: str) -> None:
        """All went well."""
        took = self._clock() - self._progress.begun
        durations.note(self._home, self._kind, took)
        if self._how not in ("nothing", "few"):
            result = progress.result(self._progress)
            self.say(
                f"{word} in {progress.seconds(took)}: {result}. Terraform's output: {shown_path(self.log)}"
            )

    # What Terraform does

    def hear(self, line: str) -> None:
        known = self._progress.planned
        self._progress.hear(line, self._clock())
        if self.shows:
            with suppress(OSError):
                click.echo(line)
        elif self._how in ("lines", "few") and known is None and self._progress.planned is not None:
            self.say(f"Terraform: {self._state()}")

    def tick(self) -> None:
        now = self._clock()
        if self._how == "line":
            self._draw(visible_line(progress.line(self._progress, now, width(), self._known())))
        elif self._how in ("lines", "few") and now - self._said >= SPARSE:
            self.say(f"Terraform: {self._state()}")

    def _state(self) -> str:
        # No terminal has a width.
        return visible_line(progress.line(self._progress, self._clock(), sys.maxsize, self._known()))

    def _known(self) -> float | None:
        """How long it usually takes, in seconds."""
        if self._kind not in self._usual:
            self._usual[self._kind] = durations.usual(self._home, self._kind)
        return self._usual[self._kind]

    @property
    def _kind(self) -> str:
        if self._destroy:
            return "down"
        return durations.kind(new=self._new, balancer=bool(self._progress.balancers))

    # Ctrl-C

    def interrupted(self) -> None:
        if first := [] if self._destroy else self._progress.in_the_way(self._clock()):
            self.say(
                f"stopping as soon as Terraform has finished {listed(first)}; Ctrl-C again ends it at once"
            )

    def may_stop(self) -> bool:
        now = self._clock()
        self._kept = self._progress.waiting(now)
        return self._destroy or self._progress.may_stop(now)

    def killed(self) -> None:
        now = self._clock()
        self._kept = []
        self._lost = [*self._progress.in_the_way(now), *self._progress.waiting(now)]

    def stopped(self, terraform: Terraform) -> list[str]:
        """Terraform was stopped: keep the load balancers that only the provider's wait was left of; gives the
        sentences about what is made."""
        self._draw("")
        kept = [each for each in self._kept if not terraform.run("untaint", each, capture=True).returncode]
        made = [address for what, address in self._progress.done if what in ("added", "imported")]
        return list(_told(made, kept, self._lost))

    def _draw(self, text: str) -> None:
        """Make the line that changes this one."""
        if self._how != "line" or text == self._drawn:
            return
        with self._writing, suppress(OSError):
            self._drawn = text  # first: Ctrl-C may come as soon as it is seen
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()


def _told(made: Sequence[str], kept: Sequence[str], lost: Sequence[str]) -> list[str]:
    made = [*made, *kept]
    lines = [f"stopped; made so far: {listed(made) if made else 'nothing'}"]
    if kept:
        lines.append(
            f"the AWS provider was still waiting for {listed(kept)}, which the next `up` takes as it is"
        )
    if lost:
        lines.append(
            f"Terraform was ended in the midst of {listed(lost)}: should the next `up` say that it exists "
            "already, `down` and `up` begin anew"
        )
    return lines


def listed(addresses: Sequence[str]) -> str:
    more = len(addresses) - NAMED
    named = ", ".join(map(visible_line, addresses[:NAMED]))
    return f"{named} and {more} more" if more > 0 else named
