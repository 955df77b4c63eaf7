"""`up` and `down`: the cloud of a directory, in the background, and what Terraform makes in it."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from localalb.commands import clouds, regions
from localalb.commands.look import urls
from localalb.commands.ports import holder
from localalb.commands.where import DIRECTORY, LOGIN_HELP, TARGETS, terraform_of
from localalb.http.place import Place, written
from localalb.stacks import home
from localalb.stacks.home import Home, Running
from localalb.stacks.isolation import LOGINS, isolate
from localalb.stacks.terraform import Terraform, TerraformError

TO_START = 60.0  # seconds
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
WAIT = (
    "Terraform: applying. A new load balancer takes the AWS provider 60 s, here as on AWS; about 70 s in all."
)


@click.command()
@DIRECTORY
@VARIABLES
@TARGETS
@LOGIN
@ADOPT
def up(
    directory: Path,
    variables: tuple[str, ...],
    targets: tuple[tuple[str, Place], ...],
    login: str | None,
    adopt: bool,
) -> None:
    """Start a cloud in the background and apply DIRECTORY to it; again: apply what changed."""
    running, outputs = applied(directory, variables, targets, login, adopt=adopt)
    print_urls(running, outputs, directory)


def applied(
    directory: Path,
    variables: Sequence[str],
    targets: Sequence[tuple[str, Place]] = (),
    login: str | None = None,
    *,
    adopt: bool = True,
    capture: bool = False,
    initialised: Callable[[Terraform], object] = lambda terraform: None,
) -> tuple[Running, dict[str, Any]]:
    """The cloud of a directory, started where none runs, with the directory applied to it; and Terraform's
    outputs. `capture` shows Terraform's output only where it fails; `initialised` is called between init and
    apply. Raises `click.ClickException`."""
    place = Home(directory / home.NAME)
    with _working(place):
        running = place.running()
        new = running is None
        running = running or _start(place)
        if login:
            running.ask(f"login?mode={login}", "POST")
        if targets:
            running.ask("targets?" + urlencode({name: written(to) for name, to in targets}), "POST")
        terraform = terraform_of(directory, running)
        isolate(running.endpoint)  # this process makes load balancers too
        click.echo("Terraform: initialising ...", err=True)
        terraform.init()
        initialised(terraform)
        say = partial(click.echo, err=True)
        say("Terraform: applying ..." if adopt or not new else WAIT)
        arguments = (f"-var={variable}" for variable in variables)
        terraform.apply(*arguments, capture=capture, adopt=say if adopt else None)
        _tell_of_targets(running)
        return running, terraform.outputs()


@click.command()
@DIRECTORY
@click.option("--all", "everywhere", is_flag=True, help="End every cloud of yours, wherever it was started.")
def down(directory: Path, everywhere: bool) -> None:
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
                    terraform_of(directory, running).destroy()
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
    except TerraformError as error:
        raise click.ClickException(str(error)) from None


def _start(place: Home) -> Running:
    """Start a cloud in the background and wait until it answers."""
    place.prepare()
    with place.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "localalb", "serve", "--home", str(place.path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + TO_START
    while time.monotonic() < deadline and process.poll() is None:
        running = place.running()
        if running is not None:
            return running
        time.sleep(0.05)
    process.kill()
    raise click.ClickException(f"the cloud did not start:\n{place.log.read_text(errors='replace')}")


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


def print_urls(running: Running, outputs: dict[str, Any], directory: Path) -> None:
    listeners = running.ask("status")["listeners"]
    for listener in listeners:
        wanted, address = listener["instead_of"], listener["url"]
        if wanted:
            who = holder(wanted)
            taken = f"is taken by {who}" if who else "was taken"
            click.echo(
                f"port {wanted} {taken}: {listener['load_balancer']} is at {address} instead", err=True
            )
    if listeners:
        click.echo("\n".join(urls(running, outputs)))
    else:
        click.echo(without_listener(running.endpoint_url, running.ask("functions"), directory), err=True)


def without_listener(endpoint_url: str, functions: Sequence[str], directory: Path) -> str:
    """What to say of a cloud that serves nothing: what is there, and how to go on. `functions` are ARNs."""
    where = "" if directory == Path() else f" -C {shlex.quote(str(directory))}"
    lines = [
        f"Applied. No load balancer has a listener, so there is no URL; the cloud runs at {endpoint_url}."
    ]
    if functions:
        name = regions.listed(functions) if len(functions) == 1 else "NAME"
        lines += [
            f"Functions: {regions.listed(functions)}.",
            f"localalb invoke{where} {name}    invokes one, localalb logs{where} {name} prints its log",
        ]
    lines.append(f'eval "$(localalb env{where})"    points AWS clients at the cloud')
    return "\n".join(lines)
