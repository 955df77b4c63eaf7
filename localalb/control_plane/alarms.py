"""The state of a CloudWatch alarm with a static threshold, from the datapoints it looks at.

CloudWatch user guide, "Using Amazon CloudWatch alarms", sections "Evaluating an alarm" and "Configuring how
CloudWatch alarms treat missing data", whose tables are the cases in tests/unit/test_alarms.py.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
# More datapoints than the evaluation periods are looked at, in case some are missing. Guess: how many is
# documented for three periods alone, where they are five.
MORE = 2


@dataclass(frozen=True, slots=True)
class Threshold:
    """What is compared how: `to_alarm` of `periods` datapoints. `missing` is one of missing, ignore,
    breaching, notBreaching."""

    comparison: str
    value: float
    periods: int
    to_alarm: int
    missing: str = "missing"

    @property
    def range(self) -> int:
        """How many datapoints `state` wants to see."""
        return self.periods + MORE

    def breached(self, point: float) -> bool:
        return COMPARISONS[self.comparison](point, self.value)


def state(threshold: Threshold, points: Sequence[float | None], current: str) -> str:
    """The state after an evaluation. `points` are the datapoints of `threshold.range` periods, oldest first,
    None for a missing one; `current` is the state before."""
    present = [threshold.breached(point) for point in points if point is not None]
    lacking = threshold.periods - len(present)
    if lacking > 0:
        match threshold.missing:
            case "breaching":
                present += [True] * lacking
            case "notBreaching":
                present += [False] * lacking
            case _:
                return _with_gaps(threshold, points, present, current)
    return _of(threshold, present[-threshold.periods :])


def _of(threshold: Threshold, present: Sequence[bool]) -> str:
    return ALARM if sum(present) >= threshold.to_alarm else OK


def _with_gaps(
    threshold: Threshold, points: Sequence[float | None], present: Sequence[bool], current: str
) -> str:
    """Fewer datapoints than wanted, and the missing ones are not filled."""
    if not present:
        return current if threshold.missing == "ignore" else INSUFFICIENT_DATA
    if sum(present) >= threshold.to_alarm or not all(present):
        return _of(threshold, present)
    # All that there is breaches, but is not enough. An alarm goes off nevertheless once the oldest is as old
    # as `to_alarm` periods: nothing better came after it.
    age = len(points) - next(index for index, point in enumerate(points) if point is not None)
    if threshold.missing != "ignore" and age >= threshold.to_alarm:
        return ALARM
    return current
