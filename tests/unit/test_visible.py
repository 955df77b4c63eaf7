"""What a client or a function wrote is printed without moving the reader's cursor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.http.visible import visible, visible_line

CASES = {
    "clears the screen": ("a\x1b[2Jb", r"a\x1b[2Jb"),
    "overwrites the line": ("real\rfake", r"real\rfake"),
    "C1 control sequence": ("\x9b31m", r"\x9b31m"),
    "turns the order of letters": ("a\u202eb", r"a\u202eb"),
    "deletes": ("a\x7f", r"a\x7f"),
    "letters, emoji and accents": ("gr\u00fc\u00dfe \U0001f44d", "gr\u00fc\u00dfe \U0001f44d"),
}


@pytest.mark.parametrize("name", CASES)
def test_visible(name: str) -> None:
    text, shown = CASES[name]
    assert visible(text) == visible_line(text) == shown


def test_lines_stay_lines_only_where_there_may_be_some() -> None:
    assert visible("a\n\tb") == "a\n\tb"
    assert visible_line("a\n\tb") == r"a\n\tb"


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in visible_line(text))
