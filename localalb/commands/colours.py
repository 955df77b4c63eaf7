"""Colours, where somebody looks: on a terminal that has them, unless NO_COLOR says no (no-color.org)."""

from __future__ import annotations

import os
import sys

DIM, RED, GREEN, YELLOW = 2, 31, 32, 33


def wanted() -> bool:
    """Whether what goes to standard output is coloured."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(text: str, *codes: int) -> str:
    """Each line by itself, so that a pager that begins in the middle has them too."""
    start = "".join(f"\x1b[{code}m" for code in codes)
    return "\n".join(f"{start}{line}\x1b[0m" for line in text.split("\n"))
