"""Metrics of functions: what an invocation adds, and under which dimensions it stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from workers import function

from localalb.runtime.metrics import FunctionMetrics
from localalb.runtime.result import Result

LATEST = function()
LIVE = replace(LATEST, arn=f"{LATEST.arn}:live", version="2")
NAME = ("FunctionName", "worker")


def samples(metrics: FunctionMetrics) -> dict[str, dict[Any, float | None]]:
    """Sums by name and dimensions."""
    found: dict[str, dict[Any, float | None]] = defaultdict(dict)
    for metric, _, distribution in metrics.samples():
        assert metric[:3] == ("123456789012", "eu-west-1", "AWS/Lambda")
        assert metric.unit == ("Milliseconds" if metric.name == "Duration" else "Count")
        found[metric.name][metric.dimensions] = distribution.statistic("Sum")
    return found


def test_dimensions() -> None:
    """All functions, the function, the alias; and the version where the alias has weights."""
    metrics = FunctionMetrics()
    metrics.invoked(LATEST, Result("1", b"", duration=5.0), weighted=False)
    metrics.invoked(LIVE, Result("2", b"", duration=7.0), weighted=True)
    metrics.invoked(replace(LIVE, version="1"), Result("3", b"", duration=1.0), weighted=True)
    live = (NAME, ("Resource", "worker:live"))
    assert samples(metrics)["Duration"] == {
        (): 13.0,
        (NAME,): 13.0,
        (NAME, ("Resource", "worker")): 5.0,
        live: 8.0,
        (*live, ("ExecutedVersion", "2")): 7.0,
        (*live, ("ExecutedVersion", "1")): 1.0,
    }


@pytest.mark.parametrize(
    ("failure", "values"),
    [
        ("", {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": 9.0}),
        ("error", {"Invocations": 1, "Errors": 1, "Throttles": 0, "Duration": 9.0}),
        ("timeout", {"Invocations": 1, "Errors": 1, "Throttles": 0, "Duration": 9.0}),
        ("exit", {"Invocations": 1, "Errors": 1, "Throttles": 0, "Duration": 9.0}),
        ("init", {"Invocations": 1, "Errors": 1, "Throttles": 0}),
        ("missing", {}),
    ],
)
def test_an_invocation(failure: str, values: dict[str, float]) -> None:
    """Developer guide: errors are those of the code and of the runtime, timeouts included."""
    metrics = FunctionMetrics()
    metrics.invoked(LATEST, Result("1", b"", failure, duration=9.0), weighted=False)
    assert {name: found[(NAME,)] for name, found in samples(metrics).items()} == values


def test_a_throttled_invocation_is_nothing_else() -> None:
    """Developer guide: throttled requests don't count as Invocations or Errors."""
    metrics = FunctionMetrics()
    metrics.throttled(LATEST, weighted=False)
    assert {name: found[(NAME,)] for name, found in samples(metrics).items()} == {"Throttles": 1}
