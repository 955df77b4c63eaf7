"""Text from strangers, made safe to print: what would move a terminal's cursor, colour its text or turn the
order of letters is shown escaped."""

from __future__ import annotations

import re

# C0 and C1 controls but for tab and line feed, and what overrides the direction of text (Unicode UAX 9).
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_UNSAFE_IN_A_LINE = re.compile(f"[\t\n]|{_UNSAFE.pattern}")


def visible(text: str) -> str:
    """Text that may have lines: a log message, a traceback."""
    return _UNSAFE.sub(_escaped, text)


def visible_line(text: str) -> str:
    """Text that stays a line: a path, a reason."""
    return _UNSAFE_IN_A_LINE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
