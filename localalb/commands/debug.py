"""`dev --debug`: what it takes, and the cloud's port for a debugger."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import click
import requests

from localalb.commands import regions
from localalb.commands.ports import holder
from localalb.stacks import home
from localalb.stacks.home import Home, Running

FUNCTION = click.option(
    "--debug",
    "debugged",
    is_flag=False,
    flag_value="",
    metavar="[FUNCTION]",
    help="Let a debugger attach to FUNCTION, by name or ARN (default: the only one). Needs debugpy.",
)
PORT = click.option(
    "--debug-port", default=5678, show_default=True, metavar="PORT", help="Where a debugger attaches."
)


def check(named: str, directory: Path) -> None:
    """Raises `click.ClickException` for what can be seen before anything is begun: debugpy is missing, or the
    directory stands where a function is named."""
    if named and directory == Path() and any(Path(named).glob("*.tf")):
        raise click.UsageError(f"{named} is a directory: write it first, `localalb dev {named} --debug`")
    if find_spec("debugpy") is None:
        command = f"{shlex.quote(sys.executable)} -m pip install debugpy"
        raise click.ClickException(f"--debug needs debugpy, which is not installed: {command}")


def opened(running: Running, named: str, port: int) -> str:
    """Let debuggers of this user attach to a function, as long as this process runs; what to say of it.
    Raises `click.ClickException`."""
    try:
        arn, _ = regions.function(running, named or None, None)
    except click.ClickException as error:
        raise click.ClickException(f"--debug: {error.message}") from None
    try:
        running.ask("debug", "POST", {"function": arn, "port": str(port), "pid": str(os.getpid())})
    except requests.HTTPError as error:
        why = error.response.text.strip()
        who = holder(port) if str(port) in why else None
        raise click.ClickException(
            f"--debug: {why}" + (f"; {who} has it, and --debug-port takes another" if who else "")
        ) from None
    return f"a debugger of yours may attach to {regions.listed([arn])} at 127.0.0.1:{port}"


def news(running: Running, before: str) -> tuple[str, str]:
    """The function that a debugger is attached to, empty where there is none, and what to say where that was
    another one before."""
    with suppress(requests.RequestException):
        now = str(running.ask("status")["debugged"])
        if now == before:
            return now, ""
        if now:
            name = regions.listed([now])
            return now, f"a debugger is attached to {name}, which has one environment and no limits meanwhile"
        return now, f"the debugger has gone, and {regions.listed([before])} is as before"
    return before, ""


def close(directory: Path) -> None:
    with suppress(requests.RequestException):
        running = Home(directory / home.NAME).running()
        if running is not None:
            running.ask("debug", "POST")
