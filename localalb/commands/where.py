"""Which directory and which cloud a command means."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from localalb.http.place import Place, is_local, place
from localalb.http.visible import visible_line
from localalb.stacks import home
from localalb.stacks.followed import Follower
from localalb.stacks.home import Running
from localalb.stacks.isolation import isolated
from localalb.stacks.terraform import Terraform

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_MEANT = "localalb.directory"  # in what click's contexts share


def _meant() -> Path:
    """The directory of an option -C before this, else this one."""
    found: Path = click.get_current_context().meta.get(_MEANT, Path())
    return found


def _means(context: click.Context, option: click.Parameter, directory: Path | None) -> None:
    if directory is not None:
        context.meta[_MEANT] = directory


ANYWHERE = click.option(
    "-C",
    metavar="DIR",
    type=_FOLDER,
    is_eager=True,
    expose_value=False,
    callback=_means,
    help="The directory that is meant, before the command or after it (default: this one).",
)
_ARGUMENT = click.argument("directory", default=_meant, type=_FOLDER)
CLOUD = click.option(
    "-C",
    "directory",
    default=_meant,
    metavar="DIR",
    type=_FOLDER,
    help="The directory whose cloud is meant (default: this one, else the one AWS_ENDPOINT_URL names).",
)


def DIRECTORY(command: Callable[..., Any]) -> Callable[..., Any]:
    """The directory that a command works in: an argument, or what -C names."""
    return ANYWHERE(_ARGUMENT(command))


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


def width() -> int:
    """The columns of the terminal that standard error goes to; more than any line has where it is none."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return sys.maxsize


def shown_path(path: Path) -> str:
    """A path as somebody here would write it."""
    with suppress(ValueError):
        return visible_line(str(path.resolve().relative_to(Path.cwd())))
    return visible_line(str(path))


def localalb(*words: str, directory: Path = Path()) -> str:
    """A command as somebody writes it in this shell: with the file that runs where PATH has no `localalb`."""
    program, mine = Path(sys.argv[0]), shutil.which("localalb")
    if program.name != "localalb":
        start = "python -m localalb"
    elif mine and Path(mine).samefile(program):
        start = "localalb"
    else:
        start = shown_path(program.absolute())
    where = [] if directory.resolve() == Path.cwd() else ["-C", shlex.quote(str(directory))]
    return " ".join([start, *words[:1], *where, *words[1:]])


def cloud_of(directory: Path) -> Running:
    """The cloud that is meant in a directory. Raises `click.ClickException` where there is none."""
    running = home.find(directory)
    if running is None:
        raise click.ClickException("no cloud is running here; `localalb up` or `localalb serve` starts one")
    return running


def terraform_of(directory: Path, running: Running | None, follower: Follower | None = None) -> Terraform:
    """Terraform in a directory, with the state that `up` uses; without a cloud it reaches no AWS."""
    environ = isolated(os.environ, running.endpoint) if running else None
    return Terraform(directory, directory / home.NAME, environ, follower=follower)
