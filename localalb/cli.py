"""The command `localalb`."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
import threading
from pathlib import Path

import click

from localalb import home
from localalb.home import Home, Running
from localalb.isolation import exports


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """An Application Load Balancer and its Lambda functions on this machine."""


@main.command()
@click.option("--port", default=0, help="Port of the control plane (default: a free one).")
@click.option("--exit-with-stdin", is_flag=True, help="Stop when standard input closes.")
def serve(port: int, exit_with_stdin: bool) -> None:
    """Run a local cloud in the foreground, and print the variables that point AWS clients at it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr)
    for noisy in ("botocore", "boto3", "urllib3", "werkzeug"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    from localalb.cloud import Cloud

    async def run(directory: Path) -> None:
        cloud = Cloud(directory, port)
        if exit_with_stdin:
            threading.Thread(target=lambda: (sys.stdin.read(), cloud.stop()), daemon=True).start()

        def ready() -> None:
            click.echo("\n".join(exports(environ, cloud.endpoint_url)))
            sys.stdout.flush()

        environ = dict(os.environ)
        await cloud.run(ready)

    with tempfile.TemporaryDirectory(prefix="localalb-") as directory:
        _loop(run(Path(directory)))


def _loop(work):
    try:
        import uvloop
        uvloop.run(work)
    except ImportError:
        asyncio.run(work)
