"""`ui`: where the inspector is, a page that shows what a load balancer never shows."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from localalb.commands.where import CLOUD, cloud_of


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
