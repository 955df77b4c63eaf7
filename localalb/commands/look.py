"""Where a cloud serves: `status`, `url`, `env`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from localalb.commands import regions
from localalb.commands.summary import urls
from localalb.commands.where import CLOUD, cloud_of, terraform_of
from localalb.stacks import home, isolation
from localalb.stacks.home import Home
from localalb.stacks.isolation import LOGINS, exports


@click.command()
@CLOUD
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def status(directory: Path, as_json: bool) -> None:
    """Show each listener's load balancer, DNS name and port, and the local address serving it; and where
    targets are found that are no functions."""
    found = cloud_of(directory).ask("status")
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    click.echo(f"control plane  {found['endpoint_url']}")
    click.echo(f"inspector      {found['inspector']}  (`localalb ui` prints its key)")
    if found["login"]["mode"] != LOGINS[0]:
        click.echo(f"login          {found['login']['mode']}  {found['login']['url']}".rstrip())
    for listener in found["listeners"]:
        click.echo(
            f"{listener['load_balancer']}:{listener['port']}  {listener['dns_name']}  {listener['url']}"
        )
    for target in found["targets"]:
        where = target["reached"] or f"nowhere: {target['why']}"
        click.echo(f"{target['target_group']}  {target['target']}  {where}  {target['health']}")


@click.command()
@CLOUD
def url(directory: Path) -> None:
    """Print the local URL of the stack that `up` applied, and nothing else."""
    running = cloud_of(directory)
    place = Home(directory / home.NAME)
    outputs = terraform_of(directory, None).outputs() if place.state.exists() else {}
    click.echo(urls(running, outputs)[-1])


@click.command()
@CLOUD
@click.option("--region", metavar="REGION", help="Of these (default: the shell's, where the cloud uses it).")
def env(directory: Path, region: str | None) -> None:
    """Print `export` lines that point AWS clients at the cloud: eval "$(localalb env)"."""
    running, word = cloud_of(directory), ""
    if region is None:
        region, word = regions.chosen(regions.used(running), isolation.region(os.environ))
    click.echo("\n".join(exports({**os.environ, "AWS_REGION": region}, running.endpoint)))
    if word:
        click.echo(word, err=True)
