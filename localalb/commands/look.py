"""What a cloud can be asked: where it serves, what was requested, what functions logged and answer."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

import boto3
import click
from botocore.exceptions import ClientError

from localalb.commands import regions
from localalb.commands.regions import REGION, region_of
from localalb.commands.where import CLOUD, cloud_of, terraform_of
from localalb.http.visible import visible, visible_line
from localalb.stacks import home, isolation
from localalb.stacks.home import Home, Running
from localalb.stacks.isolation import LOGINS, exports, isolate


class Ago(click.ParamType[int]):
    """`30s`, `10m`, `2h` or `1d` -> that time ago, in milliseconds since the epoch."""

    name = "TIME"
    _SECONDS: ClassVar = {"s": 1, "m": 60, "h": 3600, "d": 86400}

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> int:
        number, unit = value[:-1], value[-1:]
        if not number.isdecimal() or unit not in self._SECONDS:
            self.fail(f"{value!r} is no time; write 30s, 10m, 2h or 1d", param, context)
        return int((time.time() - int(number) * self._SECONDS[unit]) * 1000)


AGO = Ago()


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


@click.command()
@CLOUD
@click.argument("function", required=False)
@REGION
@click.option("--payload", default="{}", help="The event, as JSON (default: {}).")
def invoke(directory: Path, function: str | None, region: str | None, payload: str) -> None:
    """Invoke FUNCTION, a name or an ARN (the only one, where there is one), and print its result."""
    running = cloud_of(directory)
    arn, qualifier = regions.function(running, function, region)
    isolate(running.endpoint)
    lambda_ = boto3.client("lambda", region_of(arn))
    version = {"Qualifier": qualifier} if qualifier else {}
    try:
        result = lambda_.invoke(FunctionName=arn, Payload=payload, **version)
    except ClientError as error:
        raise click.ClickException(error.response["Error"]["Message"]) from None
    click.echo(result["Payload"].read().decode())
    if "FunctionError" in result:
        sys.exit(1)


@click.command()
@CLOUD
@click.argument("group", required=False)
@REGION
@click.option("--tail", default=1000, metavar="LINES", help="The latest so many (default: 1000).")
@click.option("--all", "everything", is_flag=True, help="All that is kept, instead of the latest.")
@click.option("--since", type=AGO, help="Those of the last 30s, 10m or 2h, instead of the latest.")
@click.option("-f", "--follow", is_flag=True, help="Go on until interrupted.")
def logs(
    directory: Path,
    group: str | None,
    region: str | None,
    tail: int,
    everything: bool,
    since: int | None,
    follow: bool,
) -> None:
    """Print what the functions logged, oldest first: of GROUP, a log group or a function, or of all.

    A log group keeps its latest 8 MB.
    """
    running = cloud_of(directory)
    group = regions.log_group(running, group, region) if group else None
    query = {name: value for name, value in (("group", group), ("region", region)) if value}
    wanted = {"since": since} if since is not None else {} if everything else {"tail": tail}
    last = -1
    while True:
        for event in running.ask("logs?" + urlencode({**query, **wanted})):
            last = max(last, event["id"])
            click.echo(visible(event["message"].rstrip("\n")))
        if not follow:
            return
        wanted = {"after": last, "wait": 5}


@click.command("requests")
@CLOUD
@REGION
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def requests(directory: Path, region: str | None, as_json: bool) -> None:
    """Show the latest requests and, for each one refused, why."""
    records = [each for each in cloud_of(directory).ask("requests") if region in (None, each["region"])]
    several = len({each["region"] for each in records}) > 1
    if as_json:
        click.echo(json.dumps(records, indent=2))
        return
    for record in records:
        where = f"{record['load_balancer']}:{record['port']}"
        where = f"{record['region']} {where}" if several else where
        click.echo(
            f"{record['time']}  {record['status']}  {record['duration_ms']:8.1f} ms  "
            f"{where}  {visible_line(record['method'] + ' ' + record['target'])}"
        )
        if record["why"]:
            click.echo("    " + visible_line(": ".join(filter(None, (record["reason"], record["why"])))))


def urls(running: Running, outputs: dict[str, Any]) -> list[str]:
    """The local URLs of every listener; last the one of the stack's `url` or `dns_name` output."""
    listeners = running.ask("status")["listeners"]
    meant = str(outputs.get("url") or outputs.get("dns_name") or "")
    listeners.sort(key=lambda listener: listener["dns_name"] in meant)
    if not listeners:
        raise click.ClickException("the cloud runs, but has no listener")
    return [listener["url"] for listener in listeners]
