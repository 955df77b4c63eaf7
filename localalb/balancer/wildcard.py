"""The patterns of listener rules and of IAM: `*` is any run of characters, `?` exactly one.

Without regular expressions: those try every way to share a text between several stars, and a pattern such as
`*a*a*a*b` froze everybody for a minute. Here each piece between two stars is taken where it first fits, which
loses nothing (what fits later also has what stands behind it later), so the work is at most the text's length
times the pattern's.
"""

from __future__ import annotations

from functools import lru_cache

Piece = tuple[str | None, ...]
"""What stands between two stars: runs of characters as they are, None for exactly one character."""


def matches(pattern: str, text: str, *, ignore_case: bool = False, escapes: bool = False) -> bool:
    r"""Whether the whole of `text` fits `pattern`. `*` crosses every character, `/` and `.` too.

    `escapes` gives `\*` and `\?` their literal meaning, as query-string conditions do
    (user guide, "Query string conditions"). `ignore_case` is about letters of equal length in both cases.
    """
    if ignore_case:
        pattern, text = _lower(pattern), _lower(text)
    first, *others = _pieces(pattern, escapes)
    end = _fits(first, text, 0)
    if not others:
        return end == len(text)
    if end is None:
        return False
    *inner, last = others
    for piece in inner:
        end = _find(piece, text, end)
        if end is None:
            return False
    start = len(text) - _length(last)
    return start >= end and _fits(last, text, start) is not None


def _lower(text: str) -> str:
    """Lower case, character by character, so that no position moves."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


@lru_cache(maxsize=4096)
def _pieces(pattern: str, escapes: bool) -> tuple[Piece, ...]:
    """A pattern, parted at its stars."""
    pieces: list[list[str | None]] = [[]]
    characters = iter(pattern)
    for char in characters:
        if char == "*":
            pieces.append([])
            continue
        if char == "?":
            pieces[-1].append(None)
            continue
        if char == "\\" and escapes:
            following = next(characters, "")
            char = following if following in ("*", "?", "\\") else char + following
        piece = pieces[-1]
        if piece and piece[-1] is not None:
            piece[-1] += char
        else:
            piece.append(char)
    return tuple(tuple(piece) for piece in pieces)


def _length(piece: Piece) -> int:
    return sum(1 if run is None else len(run) for run in piece)


def _fits(piece: Piece, text: str, at: int) -> int | None:
    """Where a piece ends that begins at `at`, None if it does not fit there."""
    for run in piece:
        if not (at < len(text) if run is None else text.startswith(run, at)):
            return None
        at += 1 if run is None else len(run)
    return at


def _find(piece: Piece, text: str, at: int) -> int | None:
    """Where a piece ends that begins at `at` or, the first place it fits, behind."""
    # The first run of characters is what can be searched for; ? before it only move the beginning.
    lead = 0
    while lead < len(piece) and piece[lead] is None:
        lead += 1
    if lead == len(piece):
        return at + lead if at + lead <= len(text) else None
    run = piece[lead] or ""
    found = text.find(run, at + lead)
    while found >= 0:
        end = _fits(piece, text, found - lead)
        if end is not None:
            return end
        found = text.find(run, found + 1)
    return None
