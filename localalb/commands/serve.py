"""`serve`: a cloud in this process."""

from __future__ import annotations

import gc
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import click
import uvloop

from localalb.commands.where import LOGIN_HELP, TARGETS
from localalb.http.place import Place
from localalb.http.visible import visible
from localalb.stacks import registry
from localalb.stacks.home import Home, Running
from localalb.stacks.isolation import LOGINS, NOWHERE, exports, isolate


@click.command()
@click.option("--port", default=0, help="Port of the control plane (default: a free one).")
@click.option("--home", "home_path", type=click.Path(path_type=Path), hidden=True)
@click.option("--login", type=click.Choice(LOGINS), default=LOGINS[0], help=LOGIN_HELP)
@click.option("--exit-with-stdin", is_flag=True, help="Stop when standard input closes.")
@TARGETS
def serve(
    port: int,
    home_path: Path | None,
    login: str,
    exit_with_stdin: bool,
    targets: tuple[tuple[str, Place], ...],
) -> None:
    """Run a cloud in the foreground; once ready, print the variables that point AWS clients at it."""
    _log_to_stderr()
    environ = dict(os.environ)
    isolate(NOWHERE)  # moto asks botocore for regions as it is imported, and botocore for the shell's profile
    gc.disable()  # an import makes half a million objects, and hardly one of them is garbage
    from localalb.cloud import Cloud

    gc.enable()

    async def run(directory: Path) -> None:
        cloud = Cloud(directory, port, dict(targets), login)
        if exit_with_stdin:
            threading.Thread(target=_when_stdin_closes, args=(cloud.stop,), daemon=True).start()

        running = Running(cloud.id, cloud.endpoint_url, os.getpid(), cloud.key)

        def ready() -> None:
            if home_path is not None:
                Home(home_path).claim(running)
            click.echo("\n".join(exports(environ, cloud.endpoint)))
            # moto prints now and then, and whoever read these lines may be gone.
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

        place, temporary = (Path.cwd(), str(directory)) if home_path is None else (home_path.parent, None)
        with registry.noted(registry.Cloud(running, str(place.resolve()), time.time(), temporary)):
            await cloud.run(ready)

    registry.clouds()  # removes what killed ones left
    if home_path is not None:
        uvloop.run(run(Home(home_path).run))
    else:
        with tempfile.TemporaryDirectory(prefix=registry.PREFIX, ignore_cleanup_errors=True) as directory:
            uvloop.run(run(Path(directory)))


class VisibleFormatter(logging.Formatter):
    """Whatever a client sent, a record moves no cursor."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(VisibleFormatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in ("botocore", "boto3", "urllib3", "werkzeug"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _when_stdin_closes(stop: Callable[[], None]) -> None:
    while os.read(sys.stdin.fileno(), 4096):  # a buffer's lock would be held when Ctrl-C ends this process
        pass
    stop()
