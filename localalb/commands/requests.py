"""`requests`: what was asked, and why it was refused where it was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from localalb.commands import colours, regions
from localalb.commands.colours import GREEN, RED, YELLOW, coloured
from localalb.commands.regions import REGION
from localalb.commands.where import CLOUD, cloud_of
from localalb.http.visible import visible_line

WAIT = 5  # seconds
BY_CLASS = {2: GREEN, 3: GREEN, 4: YELLOW, 5: RED}


@click.command("requests")
@CLOUD
@REGION
@click.option(
    "--tail", type=click.IntRange(0), metavar="N", help="The latest so many (default: all 1000 kept)."
)
@click.option("-f", "--follow", is_flag=True, help="Go on until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; with -f an object a line.")
def requests(directory: Path, region: str | None, tail: int | None, follow: bool, as_json: bool) -> None:
    """Show the latest requests and, for each one refused, why."""
    running = cloud_of(directory)
    records = running.ask("requests")
    if region is not None:
        regions.check(region, (*regions.used(running), *(each["region"] for each in records)))
    last = max((each["id"] for each in records), default=0)
    records = _within(records, region)
    records = records[max(len(records) - tail, 0) :] if tail is not None else records
    if as_json and not follow:
        click.echo(json.dumps(records, indent=2))
        return
    several = len({each["region"] for each in records}) > 1
    _print(records, several, as_json)
    try:
        while follow:
            records = running.ask(f"requests?after={last}&wait={WAIT}")
            last = max((last, *(each["id"] for each in records)))
            _print(_within(records, region), several, as_json)
    except KeyboardInterrupt:
        pass


def _within(records: Sequence[dict[str, Any]], region: str | None) -> list[dict[str, Any]]:
    return [each for each in records if region in (None, each["region"])]


def _print(records: Sequence[dict[str, Any]], several: bool, as_json: bool) -> None:
    colour = colours.wanted()
    for record in records:
        for line in [json.dumps(record)] if as_json else lines(record, several=several, colour=colour):
            click.echo(line, color=colour)


def lines(record: Mapping[str, Any], *, several: bool, colour: bool) -> Iterator[str]:
    """A line, and another where the request was refused; `several` says that there are several regions."""
    where = f"{record['load_balancer']}:{record['port']}"
    where = f"{record['region']} {where}" if several else where
    status = str(record["status"])
    if colour:
        status = coloured(status, BY_CLASS.get(record["status"] // 100, RED))
    yield (
        f"{record['time']}  {status}  {record['duration_ms']:8.1f} ms  "
        f"{where}  {visible_line(record['method'] + ' ' + record['target'])}"
    )
    if record["why"]:
        yield "    " + visible_line(": ".join(filter(None, (record["reason"], record["why"]))))
