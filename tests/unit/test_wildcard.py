r"""Patterns: `*` is any run of characters, `?` exactly one (user guide, "Rule condition types").

`\*` and `\?` are literal in query strings (user guide, "Query string conditions").
"""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.balancer.wildcard import expression, matches, one_of


def slow(pattern: str, text: str) -> bool:
    """The definition, tried letter by letter in every way."""

    @cache
    def fits(p: int, t: int) -> bool:
        if p == len(pattern):
            return t == len(text)
        if pattern[p] == "*":
            return fits(p + 1, t) or (t < len(text) and fits(p, t + 1))
        return t < len(text) and pattern[p] in ("?", text[t]) and fits(p + 1, t + 1)

    return fits(0, 0)


@given(st.text("ab?*", max_size=12), st.text("ab", max_size=14))
def test_it_is_the_definition(pattern: str, text: str) -> None:
    assert matches(pattern, text) is slow(pattern, text)


@given(st.text("aA\u00e9\u00c9\u0130*", max_size=8), st.text("aA\u00e9\u00c9\u0130", max_size=8))
def test_case(pattern: str, text: str) -> None:
    """A letter is its other case where that is one letter too."""
    swap = str.maketrans("A\u00c9", "a\u00e9")
    assert matches(pattern, text, ignore_case=True) is slow(pattern.translate(swap), text.translate(swap))


def fits_with_escapes(pattern: str, text: str) -> bool:
    return bool(one_of([expression(pattern, escapes=True)], ignore_case=False)(text))


@given(st.text("ab*?\\", max_size=10))
def test_what_is_escaped_is_itself(text: str) -> None:
    escaped = "".join("\\" + char if char in "*?\\" else char for char in text)
    assert fits_with_escapes(escaped, text)


CASES = {
    (r"a\*", "a*"): True,
    (r"a\*", "ab"): False,
    (r"a\?", "a?"): True,
    (r"a\?", "ab"): False,
    (r"a\b", r"a\b"): True,
    (r"a\*b*", "a*bc"): True,
}


@pytest.mark.parametrize(("pattern", "text"), CASES)
def test_escapes(pattern: str, text: str) -> None:
    assert fits_with_escapes(pattern, text) is CASES[pattern, text]


@given(st.lists(st.text("ab?*|", max_size=6), max_size=4), st.text("ab|", max_size=8))
def test_one_of_several(patterns: list[str], text: str) -> None:
    fits = one_of(map(expression, patterns), ignore_case=False)
    assert bool(fits(text)) is any(slow(pattern, text) for pattern in patterns)


HOSTILE = {
    "a path that nearly fits": ("/*.php", "/" + ".php" * 4000 + "x"),
    "a path of stars": ("/*/api/*/users/*/x", "/api/users/" * 1100 + "y"),
    "letters and stars": ("*a*a*a*a*b", "a" * 16000),
    "stars and marks": ("*a?a?a?*b", "a" * 16000),
    "almost everywhere": ("*" + "a" * 100 + "b*", "a" * 16000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_patterns_are_decided(name: str) -> None:
    """They took up to a minute. What they take now stands in `make bench`."""
    pattern, text = HOSTILE[name]
    assert not matches(pattern, text)
