"""`dev`: apply, then make each saved change live, and show the requests meanwhile."""

from __future__ import annotations

import shlex
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import boto3
import click
import requests

from localalb.commands import debug, sources, up
from localalb.commands.applying import show
from localalb.commands.summary import print_summary
from localalb.commands.where import DIRECTORY, TARGETS
from localalb.dev import changes
from localalb.dev.live import Live, Outcome
from localalb.dev.packages import Package, Stack
from localalb.dev.transcript import Transcript, shown
from localalb.dev.watch import NotWatched, Watch
from localalb.http.place import Place
from localalb.stacks import home
from localalb.stacks.home import Home, Running
from localalb.stacks.isolation import isolate
from localalb.stacks.terraform import Terraform

LOOK = 1.0  # seconds between two looks whether the cloud is still there


@click.command()
@DIRECTORY
@up.VARIABLES
@TARGETS
@up.LOGIN
@up.ADOPT
@debug.FUNCTION
@debug.PORT
@click.option(
    "-q", "--quiet", is_flag=True, help="Of requests show only those refused, of Terraform failures."
)
def dev(
    directory: Path,
    variables: tuple[str, ...],
    targets: tuple[tuple[str, Place], ...],
    login: str | None,
    adopt: bool,
    debugged: str | None,
    debug_port: int,
    quiet: bool,
) -> None:
    """Do as `up`, then make every change that is saved live, until Ctrl-C; the cloud runs on."""
    if debugged is not None:
        debug.check(debugged, directory)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    watch = Watch()
    how = show(verbose=False, quiet=quiet, alone=False)
    apply = partial(up.applied, directory.resolve(), variables, targets, login, adopt=adopt, how=how)
    session = Session(directory.resolve(), apply, watch, quiet=quiet)
    try:
        session.begin()
        print_urls_and_hint(session, directory)
        if debugged is not None:
            say(debug.opened(session.running, debugged, debug_port))
        attached = ""
        while session.running.is_alive():
            session.handle(watch.changes(LOOK))
            if debugged is not None:
                attached, words = debug.news(session.running, attached)
                if words:
                    say(words)
        say("the cloud has ended, so there is nothing to watch for any more")
    except NotWatched as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        running = Home(directory / home.NAME).running()
        if running is not None:
            where = running.endpoint_url
            say(f"stopped watching; the cloud still runs at {where}: `{_down(directory)}` ends it")
    finally:
        watch.close()
        if debugged is not None:
            debug.close(directory)


class Session:
    """One run of `dev` in a directory. `terraform` applies it, as `up.applied` does."""

    def __init__(
        self,
        directory: Path,
        terraform: Callable[..., tuple[Running, dict[str, Any]]],
        watch: Watch,
        *,
        quiet: bool,
    ) -> None:
        self._directory = directory
        self._terraform = terraform
        self._watch = watch
        self._quiet = quiet
        self._live = Live(client)
        self.running: Running
        self.outputs: dict[str, Any] = {}
        self._read: Mapping[Path, str] = {}  # the configuration's digests, as Terraform read it last
        self._stack: Stack

    def begin(self) -> None:
        """Apply what is not applied. Raises `click.ClickException`: there is nothing to watch for then."""
        self._watch.add([self._directory])
        self._apply()
        threading.Thread(target=show_requests, args=(self.running, self._quiet), daemon=True).start()

    def handle(self, changed: set[Path]) -> None:
        """Make changes of files live, or say why they are not."""
        work = changes.work(changed, self._stack)
        apply = tuple(path for path in work.apply if changes.differs(path, self._read))
        if apply:
            say(f"{_listed(apply)} changed")
        if not apply or not self._try_to_apply():
            self._sync(work.packages, may_apply=not apply)

    def _try_to_apply(self) -> bool:
        began = time.monotonic()
        try:
            self._apply()
        except click.ClickException as error:
            self._read = {}  # the same files saved once more are another try
            say(f"not applied: {error.message}")
            return False
        say(f"applied in {time.monotonic() - began:.1f} s")
        return True

    def _apply(self) -> None:
        self.running, self.outputs = self._terraform(initialised=self._initialised)
        isolate(self.running.endpoint)
        self._stack = sources.stack_of(self._directory)
        self._watch.add(changes.roots(self._stack))
        self._live.applied(self._stack.packages)
        self._sync(self._stack.packages, may_apply=False)  # what was saved meanwhile

    def _initialised(self, terraform: Terraform) -> None:
        modules = [path.resolve() for path in terraform.modules()]
        self._watch.add(modules)
        self._read = changes.digests([self._directory, *modules])

    def _sync(self, changed: Iterable[Package], *, may_apply: bool) -> None:
        began = time.monotonic()
        # By what is wrong: functions may share their files.
        refused: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        terraform = False
        for package in changed:
            outcome = self._live.sync(package)
            if outcome is not None and outcome.refused:
                refused[outcome.refused].append(package.name)
                terraform |= outcome.terraform
            elif outcome is not None:
                for line in told(outcome, time.monotonic() - began):
                    say(f"{package.name}: {line}")
        for lines, names in refused.items():
            for line in (*lines, "the code from before keeps answering"):
                say(f"{', '.join(names)}: {line}")
        if terraform and may_apply:
            self._try_to_apply()


def told(outcome: Outcome, seconds: float) -> list[str]:
    """What became of code that was not refused."""
    if outcome.back:
        return ["the files are again those that run"]
    files = [outcome.package.source / each for each in outcome.changed]
    what, verb = _listed(files) or "its code", "are" if len(files) > 1 else "is"
    live = "live" if not files or any(map(Path.exists, files)) else "gone, which is live"
    words = "keeps its version, as it does not call the newest alone"
    kept = [f"the alias {each} {words}" for each in outcome.kept]
    return [f"{what} {verb} {live} after {seconds:.2f} s", *kept]


def show_requests(running: Running, quiet: bool) -> None:
    """Print requests and logs from now on, until the cloud ends."""
    transcript = Transcript(quiet=quiet)
    try:
        request = max((each["id"] for each in running.ask("requests")), default=0)
        event = max((each["id"] for each in running.ask("logs?tail=1")), default=-1)
        while True:
            records = running.ask(f"requests?after={request}&wait={LOOK}")
            events = running.ask(f"logs?after={event}")
            request = max((request, *(each["id"] for each in records)))
            event = max((event, *(each["id"] for each in events)))
            if lines := transcript.feed(records, events, sources.of(running, events)):
                click.echo("\n".join(lines))
    except requests.RequestException:
        return  # the cloud has ended, which `dev` says


def say(line: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')}  {line}", err=True)


@cache
def client(region: str) -> Any:
    return boto3.client("lambda", region)


def _listed(paths: Iterable[Path]) -> str:
    first, *others = [*map(shown, paths), ""]
    others = others[:-1]
    return first + (f" and {len(others)} more" if others else "")


def print_urls_and_hint(session: Session, directory: Path) -> None:
    print_summary(session.running, session.outputs, directory, steps=False)
    say("watching; Ctrl-C stops that, and leaves the cloud running")


def _down(directory: Path) -> str:
    return "localalb down" + ("" if directory == Path() else f" {shlex.quote(str(directory))}")
