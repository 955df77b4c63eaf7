"""The regular expressions of listener rules, in time linear in what they are matched against.

RE2 runs them. What it lacks by design is what a load balancer does without: lookaround, backreferences,
atomic groups, possessive quantifiers, subroutines and recursion (user guide, "Listener rules", "Rule
basics").
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

# Guess: a load balancer refuses a compiled expression that is too large (user guide, "Transform status
# codes"), and does not say how large that is. 1 MiB is hundreds of classes and repetitions.
MAX_COMPILED = 1024 * 1024
_UNICODE_CLASS = re.compile(r"(?:[^\\]|\\[^pP])*\\[pP]", re.DOTALL)


@lru_cache(maxsize=1024)
def compiled(pattern: str, *, ignore_case: bool = False) -> Any:
    """The expression, which takes bytes. Raises `ValueError`, with the reason, where there is none."""
    if _UNICODE_CLASS.match(pattern):  # RE2 has these; a load balancer has not
        raise ValueError(r"Unicode character classes such as \p{L} are not supported")
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # a character a byte, as requests are held
    options.case_sensitive = not ignore_case
    options.max_mem = MAX_COMPILED
    options.log_errors = False
    try:
        return re2.compile(pattern.encode(), options)
    except re2.error as error:
        (reason,) = error.args
        raise ValueError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason) from None
