"""The patterns of listener rules and of IAM: `*` is any run of characters, `?` exactly one."""

from __future__ import annotations

import re
from functools import lru_cache


def matches(pattern: str, text: str, *, ignore_case: bool = False, escapes: bool = False) -> bool:
    r"""Whether the whole of `text` fits `pattern`. `*` crosses every character, `/` and `.` too.

    `escapes` gives `\*` and `\?` their literal meaning, as query-string conditions do
    (user guide, "Query string conditions").
    """
    return _compiled(pattern, ignore_case, escapes).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool, escapes: bool) -> re.Pattern[str]:
    pieces = re.findall(r"\\[*?\\]|." if escapes else ".", pattern, re.DOTALL)
    expression = "".join(_expression(piece) for piece in pieces)
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _expression(piece: str) -> str:
    match piece:
        case "*":
            return ".*"
        case "?":
            return "."
        case _:
            return re.escape(piece[-1])
