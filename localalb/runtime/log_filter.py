"""Which of a function's own lines Lambda lets into its log, where that is in JSON.

Developer guide, "Log-level filtering": a line that is a JSON object says its level in `level`; everything
else, text included, is of the level INFO.
"""

from __future__ import annotations

import json

from localalb.runtime.function import Function

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_OTHER_NAMES = {"WARNING": "WARN", "CRITICAL": "FATAL"}  # those of Python's logging


def let_through(function: Function, lines: list[str]) -> list[str]:
    """Those lines that are at least of the function's application log level."""
    if function.log_format != "JSON":
        return lines
    least = LEVELS.index(function.log_level)
    return [line for line in lines if LEVELS.index(level(line)) >= least]


def level(line: str) -> str:
    """One of `LEVELS`."""
    if not line.startswith("{"):
        return "INFO"
    try:
        name = json.loads(line)["level"].upper()
    except (ValueError, LookupError, AttributeError, TypeError):
        return "INFO"
    name = _OTHER_NAMES.get(name, name)
    return name if name in LEVELS else "INFO"
