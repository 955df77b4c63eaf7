"""The metrics of functions: the namespace AWS/Lambda.

Developer guide, "Types of metrics for Lambda functions". The time of the init phase is in no Duration.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from localalb.runtime.distribution import Distribution, Metric, Sample, Tallies
from localalb.runtime.function import Function
from localalb.runtime.result import Result

NAMESPACE = "AWS/Lambda"
THROTTLED = "throttled"


Outcome = tuple[str, str, str]
"""How an invocation ended: the function's ARN, the version that an alias with weights picked (else empty), a
`Result`'s failure or `THROTTLED`."""


class FunctionMetrics:
    """Counts invocations. `weighted` says whether an alias with weights picked the version."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._tallies: Tallies[Outcome] = Tallies(clock)

    def invoked(self, function: Function, result: Result, *, weighted: bool) -> None:
        """An invocation that ended."""
        version = function.version if weighted else ""
        self._tallies.add((function.arn, version, result.failure), result.duration)

    def throttled(self, function: Function, *, weighted: bool) -> None:
        """An invocation that was refused."""
        version = function.version if weighted else ""
        self._tallies.add((function.arn, version, THROTTLED), 0.0)

    def samples(self) -> Iterator[Sample]:
        return self._tallies.samples(_publish)


def _publish(outcome: Outcome, values: tuple[Distribution, ...]) -> Iterator[tuple[Metric, Distribution]]:
    """As metrics of all functions together, of the function, of the alias or version, and of the version that
    an alias picked."""
    arn, version, failure = outcome
    _, _, _, region, account, _, resource = arn.split(":", 6)
    dimensions = [("FunctionName", resource.partition(":")[0]), ("Resource", resource)]
    if version:
        dimensions.append(("ExecutedVersion", version))
    for name, distribution in _values(failure, *values):
        unit = "Milliseconds" if name == "Duration" else "Count"
        for number in range(len(dimensions) + 1):
            yield Metric(account, region, NAMESPACE, name, unit, tuple(dimensions[:number])), distribution


def _values(failure: str, durations: Distribution) -> Iterator[tuple[str, Distribution]]:
    count = durations.count
    match failure:
        case "missing":  # there was nothing to invoke
            return
        case "throttled":  # no invocation and no error
            yield "Throttles", Distribution.repeated(1, count)
        case _:
            yield "Invocations", Distribution.repeated(1, count)
            yield "Errors", Distribution.repeated(1 if failure else 0, count)
            # Guess: that Throttles is published as 0, as Errors is.
            yield "Throttles", Distribution.repeated(0, count)
            if failure != "init":
                yield "Duration", durations
