"""docs/fidelity.md says what the tests prove, no more and no less."""

from __future__ import annotations

from pathlib import Path

from tests.cases.page import CHAPTERS, render


def test_page_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "fidelity.md"
    assert page.read_text() == render(), "run `make docs`"


def test_every_row_has_an_id_of_its_own() -> None:
    ids = [case.id for _, sections in CHAPTERS for rows in sections.values() for case in rows]
    assert len(ids) == len(set(ids))
