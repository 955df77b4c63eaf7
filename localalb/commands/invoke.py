"""`invoke` a function, and the `event` that a load balancer would send it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import boto3
import click
from botocore.config import Config
from botocore.exceptions import ClientError

from localalb.commands import regions
from localalb.commands.explain import REQUEST, Body
from localalb.commands.regions import FUNCTION, REGION, region_of
from localalb.commands.where import CLOUD, cloud_of
from localalb.http.visible import visible_line
from localalb.stacks.isolation import isolate

PATIENCE = 910  # seconds: no function runs longer than 900
EVENTS = {"alb": False, "alb-multi": True}


class Payload(click.ParamType[bytes]):
    """JSON, the contents of @FILE, or what stands on standard input for `-`."""

    name = "JSON|@FILE|-"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> bytes:
        if isinstance(value, bytes):
            return value
        text = sys.stdin.buffer.read() if value == "-" else Body().convert(value, param, context)
        try:
            json.loads(text)
        except ValueError as error:
            what = "standard input" if value == "-" else value[1:] if value[:1] == "@" else "it"
            example = """write JSON such as '{"key": "value"}', @ and a file, or - for standard input"""
            self.fail(f"{visible_line(what)} is no JSON ({error}): {example}", param, context)
        return text


@click.command()
@CLOUD
@FUNCTION
@REGION
@click.option("--payload", type=Payload(), help="The event (default: {}); @ and a file, or - for stdin.")
@click.option(
    "--event",
    type=click.Choice(list(EVENTS)),
    help="Instead: what a load balancer sends for GET /, with single or multiple values a header. "
    "`localalb event` prints others, to edit: localalb event POST /x | localalb invoke --payload -",
)
def invoke(
    directory: Path, function: str | None, region: str | None, payload: bytes | None, event: str | None
) -> None:
    """Invoke FUNCTION, a name or an ARN (the only one, where there is one), and print its result.

    Ends with 1 where the function fails.
    """
    if payload is not None and event:
        raise click.UsageError("--event and --payload are two payloads: write one of them")
    if event:
        payload = json.dumps(sample("GET", "/", (), b"", "127.0.0.1", EVENTS[event])).encode()
    running = cloud_of(directory)
    arn, qualifier = regions.function(running, function, region)
    isolate(running.endpoint)
    patient = Config(read_timeout=PATIENCE, retries={"total_max_attempts": 1})
    lambda_ = boto3.client("lambda", region_of(arn), config=patient)
    version = {"Qualifier": qualifier} if qualifier else {}
    try:
        result = lambda_.invoke(FunctionName=arn, Payload=b"{}" if payload is None else payload, **version)
    except ClientError as error:
        raise click.ClickException(error.response["Error"]["Message"]) from None
    click.echo(result["Payload"].read().decode())
    if "FunctionError" in result:
        sys.exit(1)


@click.command()
@REQUEST
@click.option("--multi", is_flag=True, help="Of a target group with lambda.multi_value_headers.enabled.")
def event(method: str, url: str, headers: tuple[str, ...], body: bytes, source: str, multi: bool) -> None:
    """Print the event that a load balancer makes of a request: localalb event GET '/x?a=1'.

    No cloud is needed: what is not in the request is imagined. `explain --event` prints that of a load
    balancer that runs. URL is a path, or has a scheme, a name and a port.
    """
    found = sample(method, url, headers, body, source, multi)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def sample(
    method: str, url: str, headers: tuple[str, ...], body: bytes, source: str, multi: bool
) -> dict[str, Any]:
    """An event. Raises `click.ClickException`."""
    from localalb import sample  # only here: it takes a third of a second

    try:
        return sample.event(method, url, headers, body, source, multi_value=multi)
    except ValueError as error:
        raise click.ClickException(visible_line(str(error))) from None
