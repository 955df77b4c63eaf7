"""The figures of docs/benchmarks.md and its picture, made of docs/benchmarks.json: the last ones of each
section.

python -m bench handler --docs   measures a section, keeps its figures and makes the page anew
python -m bench.page             makes the page anew
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any

from bench.figures import table, written

DOCS = Path(__file__).parents[1] / "docs"
STORED, PAGE, PICTURE = DOCS / "benchmarks.json", DOCS / "benchmarks.md", DOCS / "benchmarks.svg"

Line = Mapping[str, Any]  # of figures, as `bench.figures.line` writes it, with its date
Figures = Mapping[str, Mapping[str, float]]


def keep(printed: str) -> None:
    """Put the figures that were printed in the place of those before."""
    lines = stored()
    for text in printed.splitlines():
        if text.startswith('{"bench":'):
            found = json.loads(text)
            lines[found["bench"]] = {**found, "date": datetime.now(UTC).date().isoformat()}
    STORED.write_text(json.dumps(lines, indent=1, ensure_ascii=False) + "\n")
    make()


def make() -> None:
    lines = stored()
    PAGE.write_text(page(PAGE.read_text(), lines))
    PICTURE.write_text(picture(lines))


def stored() -> dict[str, Line]:
    found: dict[str, Line] = json.loads(STORED.read_text()) if STORED.exists() else {}
    return found


def page(text: str, lines: Mapping[str, Line]) -> str:
    """The page with the figures between each section's marks."""
    for name, line in lines.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        before, _, rest = text.partition(start)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"{PAGE} has no place for {name}: write {start.strip()} and {end.strip()} there")
        figures, units = shown(line)
        told = f"{written_date(line['date'])}, {conditions(line)}."
        text = f"{before}{start}{table(figures, units)}\n\n{told}\n{end}{after}"
    return text


def shown(line: Line) -> tuple[Figures, Mapping[str, str]]:
    """The figures by row and column, and the columns' units."""
    if line["bench"] != "throughput":
        return line["figures"], line["units"]
    rows: dict[str, dict[str, float]] = {}
    units: dict[str, str] = {}
    for name, found in line["figures"].items():
        rows[name] = {}
        for connections, each in found.items():
            for key, unit in (("throughput", "/s"), ("p99", "ms"), ("processor", "\u00b5s")):
                column = f"{key} at {connections}"
                rows[name][column], units[column] = each[key], unit
        if name in line.get("memory", {}):
            rows[name]["memory"], units["memory"] = line["memory"][name], "MB"
    return rows, units


def conditions(line: Line) -> str:
    versions = {name: text for name, text in line["versions"].items() if name != "python"}
    load = line["load"] if isinstance(line["load"], list) else [line["load"]]
    told = [
        f"Python {line['versions']['python']}",
        f"{line['system']} {line['machine']}",
        f"{line['processors']} processors",
        f"load {' to '.join(map(str, load))}",
        *(f"{key} {line[key]:g}" for key in ("rate", "seconds", "late") if key in line),
    ]
    peers = ", ".join(f"{name} {text}" for name, text in versions.items())
    return ", ".join(told) + (f"; {peers}" if peers else "")


def written_date(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


@dataclass(frozen=True)
class Chart:
    """A column of a section, of the rows whose name begins with `rows`."""

    section: str
    column: str
    title: str
    rows: str = ""


CHARTS = (
    Chart("throughput", "throughput at 1", "Requests a second over a connection: more is better"),
    Chart("throughput", "throughput at 8", "Over 8 connections"),
    Chart("throughput", "throughput at 32", "Over 32 connections"),
    Chart("throughput", "p99 at 32", "p99 of these: here and below, less is better"),
    Chart("steady", "p99.9", "p99.9 at 500 requests a second"),
    Chart("start", "ready", "From the command to the first answer"),
    Chart("start", "idle", "Memory then"),
    Chart("handler", "page", "An invocation that answers a page"),
    Chart("handler", "import", "A handler's import"),
    Chart("packaging", "processor", "A package of the walkthrough", "walkthrough"),
    Chart("packaging", "processor", "Of 100 files", "100 files"),
    Chart("packaging", "processor", "Of 5,000 files", "5,000 files"),
)
OURS = ("localalb", "this handler", "modules/package")
WIDTH, BAR, GAP, LEFT, RIGHT = 720, 14, 6, 260, 80
STYLE = """\
<style>
  text { font: 12px sans-serif; fill: #1f2328 }
  .ours { fill: #1a7f37 } .peer { fill: #d1642a } .floor { fill: #8c959f }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .ours { fill: #3fb950 } .peer { fill: #e3853f } .floor { fill: #6e7681 }
  }
</style>"""


def picture(lines: Mapping[str, Line]) -> str:
    """A bar a row for each chart whose section was measured."""
    parts: list[str] = []
    y = 14
    for chart in CHARTS:
        if chart.section not in lines:
            continue
        figures, units = shown(lines[chart.section])
        drawn, y = bars(chart, figures, units, y)
        parts += drawn
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img">\n'
        f"<title>What was measured, beside others and the floor</title>\n{STYLE}\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def bars(chart: Chart, figures: Figures, units: Mapping[str, str], y: int) -> tuple[list[str], int]:
    """A chart from `y` on, and where it ends."""
    values = {
        name: row[chart.column]
        for name, row in figures.items()
        if chart.column in row and name.startswith(chart.rows)
    }
    most = max(values.values(), default=0) or 1
    parts = [f'<text x="0" y="{y}" font-weight="bold">{escape(chart.title)}</text>']
    y += 8
    for name, value in values.items():
        width = (WIDTH - LEFT - RIGHT) * value / most
        kind = "floor" if "floor" in name else "ours" if any(own in name for own in OURS) else "peer"
        text = escape(written(value, units[chart.column]))
        parts.append(
            f'<text x="0" y="{y + 11}">{escape(name)}</text>'
            f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}"/>'
            f'<text x="{LEFT + width + 6:.1f}" y="{y + 11}">{text}</text>'
        )
        y += BAR + GAP
    return parts, y + 22


if __name__ == "__main__":
    make()
