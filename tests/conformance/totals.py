"""docs/conformance.json, the totals of some clouds: in words for docs/fidelity.md, and as a picture."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from tests.conformance.play import KINDS
from tests.conformance.report import VERDICTS

DOCS = Path(__file__).parents[2] / "docs"
FILE = "docs/conformance.json"
STORED, PICTURE = DOCS / "conformance.json", DOCS / "conformance.svg"
SHOWN = tuple(kind for kind in KINDS if kind != "metrics")  # which nobody can play

Totals = dict[str, dict[str, int]]


def record(title: str, configuration: str, found: Totals) -> None:
    """Put totals in the place of those that the same cloud had before, of whatever version; of the same
    version it keeps kinds of which nothing was played now."""
    columns = stored()
    before = next((each for each in columns if each["cloud"].split()[0] == title.split()[0]), None)
    kept = before["totals"] if before and before["cloud"] == title else {}
    played = {kind: counted for kind, counted in found.items() if sum(counted.values())}
    column = {
        "cloud": title,
        "configuration": configuration or (before or {}).get("configuration", "as it comes"),
        "date": datetime.now(UTC).date().isoformat(),
        "totals": kept | played,
    }
    columns = [each for each in columns if each is not before] + [column]
    columns.sort(key=lambda each: -sum(each["totals"].get(kind, {}).get("same", 0) for kind in SHOWN))
    STORED.write_text(json.dumps(columns, indent=1, ensure_ascii=False) + "\n")
    if all(kind in each["totals"] for each in columns for kind in SHOWN):
        PICTURE.write_text(picture(columns))


def stored() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(STORED.read_text()) if STORED.exists() else []
    return found


def markdown(columns: list[dict[str, Any]]) -> str:
    names = [each["cloud"] for each in columns]
    lines = [f"| rows | {' | '.join(names)} |", "|---|" + "---|" * len(names)]
    for kind in SHOWN:
        cells = [_cell(each["totals"][kind]) for each in columns]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    sums: list[dict[str, int]] = [
        {verdict: sum(each["totals"][kind][verdict] for kind in SHOWN) for verdict in VERDICTS}
        for each in columns
    ]
    lines.append(f"| all | {' | '.join(map(_cell, sums))} |")
    lines += ["", *(f"- {each['cloud']}, {each['date']}: {each['configuration']}." for each in columns)]
    return "\n".join(lines) + "\n"


def _cell(counted: dict[str, int]) -> str:
    played = counted["same"] + counted["differs"]
    left = f", {counted['not playable']} not playable" if counted["not playable"] else ""
    return f"{counted['same']} of {played}{left}"


WIDTH, BAR, GAP, LEFT = 720, 14, 6, 130
STYLE = """\
<style>
  text { font: 12px sans-serif; fill: #1f2328 }
  .same { fill: #1a7f37 } .differs { fill: #d1642a } .not { fill: #8c959f }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .same { fill: #3fb950 } .differs { fill: #e3853f } .not { fill: #6e7681 }
  }
</style>"""
CLASSES = {"same": "same", "differs": "differs", "not playable": "not"}


def picture(columns: list[dict[str, Any]]) -> str:
    """A bar a cloud for each kind of rows: how many are the same, differ, cannot be played."""
    parts: list[str] = []
    y = 30
    for kind in SHOWN:
        total = max(sum(each["totals"][kind].values()) for each in columns) or 1
        parts.append(f'<text x="0" y="{y}" font-weight="bold">{kind}, {total} rows</text>')
        y += 8
        for each in columns:
            parts.append(f'<text x="0" y="{y + 11}">{escape(each["cloud"])}</text>')
            parts += _bar(each["totals"][kind], total, y)
            y += BAR + GAP
        y += 22
    legend = "".join(
        f'<rect class="{CLASSES[each]}" x="{LEFT + 110 * number}" y="4" width="10" height="10"/>'
        f'<text x="{LEFT + 16 + 110 * number}" y="13">{each}</text>'
        for number, each in enumerate(VERDICTS)
    )
    height = y - 16
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"<title>How many rows each cloud keeps</title>\n{STYLE}\n{legend}\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _bar(counted: dict[str, int], total: int, y: int) -> list[str]:
    parts, x = [], float(LEFT)
    for verdict in VERDICTS:
        width = (WIDTH - LEFT) * counted[verdict] / total
        if width:
            parts.append(
                f'<rect class="{CLASSES[verdict]}" x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}">'
                f"<title>{counted[verdict]} {verdict}</title></rect>"
            )
        x += width
    return parts
