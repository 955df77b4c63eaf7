"""`terraform`: any command of Terraform, as `up` runs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from localalb.commands.where import CLOUD, terraform_of
from localalb.stacks import home
from localalb.stacks.home import Home
from localalb.stacks.terraform import TerraformError


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@CLOUD
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def terraform(directory: Path, arguments: tuple[str, ...]) -> None:
    """Run Terraform as `up` does: isolated, initialised, and against the cloud where one runs."""
    place = Home(directory / home.NAME)
    tool = terraform_of(directory, place.running())
    for argument in arguments:
        if why := _leads_elsewhere(argument):
            raise click.UsageError(f"{argument}: {why}")
    if arguments[:1] == ("workspace",) and arguments[1:2] not in (("list",), ("show",), ()):
        raise click.UsageError("a local cloud has one workspace, default: use another directory instead")
    if os.environ.get("TF_WORKSPACE", "default") != "default":
        click.echo("TF_WORKSPACE means nothing here: a local cloud has one workspace, default", err=True)
    try:
        if arguments[:1] == ("init",):
            tool.init(*arguments[1:])
            return
        if arguments[:1] not in STATELESS and not tool.initialised:
            tool.init()
        sys.exit(tool.run(*arguments).returncode)
    except TerraformError as error:
        raise click.ClickException(str(error)) from None


# Commands that ask for neither a state nor plugins.
STATELESS = ((), ("fmt",), ("version",), ("-version",), ("--version",), ("-help",), ("--help",), ("-h",))
ELSEWHERE = {
    "-state": "every command uses the state that `up` uses",
    "-backup": "every command uses the state that `up` uses",
    "-backend": "the backend is localalb's own, so that a real state never meets the local cloud",
    "-migrate-state": "a real state never meets the local cloud",
}


def _leads_elsewhere(argument: str) -> str | None:
    """Why an argument is not passed on to Terraform; None where it is."""
    name = "-" + argument.partition("=")[0].lstrip("-") if argument.startswith("-") else ""
    return next(
        (why for start, why in ELSEWHERE.items() if name == start or name.startswith(start + "-")), None
    )
