"""The tables of cases: fit to print, and printed as docs/fidelity.md."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cases import (
    NO_SOURCE,
    Case,
    calls,
    login,
    metrics,
    mutual,
    policies,
    refusals,
    requests,
    responses,
    rules,
    targets,
)
from tests.cases.missing import SHOWN
from tests.cases.page import MISSING, render

TABLES: list[Case] = [
    case
    for sections in (
        requests.SECTIONS,
        responses.SECTIONS,
        rules.SECTIONS,
        login.SECTIONS,
        refusals.SECTIONS,
        mutual.SECTIONS,
        policies.SECTIONS,
        calls.SECTIONS,
        metrics.SECTIONS,
        targets.SECTIONS,
    )
    for rows in sections.values()
    for case in rows
]


def test_every_row_has_an_id_of_its_own() -> None:
    ids = [case.id for case in TABLES]
    assert sorted(ids) == sorted(set(ids))
    assert [id for id in ids if re.search(r"\s", id)] == []


def test_every_row_is_fit_to_print() -> None:
    """A sentence, and a public source unless it is a guess."""
    unfit = [
        case.id
        for case in TABLES
        if not case.fact.endswith(".")
        or "\n" in case.fact
        or not case.source
        or (case.source == NO_SOURCE and case.confidence != "guess")
    ]
    assert unfit == []


def test_every_fact_about_targets_has_its_test() -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parents[1].glob("*/test_*.py"))
    held = {
        id for ids in re.findall(r"@holds\((.*?)\)\n", tests, re.DOTALL) for id in re.findall('"(.*?)"', ids)
    }
    assert targets.FACTS - held == set()


def test_every_missing_line_is_shown_by_a_test() -> None:
    """And no other: what is no longer missing leaves both tables."""
    assert set(SHOWN) == {what for what, _ in MISSING}
    tests = Path(__file__).parents[1]
    named = [name.split("::") for names in SHOWN.values() for name in names]
    assert [name for file, name in named if f"def {name}(" not in (tests / file).read_text()] == []


def test_page_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "fidelity.md"
    assert page.read_text() == render(), "run `make docs`"
