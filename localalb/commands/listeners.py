"""Every listener for people: where it is reached, and what it does by default. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from localalb.http.visible import visible_line

HEAD = ("listener", "DNS name", "local URL", "default action")
GAP = "  "


def table(listeners: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    """A row a listener, as the cloud's status has them; below each other where a row has no room."""
    rows = [tuple(map(visible_line, _row(each))) for each in listeners]
    widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)]
    if sum(widths) + len(GAP) * (len(widths) - 1) <= width:
        for row in (HEAD, *rows):
            yield GAP.join(f"{cell:{size}}" for cell, size in zip(row, widths, strict=True)).rstrip()
        return
    size = max(map(len, HEAD))
    for number, row in enumerate(rows):
        if number:
            yield ""
        for name, cell in zip(HEAD, row, strict=True):
            yield from textwrap.wrap(
                cell,
                max(width, size + 20),
                initial_indent=f"{name:{size}}{GAP}",
                subsequent_indent=" " * size + GAP,
                break_long_words=False,
                break_on_hyphens=False,
            )


def _row(listener: Mapping[str, Any]) -> tuple[str, str, str, str]:
    where = f"{listener['load_balancer']}:{listener['port']}"
    return where, listener["dns_name"], listener["url"], listener["default_action"]
