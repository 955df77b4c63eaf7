"""Which directories functions' code came from: what a cloud is told, and what a person is shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from localalb.commands.where import terraform_of
from localalb.dev import packages
from localalb.dev.packages import Stack
from localalb.dev.transcript import named
from localalb.stacks import home
from localalb.stacks.home import Home, Running


def stack_of(directory: Path) -> Stack:
    """The stack that is applied in a directory."""
    place = Home(directory / home.NAME)
    state = json.loads(place.state.read_text()) if place.state.exists() else {}
    return packages.read(state, directory, tuple(terraform_of(directory, None).modules()))


def tell(running: Running, directory: Path, stack: Stack) -> None:
    """Have a cloud name the user's files where it shows what functions logged, and a debugger find them."""
    found = {arn: str(path) for arn, path in stack.sources.items()}
    running.ask("sources", "POST", {"directory": str(directory.resolve()), **found})


def of(running: Running, events: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The sources that `runtime.sources.with_sources` wants for events of logs, asked for where one names a
    file that is unpacked."""
    unpacked = any(home.NAME in each["message"] for each in events)
    return dict(running.ask("sources")) if unpacked else {}


def shown(running: Running, events: list[Any]) -> list[Any]:
    """Events of logs as a person reads them."""
    known = of(running, events)
    return [{**each, "message": named(each["message"], known)} for each in events] if known else events
