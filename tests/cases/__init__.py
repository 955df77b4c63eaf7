"""The facts, as data: what an Application Load Balancer does with a Lambda target, a row a fact.

The rows run against the pure functions (tests/unit) and through a real socket (tests/socket), and the page
in docs/ is made of them. Each module has `SECTIONS`: a title and its rows, in the order of the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Confidence = Literal["documented", "observed", "computed", "guess"]
Mode = Literal["single", "multi"]
MODES: tuple[Mode, Mode] = ("single", "multi")
Pairs = tuple[tuple[str, str], ...]

# Public sources that many rows share. The guide is that of Application Load Balancers.
LAMBDA = "user guide, Lambda functions as targets"
BALANCERS = "user guide, Application Load Balancers"
LISTENERS = "user guide, Listeners"
FORWARDED = "user guide, HTTP headers and Application Load Balancers"
TRACING = "user guide, Request tracing"
TROUBLE = "user guide, Troubleshoot your Application Load Balancers"
LOGS = "user guide, Access logs"
GUARDIAN = "user guide, Desync mitigation mode; aws/http-desync-guardian, tests"
NO_SOURCE = "nothing public states it"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One fact. `fact` is a sentence for the page in docs/, `id` is stable and unique.

    `documented`: AWS says so. `observed`: seen on a real load balancer by the source. `computed`: follows
    from what was seen. `guess`: a decision of localalb's, which the code names where it makes it.
    """

    id: str
    fact: str
    source: str
    confidence: Confidence


class Like:
    """Equal to every string that the whole of `pattern` matches: for what is random, such as a trace id."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self._pattern.fullmatch(other) is not None

    def __hash__(self) -> int:
        return hash(self._pattern)

    def __repr__(self) -> str:
        return f"Like({self._pattern.pattern!r})"

    def replaced(self, old: str, new: str) -> Like:
        return Like(self._pattern.pattern.replace(re.escape(old), re.escape(new)))


Text = str | Like
Values = Mapping[str, Sequence[Text]]


def shaped(values: Values, mode: Mode) -> dict[str, object]:
    """Names with all their values, as an event of the mode has them: an array, or the last value (user guide,
    "Multi-value headers")."""
    return {name: list(each) if mode == "multi" else each[-1] for name, each in values.items()}
