"""`ui`: where the inspector is, a page that shows what a load balancer never shows."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path

import click

from localalb.commands.where import CLOUD, cloud_of
from localalb.stacks.home import Running


@click.command()
@CLOUD
@click.option("--open", "opens", is_flag=True, help="Open it in a browser too.")
def ui(directory: Path, opens: bool) -> None:
    """Print the address of the inspector: every request, and why it went where it went.

    What stands behind # in it is the key of this run: who has it sees all requests and may invoke the
    functions.
    """
    found = cloud_of(directory).ask("inspector")
    click.echo(found["entrance"])
    # A browser's arguments are seen by every user of the machine: it gets a file that leads to the address.
    if opens and not webbrowser.open(found["door"]):
        raise click.ClickException("no browser can be opened: open the address above in one")


def tell(running: Running) -> None:
    """Say on standard error where the inspector is. The key goes to a terminal alone: what else reads this
    keeps it, such as CI's log."""
    found = running.ask("inspector")
    if sys.stderr.isatty():
        click.echo(f"inspector: {found['entrance']}", err=True)
    else:
        click.echo(f"inspector: {found['url']} (`localalb ui` prints its key)", err=True)
