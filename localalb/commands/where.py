"""Which directory and which cloud a command means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from localalb.http.place import Place, is_local, place
from localalb.stacks import home
from localalb.stacks.home import Running
from localalb.stacks.isolation import isolated
from localalb.stacks.terraform import Terraform

DIRECTORY = click.argument(
    "directory", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
CLOUD = click.option(
    "-C",
    "directory",
    default=".",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory whose cloud is meant (default: this one, else the one AWS_ENDPOINT_URL names).",
)
LOGIN_HELP = (
    "How load balancers log users in: loopback asks providers on this machine and no others, local puts one "
    "of localalb's own in place of each, real asks those that the rules name, with their client secrets."
)


class Target(click.ParamType[tuple[str, Place]]):
    """`NAME=ADDRESS:PORT` -> the name and the place."""

    name = "NAME=ADDRESS:PORT"

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> tuple[str, Place]:
        try:
            name, where = place(value)
        except ValueError as error:
            self.fail(str(error), param, context)
        if not is_local(where[0]):
            click.echo(f"requests for the target group {name} leave this machine, for {where[0]}", err=True)
        return name, where


TARGETS = click.option(
    "--target",
    "targets",
    multiple=True,
    type=Target(),
    help="Where the targets of the target group NAME are found instead: --target web=127.0.0.1:3000. "
    "* in a name stands for any letters. Give it once for each target group.",
)


def cloud_of(directory: Path) -> Running:
    """The cloud that is meant in a directory. Raises `click.ClickException` where there is none."""
    running = home.find(directory)
    if running is None:
        raise click.ClickException("no cloud is running here; `localalb up` or `localalb serve` starts one")
    return running


def terraform_of(directory: Path, running: Running | None) -> Terraform:
    """Terraform in a directory, with the state that `up` uses; without a cloud it reaches no AWS."""
    environ = isolated(os.environ, running.endpoint) if running else None
    return Terraform(directory, directory / home.NAME, environ)
