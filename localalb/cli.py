"""The command `localalb`."""

from __future__ import annotations

import os
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError
from requests import ConnectionError, HTTPError, Timeout

from localalb.commands import clouds, dev, explain, invoke, logs, look, requests, serve, terraform, ui, up
from localalb.commands.where import ANYWHERE
from localalb.http.visible import visible

STATUSES = """Exit status: 0 when it is done, 1 when it is refused or fails (`invoke`: when the function
does), 2 when the command is written wrongly, 130 when Ctrl-C ends it before that."""

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 120}


class Commands(click.Group):
    """A cloud may end at any moment, or refuse: what a command says then is a sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ConnectionError, Timeout, BotoCoreError):
            raise click.ClickException(
                "the cloud has ended, or does not answer: `localalb ps` lists yours, `localalb up` starts one"
            ) from None
        except KeyboardInterrupt:
            click.echo(err=True)  # the terminal shows ^C
            ctx.exit(up.INTERRUPTED)
        except HTTPError as error:
            said = visible(error.response.text.strip())
            raise click.ClickException(f"the cloud answers {error.response.status_code}: {said}") from None
        except ClientError as error:
            raise click.ClickException(visible(error.response["Error"]["Message"])) from None


@click.group(cls=Commands, epilog=STATUSES, context_settings=SETTINGS)
@ANYWHERE
@click.version_option(package_name="localalb")
def main() -> None:
    """An Application Load Balancer and its Lambda functions on this machine."""
    os.umask(0o077)  # states, logs, unpacked code: nobody else's business


for command in (
    *(serve.serve, up.up, up.down, dev.dev, clouds.ps),
    *(look.status, look.url, look.env),
    *(logs.logs, requests.requests, invoke.invoke, invoke.event, explain.explain, ui.ui),
    terraform.terraform,
):
    main.add_command(command)
