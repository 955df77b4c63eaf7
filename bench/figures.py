"""What every section says of itself: a table for people, in Markdown, and a line of JSON for `bench.page`."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def heading(bench: str) -> str:
    return f"{bench}, Python {platform.python_version()}, {os.cpu_count()} processors, load {load():.1f}"


def load() -> float:
    """How many processes have wanted a processor, in the last minute."""
    return round(os.getloadavg()[0], 1)


def table(figures: Mapping[str, Mapping[str, float]], units: Mapping[str, str]) -> str:
    """Figures by row and column as a table in Markdown; a column that a row has not is empty there."""
    lines = [f"| | {' | '.join(units)} |", f"|---|{'--:|' * len(units)}"]
    for name, row in figures.items():
        cells = [written(row[key], unit) if key in row else "" for key, unit in units.items()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def written(number: float, unit: str) -> str:
    """A figure for people, in three digits."""
    digits = 0 if isinstance(number, int) or number >= 100 else 1 if number >= 10 else 2
    return f"{number:,.{digits}f} {unit}".strip()


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
