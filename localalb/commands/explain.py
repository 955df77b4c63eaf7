"""`explain`: why a request goes where it goes, without calling anything."""

from __future__ import annotations

import base64
import json
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import requests

from localalb.commands.where import CLOUD, cloud_of
from localalb.http.visible import visible_line

WIDTH = 100  # columns
_LABEL = 10


@click.command()
@CLOUD
@click.argument("method")
@click.argument("url")
@click.option(
    "-H",
    "--header",
    "headers",
    multiple=True,
    metavar="LINE",
    help="A header, as curl takes it: 'Name: value'.",
)
@click.option("--body", default="", help="The body, or @FILE.")
@click.option("--from", "source", default="127.0.0.1", metavar="IP", help="The client (default: 127.0.0.1).")
@click.option("--event", is_flag=True, help="Print the event that the function would get, and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def explain(
    directory: Path,
    method: str,
    url: str,
    headers: tuple[str, ...],
    body: str,
    source: str,
    event: bool,
    as_json: bool,
) -> None:
    """Say what a load balancer would do with a request, rule by rule, without calling the function.

    URL has a load balancer's DNS name or its local address, or is a path where there is one listener. The
    request has a Host header, the headers that you give, and no others.
    """
    data = Path(body[1:]).read_bytes() if body.startswith("@") else body.encode("utf-8", "surrogateescape")
    wanted = {
        "method": method,
        "url": url,
        "headers": headers,
        "body": base64.b64encode(data).decode(),
        "source": source,
    }
    try:
        found = cloud_of(directory).ask("explain", "POST", {"request": json.dumps(wanted)})
    except requests.HTTPError as error:
        raise click.ClickException(visible_line(error.response.text.strip())) from None
    if as_json:
        click.echo(json.dumps(found, indent=2))
    elif not event:
        click.echo("\n".join(lines(found)))
    elif found["event"]:
        click.echo(json.dumps(found["event"], indent=2, ensure_ascii=False))
    else:
        raise click.ClickException("no function gets an event: " + visible_line(_end(found)))


def lines(found: dict[str, Any]) -> Iterator[str]:
    """An explanation as a table, at most 100 columns wide."""
    yield from _said("request", f"{found['method']} {found['target']} from {found['source']}")
    where = f"{found['load_balancer']} port {found['port']} ({found['protocol']}), {found['dns_name']}"
    yield from _said("listener", where)
    rules = list(found["rules"])
    if rules:
        yield ""
        yield from _table(_rows(rules))
        if found["untried"]:
            yield f"({found['untried']} after it {'is' if found['untried'] == 1 else 'are'} not tried)"
        yield ""
    yield from _said("result", _end(found))
    for each in found["destinations"]:
        yield from _said("", _destination(each))


def _rows(rules: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    yield "rule", "condition", "compared with", "matched"
    for rule in rules:
        verdict = "takes it" if rule["taken"] else "no"
        if not rule["conditions"]:
            yield rule["priority"], "(none)", "", verdict
        for number, each in enumerate(rule["conditions"]):
            name = " ".join(filter(None, (each["field"], each["header"])))
            wanted, had = " or ".join(each["values"]), " ".join(each["compared"])
            first = rule["priority"] if number == 0 else ""
            yield first, f"{name} {wanted}", had or "(nothing)", "yes" if each["matched"] else "no"


def _table(rows: Iterable[tuple[str, str, str, str]]) -> Iterator[str]:
    shown = [tuple(map(visible_line, row)) for row in rows]
    ends = max(len(row[0]) for row in shown), max(len(row[3]) for row in shown)
    room = WIDTH - sum(ends) - 6
    second = min(max(len(row[1]) for row in shown), max(room // 2, room - max(len(row[2]) for row in shown)))
    third = min(max(len(row[2]) for row in shown), room - second)
    widths = ends[0], second, third, ends[1]
    for row in shown:
        cells = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            yield "  ".join(f"{part:{width}}" for part, width in zip(parts, widths, strict=True)).rstrip()


def _end(found: dict[str, Any]) -> str:
    """What the client gets, or who decides that."""
    if refusal := found["refusal"]:
        before = "" if found["rule"] else "before any rule: "
        return f"{before}{refusal['status']} " + ": ".join(filter(None, (refusal["reason"], refusal["why"])))
    match found["action"]:
        case "redirect":
            return f"redirect {found['status']} to {found['location']}"
        case "fixed-response":
            return f"fixed-response {found['status']} {found['content_type']} {found['body']}".rstrip()
        case _:
            return "forward"


def _destination(each: dict[str, Any]) -> str:
    share = "by its cookie" if each["sticky"] else f"{each['share']:.0%}"
    refusal = each["refusal"]
    what = f"{refusal['status']} {refusal['reason']}: {refusal['why']}" if refusal else each["function"]
    return f"{share} to {each['target_group']}: {what}"


def _said(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        visible_line(text), WIDTH, initial_indent=f"{label:{_LABEL}}", subsequent_indent=" " * _LABEL
    )
