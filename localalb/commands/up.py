"""`up` and `down`: the cloud of a directory, in the background, and what Terraform makes in it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from localalb.commands import clouds, sources
from localalb.commands.applying import Applying, Show, show
from localalb.commands.summary import print_summary
from localalb.commands.where import DIRECTORY, LOGIN_HELP, TARGETS, localalb, terraform_of
from localalb.http.place import Place, written
from localalb.http.visible import visible_line
from localalb.stacks import home, start
from localalb.stacks.home import Home, Running
from localalb.stacks.isolation import LOGINS, isolate
from localalb.stacks.start import NotStarted
from localalb.stacks.terraform import Terraform, TerraformError

INTERRUPTED = 130  # the exit status of what Ctrl-C ended, as shells have it
VARIABLES = click.option(
    "--var", "variables", multiple=True, metavar="NAME=VALUE", help="A Terraform input variable."
)
LOGIN = click.option(
    "--login", type=click.Choice(LOGINS), help=f"{LOGIN_HELP} (Default: {LOGINS[0]}, or as before.)"
)
ADOPT = click.option(
    "--adopt/--no-adopt",
    default=True,
    help="Make new load balancers in the AWS provider's place, which waits 60 s for each (default).",
)


VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Print all that Terraform prints.")


@click.command()
@DIRECTORY
@VARIABLES
@TARGETS
@LOGIN
@ADOPT
@VERBOSE
def up(
    directory: Path,
    variables: tuple[str, ...],
    targets: tuple[tuple[str, Place], ...],
    login: str | None,
    adopt: bool,
    verbose: bool,
) -> None:
    """Start a cloud in the background and apply DIRECTORY to it; again: apply what changed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    how = show(verbose=verbose)
    try:
        running, outputs = applied(directory, variables, targets, login, adopt=adopt, how=how)
    except KeyboardInterrupt:
        there = Home(directory / home.NAME).running()
        again, down_ = (localalb(word, directory=directory) for word in ("up", "down"))
        click.echo(
            f"the cloud runs on at {there.endpoint_url}: `{again}` goes on from here, `{down_}` ends it"
            if there
            else "stopped; nothing was made, and nothing runs here",
            err=True,
        )
        sys.exit(INTERRUPTED)
    print_summary(running, outputs, directory)


def applied(
    directory: Path,
    variables: Sequence[str],
    targets: Sequence[tuple[str, Place]] = (),
    login: str | None = None,
    *,
    adopt: bool = True,
    how: Show = "lines",
    initialised: Callable[[Terraform], object] = lambda terraform: None,
) -> tuple[Running, dict[str, Any]]:
    """The cloud of a directory, started where none runs, with the directory applied to it; and Terraform's
    outputs. `how` says what is shown meanwhile; `initialised` is called between init and apply. Raises
    `click.ClickException`, and `KeyboardInterrupt` once all is in order."""
    place = Home(directory / home.NAME)
    if not any(each.name.endswith((".tf", ".tf.json")) for each in directory.iterdir()):
        here = visible_line(str(directory.resolve()))
        raise click.ClickException(f"{here} has no Terraform configuration: write the directory that has one")
    with _working(place):
        running = place.running()
        with Applying(place, how, new=running is None) as applying:
            if running is None:
                applying.begin("starting the cloud")
            running = running or start.stay(place)
            if login:
                running.ask(f"login?mode={login}", "POST")
            if targets:
                running.ask("targets?" + urlencode({name: written(to) for name, to in targets}), "POST")
            terraform = terraform_of(directory, running, applying)
            isolate(running.endpoint)  # this process makes load balancers too
            applying.begin("Terraform: initialising")
            terraform.init()
            initialised(terraform)
            applying.begin("Terraform: planning")
            try:
                arguments = (f"-var={variable}" for variable in variables)
                terraform.apply(*arguments, adopt=applying.say if adopt else None)
            except KeyboardInterrupt:
                for sentence in applying.stopped(terraform):
                    applying.say(sentence)
                raise
            place.note(variables)
            outputs = terraform.outputs()
            applying.over("Applied")
        sources.tell(running, directory, sources.stack_of(directory))
        _tell_of_targets(running)
        return running, outputs


@click.command()
@DIRECTORY
@click.option("--all", "everywhere", is_flag=True, help="End every cloud of yours, wherever it was started.")
@VERBOSE
def down(directory: Path, everywhere: bool, verbose: bool) -> None:
    """Destroy what `up` made in DIRECTORY and stop its cloud. Safe when nothing runs."""
    if everywhere:
        clouds.end_all()
        return
    place = Home(directory / home.NAME)
    if not place.path.exists():
        click.echo("nothing is running here", err=True)
        return
    with _working(place):
        running = place.running()
        if running is None:
            click.echo("nothing is running here", err=True)
        else:
            try:
                if place.state.exists():
                    with Applying(place, show(verbose=verbose), destroy=True) as applying:
                        applying.begin("Terraform: planning")
                        terraform_of(directory, running, applying).destroy()
                        applying.over("Destroyed")
            except KeyboardInterrupt:
                click.echo("not all of it is destroyed; the rest goes with the cloud", err=True)
            finally:
                clouds.stop(running)
        place.clear()


@contextmanager
def _working(place: Home) -> Iterator[None]:
    """Alone in a home, with Terraform's failures told in its own words."""
    try:
        with place.locked():
            yield
    except BlockingIOError:
        raise click.ClickException(
            f"another `up` or `down` is at work in {place.path.parent.resolve()}"
        ) from None
    except (NotStarted, TerraformError) as error:
        raise click.ClickException(str(error)) from None


def _tell_of_targets(running: Running) -> None:
    """Which targets get no requests, and which words were for no target group."""
    found = running.ask("status")
    for target in found["targets"]:
        if target["why"]:
            click.echo(f"target group {target['target_group']}: {target['why']}", err=True)
    names = sorted({target["target_group"] for target in found["targets"]})
    for name in found["unused_places"]:
        there_are = f"there are {', '.join(names)}" if names else "there is none with addresses as targets"
        click.echo(f"--target {name}=...: no target group has this name; {there_are}", err=True)
