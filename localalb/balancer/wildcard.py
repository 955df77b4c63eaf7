"""The patterns of listener rules and of IAM: `*` is any run of characters, `?` exactly one.

They become regular expressions. Python runs those with one star. Of several it would try every way to share a
text between them, and `*a*a*a*b` froze everybody for a minute: those run in RE2, in time linear in the text's
length, which takes a microsecond more to begin with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import re2

_TOKEN_WITH_ESCAPES = re.compile(r"\\[*?\\]|.", re.DOTALL)
_STAR = re.compile(r"(?<!\\)\*")  # of an expression


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether the whole of `text` fits `pattern`. `*` crosses every character, `/` and `.` too."""
    return _compiled(pattern, ignore_case)(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str, ignore_case: bool) -> Callable[[str], object]:
    return one_of([expression(pattern)], ignore_case=ignore_case)


def one_of(expressions: Iterable[str], *, ignore_case: bool) -> Callable[[str], object]:
    """A test of texts: None where the whole of one fits none of `expressions`."""
    every = list(expressions) or ["(?!)"]
    if all(len(_STAR.findall(each)) <= 1 for each in every):
        return re.compile("|".join(every), re.DOTALL | (re.IGNORECASE if ignore_case else 0)).fullmatch
    options = re2.Options()
    options.dot_nl = True
    options.case_sensitive = not ignore_case
    return re2.compile("|".join(every), options).fullmatch  # type: ignore[no-any-return]


def expression(pattern: str, *, escapes: bool = False, character: str = ".") -> str:
    r"""The regular expression of a pattern, whose wildcards stand for what `character` does.

    `escapes` gives `\*` and `\?` their literal meaning, as query-string conditions do
    (user guide, "Query string conditions").
    """
    wild = {"*": f"{character}*", "?": character}
    tokens = _TOKEN_WITH_ESCAPES.findall(pattern) if escapes else pattern
    return "".join(wild.get(token) or re.escape(token[-1]) for token in tokens)
