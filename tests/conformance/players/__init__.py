"""Every row of tests/cases, as something to play; rows of calls, in another way, by `players.calls`."""

from __future__ import annotations

from tests.cases import metrics
from tests.conformance.play import Play
from tests.conformance.players import refusals, requests, responses, rules


def plays() -> list[Play]:
    """In the order of docs/fidelity.md, but for rows of calls."""
    late = "CloudWatch has it minutes later, summed up with all other rows"
    uncounted = [
        Play(kind="metrics", case=case, unplayable=late)
        for rows in metrics.SECTIONS.values()
        for case in rows
    ]
    return [*requests.plays(), *responses.plays(), *rules.plays(), *refusals.plays(), *uncounted]
