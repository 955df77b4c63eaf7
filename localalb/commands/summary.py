"""What there is after `up`, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from localalb.commands import listeners, regions, ui
from localalb.commands.ports import holder
from localalb.commands.where import localalb, width
from localalb.stacks.home import Running


def print_summary(running: Running, outputs: dict[str, Any], directory: Path, *, steps: bool = True) -> None:
    """Every listener, or what else there is, and the next steps, for people; on standard output the URLs."""
    served = _meant_last(running.ask("status")["listeners"], outputs)
    for listener in served:
        wanted, address = listener["instead_of"], listener["url"]
        if wanted:
            who = holder(wanted)
            taken = f"is taken by {who}" if who else "was taken"
            click.echo(
                f"port {wanted} {taken}: {listener['load_balancer']} is at {address} instead", err=True
            )
    functions = [] if served else running.ask("functions")
    there = listeners.table(served, width()) if served else without_listener(running.endpoint_url, functions)
    click.echo("\n".join(("", *there, "")), err=True)
    ui.tell(running)
    if steps:
        next_ = next_steps(directory, functions, served=bool(served))
        click.echo("\n".join(("", *next_, "")), err=True)
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


def without_listener(endpoint_url: str, functions: Sequence[str]) -> Iterator[str]:
    """What to say of a cloud that serves nothing. `functions` are ARNs."""
    yield f"No load balancer has a listener, so there is no URL; the cloud runs at {endpoint_url}."
    if functions:
        yield f"Functions: {regions.listed(functions)}."


def next_steps(directory: Path, functions: Sequence[str] = (), *, served: bool = True) -> list[str]:
    """What to type next, and what it is good for. `functions` are ARNs, of a cloud that serves nothing."""
    steps = []
    if functions:
        name = regions.listed(functions) if len(functions) == 1 else "NAME"
        steps.append((localalb("invoke", name, directory=directory), "invokes a function"))
    steps.append((localalb("logs", directory=directory), "what functions log; -f goes on"))
    if served:
        steps += [
            (localalb("requests", directory=directory), "each request, and why it was refused; -f goes on"),
            (localalb("explain", "GET", "/", directory=directory), "which rule takes a request, and why"),
        ]
    else:
        steps.append((f'eval "$({localalb("env", directory=directory)})"', "points AWS clients at the cloud"))
    steps.append((localalb("down", directory=directory), "destroys all of it and ends the cloud"))
    size = max(len(command) for command, _ in steps)
    return [f"{command:{size}}  {why}" for command, why in steps]
