"""What there is after `up`, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from localalb.commands import listeners, regions
from localalb.commands.ports import holder
from localalb.commands.where import localalb, width
from localalb.stacks.home import Running

STEPS = (
    ("logs", "what the functions log; -f goes on"),
    ("requests", "each request, and why one was refused; -f goes on"),
    ("explain GET /", "which rule takes a request, and why"),
    ("down", "destroys all of it and ends the cloud"),
)


def print_summary(
    running: Running, outputs: dict[str, Any], directory: Path, next_: Sequence[str] = ()
) -> None:
    """Every listener, or what else there is, then `next_`, for people; on standard output the URLs alone."""
    served = _meant_last(running.ask("status")["listeners"], outputs)
    for listener in served:
        wanted, address = listener["instead_of"], listener["url"]
        if wanted:
            who = holder(wanted)
            taken = f"is taken by {who}" if who else "was taken"
            click.echo(
                f"port {wanted} {taken}: {listener['load_balancer']} is at {address} instead", err=True
            )
    if served:
        said = listeners.table(served, width())
    else:
        said = without_listener(running.endpoint_url, running.ask("functions"), directory)
    click.echo("\n".join(("", *said, "", *next_, *([""] if next_ else ()))), err=True)
    if served:
        click.echo("\n".join(listener["url"] for listener in served))


def urls(running: Running, outputs: dict[str, Any]) -> list[str]:
    """The local URLs of every listener; last the one of the stack's `url` or `dns_name` output."""
    found = running.ask("status")["listeners"]
    if not found:
        raise click.ClickException("the cloud runs, but has no listener")
    return [listener["url"] for listener in _meant_last(found, outputs)]


def _meant_last(served: Sequence[dict[str, Any]], outputs: dict[str, Any]) -> list[dict[str, Any]]:
    meant = str(outputs.get("url") or outputs.get("dns_name") or "")
    return sorted(served, key=lambda listener: listener["dns_name"] in meant)


def without_listener(endpoint_url: str, functions: Sequence[str], directory: Path) -> Iterator[str]:
    """What to say of a cloud that serves nothing: what is there, and how to go on. `functions` are ARNs."""
    yield f"No load balancer has a listener, so there is no URL; the cloud runs at {endpoint_url}."
    if functions:
        name = regions.listed(functions) if len(functions) == 1 else "NAME"
        invoke = localalb("invoke", name, directory=directory)
        yield f"Functions: {regions.listed(functions)}."
        yield f"{invoke}    invokes one, {localalb('logs', name, directory=directory)} prints its log"
    yield f'eval "$({localalb("env", directory=directory)})"    points AWS clients at the cloud'


def steps(directory: Path) -> list[str]:
    """What to type next, and what it is good for."""
    commands = [(localalb(*words.split(), directory=directory), why) for words, why in STEPS]
    width = max(len(command) for command, _ in commands)
    return [f"{command:{width}}  {why}" for command, why in commands]
