"""What every section says of itself: a table for people, in Markdown, and a line of JSON for `bench.page`."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any


def heading(bench: str) -> str:
    return f"{bench}, Python {platform.python_version()}, {os.cpu_count()} processors, load {load():.1f}"


def load() -> float:
    """How many processes have wanted a processor, in the last minute."""
    return round(os.getloadavg()[0], 1)


def table(heads: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """A table in Markdown: `heads` are those of the columns, a row is its name and its cells."""
    lines = [f"| | {' | '.join(heads)} |", f"|---|{'--:|' * len(heads)}"]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]
    return "\n".join(lines)


def line(bench: str, figures: Mapping[str, Any], versions: Mapping[str, str] = {}, **more: Any) -> str:
    """The figures with all that they depend on."""
    machine = {"system": platform.system(), "machine": platform.machine(), "processors": os.cpu_count()}
    known = {"python": platform.python_version(), **versions}
    return json.dumps(
        {"bench": bench, **machine, "load": load(), "versions": known, "figures": figures, **more}
    )


def cache() -> Path:
    """Where peers are installed, once."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "localalb-bench"


class Unavailable(Exception):
    """A peer cannot take part; the message says why."""
