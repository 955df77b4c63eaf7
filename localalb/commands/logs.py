"""`logs`: what functions logged, an invocation at a time."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import click

from localalb.commands import colours, log_lines, regions, sources
from localalb.commands.regions import FUNCTION, REGION
from localalb.commands.where import CLOUD, cloud_of

WAIT = 5  # seconds


class Ago(click.ParamType[int]):
    """`30s`, `10m`, `2h` or `1d` -> that time ago, in milliseconds since the epoch."""

    name = "TIME"
    _SECONDS: ClassVar = {"s": 1, "m": 60, "h": 3600, "d": 86400}

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> int:
        number, unit = value[:-1], value[-1:]
        if not number.isdecimal() or unit not in self._SECONDS:
            self.fail(f"{value!r} is no time; write 30s, 10m, 2h or 1d", param, context)
        return int((time.time() - int(number) * self._SECONDS[unit]) * 1000)


@click.command()
@CLOUD
@FUNCTION
@REGION
@click.option(
    "--tail",
    type=click.IntRange(0),
    default=1000,
    metavar="LINES",
    help="The latest so many (default: 1000).",
)
@click.option("--all", "everything", is_flag=True, help="All that is kept, instead of the latest.")
@click.option("--since", type=Ago(), help="Those of the last 30s, 10m or 2h, instead of the latest.")
@click.option("-f", "--follow", is_flag=True, help="Go on until Ctrl-C.")
def logs(
    directory: Path,
    function: str | None,
    region: str | None,
    tail: int,
    everything: bool,
    since: int | None,
    follow: bool,
) -> None:
    """Print what the functions logged, oldest first: of FUNCTION, or a log group, or of all.

    The lines of an invocation stand together. On a terminal errors are red and what Lambda says itself is
    dim, unless NO_COLOR is set. A log group keeps its latest 8 MB.
    """
    running = cloud_of(directory)
    group = regions.log_group(running, function, region) if function else None
    groups = running.ask("log-groups")
    regions.check(region, map(regions.region_of, groups))
    named = group is None and len(regions.within(groups, region)) > 1
    query = {name: value for name, value in (("group", group), ("region", region)) if value}
    wanted = {"since": since} if since is not None else {} if everything else {"tail": tail}
    colour = colours.wanted()
    events = sources.shown(running, running.ask("logs?" + urlencode({**query, **wanted})))
    _print(log_lines.grouped(events), named, colour)
    grouping, last = log_lines.Grouping(), max((event["id"] for event in events), default=-1)
    try:
        while follow:
            found = running.ask("logs?" + urlencode({**query, "after": last, "wait": WAIT}))
            events = sources.shown(running, found)
            last = max((last, *(event["id"] for event in events)))
            _print(grouping.feed(events) if events else grouping.rest(), named, colour)
    except KeyboardInterrupt:
        _print(grouping.rest(), named, colour)


def _print(events: list[log_lines.Event], named: bool, colour: bool) -> None:
    for line in log_lines.lines(events, named=named, colour=colour):
        click.echo(line, color=colour)
    sys.stdout.flush()
