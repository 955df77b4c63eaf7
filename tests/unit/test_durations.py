"""How long `up` takes: what the last run of the same kind took."""

from __future__ import annotations

from pathlib import Path

import pytest

from localalb.stacks.durations import NAME, kind, note, usual


def test_the_last_run_of_a_kind(tmp_path: Path) -> None:
    assert usual(tmp_path, "edit") is None
    note(tmp_path, "new", 71.24)
    note(tmp_path, "edit", 9)
    note(tmp_path, "edit", 6.5)
    assert (usual(tmp_path, "new"), usual(tmp_path, "edit")) == (71.2, 6.5)


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '{"edit": "x"}', '{"edit": null}'])
def test_a_broken_note_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    assert usual(tmp_path, "edit") is None
    note(tmp_path, "edit", 6.5)
    assert usual(tmp_path, "edit") == 6.5


def test_an_edit_is_no_new_load_balancer() -> None:
    kinds = {kind(new=new, balancer=balancer) for new in (True, False) for balancer in (True, False)}
    assert kind(new=False, balancer=False) == "edit"
    assert kind(new=False, balancer=True) == "load balancer"
    assert kinds == {"new", "load balancer", "edit"}
