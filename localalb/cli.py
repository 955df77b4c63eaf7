"""The command `localalb`."""

from __future__ import annotations

import os

import click

from localalb.commands import clouds, dev, explain, look, serve, terraform, up


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="localalb")
def main() -> None:
    """An Application Load Balancer and its Lambda functions on this machine."""
    os.umask(0o077)  # states, logs, unpacked code: nobody else's business


for command in (
    *(serve.serve, up.up, up.down, dev.dev, clouds.ps),
    *(look.status, look.url, look.env, look.invoke, look.logs, look.requests),
    explain.explain,
    terraform.terraform,
):
    main.add_command(command)
