"""`explain`: why a request goes where it goes, without calling anything."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from localalb.commands.where import CLOUD, cloud_of
from localalb.http.visible import visible_line
from localalb.stacks.explained import explained

WIDTH = 100  # columns
_LABEL = 10


class Body(click.ParamType[bytes]):
    """Text, or the contents of @FILE."""

    name = "TEXT|@FILE"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> bytes:
        if isinstance(value, bytes):
            return value
        text = str(value)
        if not text.startswith("@"):
            return text.encode("utf-8", "surrogateescape")
        try:
            return Path(text[1:]).read_bytes()
        except OSError as error:
            self.fail(f"{text[1:]!r} cannot be read ({error.strerror}): write @ and a file", param, context)


_REQUEST = (
    click.argument("method"),
    click.argument("url"),
    click.option(
        "-H",
        "--header",
        "headers",
        multiple=True,
        metavar="LINE",
        help="A header, as curl takes it: 'Name: value'.",
    ),
    click.option("--body", type=Body(), default="", help="The body, or @ and a file that has it."),
    click.option(
        "--from", "source", default="127.0.0.1", metavar="IP", help="The client (default: 127.0.0.1)."
    ),
)


def REQUEST(command: Callable[..., Any]) -> Callable[..., Any]:
    """A request, as arguments and options: method, url, headers, body, source."""
    for parameter in reversed(_REQUEST):
        command = parameter(command)
    return command


@click.command()
@CLOUD
@REQUEST
@click.option("--event", is_flag=True, help="Print the event that the function would get, and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def explain(
    directory: Path,
    method: str,
    url: str,
    headers: tuple[str, ...],
    body: bytes,
    source: str,
    event: bool,
    as_json: bool,
) -> None:
    """Say what a load balancer would do with a request, rule by rule, without calling the function.

    URL has a load balancer's DNS name or its local address, or is a path where there is one listener. The
    request has a Host header, the headers that you give, and no others.
    """
    try:
        found = explained(cloud_of(directory).endpoint, method, url, headers, body, source)
    except (LookupError, ValueError) as error:
        raise click.ClickException(visible_line(str(error))) from None
    if as_json:
        click.echo(json.dumps(found, indent=2))
    elif not event:
        click.echo("\n".join(lines(found)))
    elif found["event"]:
        click.echo(json.dumps(found["event"], indent=2, ensure_ascii=False))
    else:
        raise click.ClickException("no function gets an event: " + visible_line(_why_none(found)))


def lines(found: dict[str, Any]) -> Iterator[str]:
    """An explanation as a table, at most 100 columns wide."""
    yield from _said("request", f"{found['method']} {found['target']} from {found['source']}")
    protocol = found["protocol"] + (f", client certificates: {found['mutual']}" if found["mutual"] else "")
    where = f"{found['load_balancer']} port {found['port']} ({protocol}), {found['dns_name']}"
    yield from _said("listener", where)
    rules = list(found["rules"])
    if rules:
        yield ""
        yield from _table(_rows(rules))
        if found["untried"]:
            yield f"({found['untried']} after it {'is' if found['untried'] == 1 else 'are'} not tried)"
        yield ""
    if found["gate"] and not found["gate"]["back"]:
        yield from _said("first", _gate(found["gate"]))
    yield from _said("result", _end(found))
    for each in found["destinations"]:
        yield from _said("", _destination(each))


def _rows(rules: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    yield "rule", "condition", "compared with", "matched"
    for rule in rules:
        if not rule["conditions"]:
            yield rule["priority"], "(none)", "", "yes"
        for number, each in enumerate(rule["conditions"]):
            name = " ".join(filter(None, (each["field"], each["header"])))
            wanted = " or ".join((*each["values"], *(f"regex {regex}" for regex in each["regexes"])))
            had = ", ".join(each["compared"])
            first = rule["priority"] if number == 0 else ""
            yield first, f"{name} {wanted}", had or "(nothing)", "yes" if each["matched"] else "no"


def _table(rows: Iterable[tuple[str, str, str, str]]) -> Iterator[str]:
    shown = list(rows)
    rule, condition, compared, matched = (
        max(map(len, map(visible_line, column))) for column in zip(*shown, strict=True)
    )
    room = WIDTH - rule - matched - 3 * len("  ")
    condition = min(condition, max(room // 2, room - compared))
    widths = rule, condition, min(compared, room - condition), matched
    for row in shown:
        cells = [_wrapped(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            yield "  ".join(f"{part:{width}}" for part, width in zip(parts, widths, strict=True)).rstrip()


def _end(found: dict[str, Any]) -> str:
    """What the client gets, or who decides that."""
    where = f"rule {found['rule']}: " if found["rule"] else "before any rule: "
    if found["refusal"] and not found["destinations"]:
        return where + _refusal(found["refusal"])
    if found["gate"] and found["gate"]["back"]:
        return f"{where}a client that comes back from a provider is logged in and sent to where it began"
    match found["action"]:
        case "redirect":
            return f"{where}redirect {found['status']} to {found['location']}"
        case "fixed-response":
            body = f"{found['content_type']} {found['body']}".rstrip()
            return f"{where}fixed-response {found['status']} {body}"
        case _:
            return f"{where}forward{_rewrites(found)}"


def _gate(gate: dict[str, Any]) -> str:
    more = f" to {gate['location']}" if gate["location"] else f": {gate['why']}" if gate["why"] else ""
    without = f"gets {gate['status']}{more}" if gate["status"] else "goes on without claims"
    what = "is not logged in" if gate["action"] == "authenticate" else "shows no valid token"
    return f"{gate['action']} at {gate['issuer']}: a client that {what} {without}"


def _rewrites(found: dict[str, Any]) -> str:
    """What transforms make of the request."""
    made = ("host", found["rewritten_host"]), ("URL", found["rewritten_target"])
    words = " and ".join(f"the {what} rewritten to {text}" for what, text in made if text)
    return f", {words}" if words else ""


def _destination(each: dict[str, Any]) -> str:
    share = "by its cookie" if each["sticky"] else f"{each['share']:.0%}"
    name = each["function"].partition(":function:")[2]
    what = f"function {name}" if name else " or ".join(each["addresses"])
    what = _refusal(each["refusal"]) if each["refusal"] else what
    return f"{share} to target group {each['target_group']}: {what}"


def _why_none(found: dict[str, Any]) -> str:
    return _refusal(found["refusal"]) if found["refusal"] else _end(found)


def _refusal(refusal: dict[str, Any]) -> str:
    return ": ".join(filter(None, (f"{refusal['status']} {refusal['reason']}".rstrip(), refusal["why"])))


def _wrapped(text: str, width: int, indent: str = "", first: str = "") -> list[str]:
    return textwrap.wrap(
        visible_line(text), width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )


def _said(label: str, text: str) -> list[str]:
    return _wrapped(text, WIDTH, " " * _LABEL, f"{label:{_LABEL}}")
