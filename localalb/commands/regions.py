"""Which region a command means. A cloud has all of them at once, so each command looks in every one, and asks
only where a name is in several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import requests

from localalb.stacks import home
from localalb.stacks.home import Running

REGION = click.option("--region", metavar="REGION", help="Only in this region (default: in all).")


def region_of(arn: str) -> str:
    return arn.split(":")[3]


def used(running: Running) -> list[str]:
    """The regions in which a cloud has listeners or functions."""
    listeners = (each["listener_arn"] for each in running.ask("status")["listeners"])
    return sorted({region_of(arn) for arn in (*listeners, *running.ask("functions"))})


def completed(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names of functions that begin so, for a shell that completes."""
    running = home.find(context.params.get("directory") or Path())
    try:
        arns = within(running.ask("functions"), context.params.get("region")) if running else []
    except requests.RequestException:
        return []
    return sorted({name for arn in arns if (name := arn.rpartition(":")[2]).startswith(incomplete)})


FUNCTION = click.argument("function", required=False, shell_complete=completed)


def function(running: Running, named: str | None, region: str | None) -> tuple[str, str]:
    """The ARN of the function that is meant and its qualifier, empty where none is: by its name or its ARN,
    or the only one that there is. Raises `click.ClickException` where it is none, or one of several."""
    every = running.ask("functions")
    arns = within(every, region)
    if named is None:
        if len(arns) == 1:
            return arns[0], ""
        if not arns:
            there = f": {listed(every, always=True)}" if every else " yet"
            raise click.ClickException(f"there is no function{_in(region)}{there}")
        raise click.UsageError(f"name the function: {listed(arns)}")
    name, qualifier = _parted(named)
    found = [arn for arn in arns if name in (arn, arn.rpartition(":")[2])]
    return the_one("function", named, found, every, region), qualifier


def log_group(running: Running, named: str, region: str | None) -> str:
    """The ARN of the log group that is meant: by its name, its ARN or the name of the function that writes to
    it. Raises `click.ClickException` as `function` does."""
    every = running.ask("log-groups")
    arns = within(every, region)
    names = (named, f"/aws/lambda/{named}")
    found = [arn for arn in arns if arn == named.removesuffix(":*") or _group(arn) in names]
    return the_one("log group", named, found, every, region)


def check(region: str | None, used: Iterable[str]) -> None:
    """Raises `click.ClickException` where a region is meant and nothing is there."""
    there = sorted(set(used))
    if region is not None and region not in there:
        instead = f"write {' or '.join(there)}" if there else "nor in any other yet"
        raise click.ClickException(f"nothing is in the region {region}: {instead}")


def the_one(kind: str, named: str, found: Sequence[str], arns: Iterable[str], region: str | None) -> str:
    """The only ARN of `found`. Raises `click.ClickException` that says what to write instead."""
    match found:
        case [arn]:
            return arn
        case []:
            there = listed(arns, always=region is not None)
            instead = f": {there}" if there else ", nor any other yet"
            raise click.ClickException(f"there is no {kind} {named}{_in(region)}{instead}")
        case [first, *_]:
            regions = " and in ".join(map(region_of, found))
            raise click.UsageError(
                f"the {kind} {named} is in {regions}: write --region {region_of(first)}, or its ARN: "
                + " or ".join(found)
            )
    raise AssertionError(found)


def within(arns: Iterable[str], region: str | None) -> list[str]:
    return sorted(arn for arn in arns if region in (None, region_of(arn)))


def chosen(regions: Sequence[str], region: str) -> tuple[str, str]:
    """The region for a shell that works in `region`, of those that a cloud uses; and a word where it uses
    several, or another."""
    if not regions or list(regions) == [region]:
        return region, ""
    if len(regions) == 1:
        return regions[0], f"AWS_REGION is {regions[0]}, where all of this cloud is"
    mine = region if region in regions else regions[0]
    several = " and in ".join(regions)
    return mine, f"this cloud is in {several}; AWS_REGION is {mine}: --region chooses another"


def _parted(named: str) -> tuple[str, str]:
    """A name or an ARN, and its qualifier."""
    parts = named.split(":")
    length = 7 if named.startswith("arn:") else 1
    return ":".join(parts[:length]), ":".join(parts[length:])


def _group(arn: str) -> str:
    return arn.partition(":log-group:")[2]


def listed(arns: Iterable[str], *, always: bool = False) -> str:
    """Names, each with its region where there are several, or always."""
    arns = list(arns)
    several = always or len({region_of(arn) for arn in arns}) > 1
    names = ((_group(arn) or arn.rpartition(":")[2], region_of(arn)) for arn in arns)
    return ", ".join(f"{name} ({region})" if several else name for name, region in sorted(names))


def _in(region: str | None) -> str:
    return f" in {region}" if region else ""
