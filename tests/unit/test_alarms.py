"""The state of an alarm: the tables of the CloudWatch user guide, "Configuring how CloudWatch alarms treat
missing data". 0 is a datapoint that does not breach, X one that does, - a missing one; the newest is last."""

from __future__ import annotations

import pytest

from localalb.control_plane.alarms import ALARM, INSUFFICIENT_DATA, OK, Threshold, state

KEPT = "as it was"
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")

THREE_OF_THREE = {
    "0-X-X": (OK, OK, OK, OK),
    "0----": (OK, OK, OK, OK),
    "-----": (INSUFFICIENT_DATA, KEPT, ALARM, OK),
    "0XX-X": (ALARM, ALARM, ALARM, ALARM),
    "--X--": (ALARM, KEPT, ALARM, OK),
    # "Avoiding premature transitions to alarm state": it does not go into ALARM at once.
    "----X": (KEPT, KEPT, ALARM, OK),
    "---X-": (KEPT, KEPT, ALARM, OK),
}
TWO_OF_THREE = {
    "0-X-X": (ALARM, ALARM, ALARM, ALARM),
    "00X0X": (ALARM, ALARM, ALARM, ALARM),
    "0-X--": (OK, OK, ALARM, OK),
    "----0": (OK, OK, ALARM, OK),
    "---X-": (ALARM, KEPT, ALARM, OK),
}
ROWS = [
    (to_alarm, points, missing, expected)
    for to_alarm, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for points, states in table.items()
    for missing, expected in zip(TREATMENTS, states, strict=True)
]


@pytest.mark.parametrize("current", [OK, ALARM, INSUFFICIENT_DATA])
@pytest.mark.parametrize(("to_alarm", "points", "missing", "expected"), ROWS)
def test_missing_data(to_alarm: int, points: str, missing: str, expected: str, current: str) -> None:
    threshold = Threshold("GreaterThanThreshold", 5, periods=3, to_alarm=to_alarm, missing=missing)
    assert threshold.range == len(points)
    values = [{"0": 5.0, "X": 5.1, "-": None}[point] for point in points]
    assert state(threshold, values, current) == (current if expected == KEPT else expected)


@pytest.mark.parametrize(
    ("comparison", "below", "equal", "above"),
    [
        ("GreaterThanThreshold", False, False, True),
        ("GreaterThanOrEqualToThreshold", False, True, True),
        ("LessThanThreshold", True, False, False),
        ("LessThanOrEqualToThreshold", True, True, False),
    ],
)
def test_comparisons(comparison: str, below: bool, equal: bool, above: bool) -> None:
    threshold = Threshold(comparison, 5, periods=1, to_alarm=1)
    assert [threshold.breached(point) for point in (4.0, 5.0, 6.0)] == [below, equal, above]


def test_one_period() -> None:
    threshold = Threshold("GreaterThanOrEqualToThreshold", 1, 1, 1, "notBreaching")
    assert state(threshold, [None, None, 1.0], OK) == ALARM
    assert state(threshold, [1.0, None, 0.0], ALARM) == OK
    assert state(threshold, [None, None, None], ALARM) == OK
