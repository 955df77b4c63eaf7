"""What came of a run: a row a case, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from tests.cases import Case
from tests.conformance.play import KINDS, Kind, Outcome

Verdict = Literal["same", "differs", "not playable"]
VERDICTS: tuple[Verdict, ...] = ("same", "differs", "not playable")
SHOWN = 300  # characters of a value


@dataclass(frozen=True)
class Row:
    """`expected` and `seen` hold the parts that differ, or everything where nothing does; `why` says why a
    row was not played."""

    kind: Kind
    id: str
    fact: str
    source: str
    confidence: str
    verdict: Verdict
    expected: str = ""
    seen: str = ""
    why: str = ""


def row(kind: Kind, case: Case, outcomes: Sequence[tuple[str, Outcome | str]]) -> Row:
    """The row of a case, of its outcomes by mode: a text says why there is none. It differs where it does in
    one mode."""
    verdict: Verdict = "not playable"
    expected, seen, why = [], [], []
    for mode, outcome in outcomes:
        mark = f"{mode}: " if mode and len(outcomes) > 1 else ""
        if isinstance(outcome, str):
            why.append(mark + outcome)
            continue
        verdict = "differs" if not outcome.same or verdict == "differs" else "same"
        wanted, found = _apart(outcome)
        expected.append(mark + _shown(wanted))
        seen.append(mark + _shown(found) + (f" ({outcome.said})" if outcome.said else ""))
    return Row(
        kind, case.id, case.fact, case.source, case.confidence, verdict,
        "; ".join(expected), "; ".join(seen), "; ".join(dict.fromkeys(why)),
    )  # fmt: skip


def _apart(outcome: Outcome) -> tuple[dict[str, Any], dict[str, Any]]:
    if outcome.same:
        return dict(outcome.expected), dict(outcome.seen)
    names = [name for name, value in outcome.expected.items() if outcome.seen.get(name, _apart) != value]
    more = [name for name in outcome.seen if name not in outcome.expected]
    return (
        {name: outcome.expected[name] for name in names},
        {name: outcome.seen[name] for name in (*names, *more) if name in outcome.seen},
    )


def _shown(values: dict[str, Any]) -> str:
    text = ", ".join(f"{name} {value!r}" for name, value in values.items())
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


def totals(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """How many rows of each kind are the same, differ, cannot be played."""
    counted = Counter((each.kind, each.verdict) for each in rows)
    return {kind: {verdict: counted[kind, verdict] for verdict in VERDICTS} for kind in KINDS}


def as_json(title: str, rows: Sequence[Row]) -> str:
    body = {"cloud": title, "totals": totals(rows), "rows": [asdict(each) for each in rows]}
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def as_markdown(title: str, rows: Sequence[Row]) -> str:
    lines = [f"# {title} against the cases", "", *_totals(rows), ""]
    for kind in KINDS:
        lines += [f"## {kind.capitalize()}", ""]
        lines += ["| row | confidence | expected | seen | |", "|---|---|---|---|---|"]
        lines += [
            f"| {_cell(each.fact)} (`{each.id}`) | {each.confidence} | {_cell(each.expected)} "
            f"| {_cell(each.seen or each.why)} | {each.verdict} |"
            for each in rows
            if each.kind == kind
        ]
        lines.append("")
    return "\n".join(lines)


def _totals(rows: Sequence[Row]) -> list[str]:
    lines = ["| rows | same | differ | not playable |", "|---|---|---|---|"]
    for kind, counted in totals(rows).items():
        lines.append(f"| {kind} | " + " | ".join(str(counted[each]) for each in VERDICTS) + " |")
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("\r", " ").replace("<", "&lt;")
