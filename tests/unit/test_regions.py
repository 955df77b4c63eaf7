"""No change is lost, whatever becomes of a reading; a caller is answered when its change is applied."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from localalb.balancer.topology import Topology
from localalb.control_plane import discovery
from localalb.control_plane.discovery import Reading
from localalb.control_plane.regions import Regions
from localalb.control_plane.stale import Stale
from tests.waiting import until

A, B, C = (Stale(arns=frozenset({name})) for name in "abc")


class Readings:
    """Stands in for `discovery.read`: notes what it is to read, and waits or fails where it is told to."""

    def __init__(self) -> None:
        self.asked: list[Stale] = []
        self.before: list[Reading | None] = []
        self.begun = Event()
        self.may_end = Event()
        self.may_end.set()
        self.error: Exception | None = None

    def __call__(self, elbv2: Any, lambda_: Any, before: Reading | None, stale: Stale) -> Reading:
        self.asked.append(stale)
        self.before.append(before)
        self.begun.set()
        assert self.may_end.wait(10)
        error, self.error = self.error, None
        if error:
            raise error
        return Reading(Topology(), frozenset(str(len(self.asked))))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Readings:
    readings = Readings()
    monkeypatch.setattr(discovery, "read", readings)
    return readings


def test_changes_that_arrive_during_a_reading_share_the_next(readings: Readings) -> None:
    applied: list[Topology] = []
    regions = Regions(lambda *_: None, applied.append)
    readings.may_end.clear()
    with ThreadPoolExecutor(3) as executor:
        calls = [executor.submit(regions.changed, "here", A)]
        assert readings.begun.wait(10)
        calls += [executor.submit(regions.changed, "here", stale) for stale in (B, C)]
        until(lambda: regions._asked == 3)
        assert not any(call.done() for call in calls)
        readings.may_end.set()
        for call in calls:
            call.result()
    assert readings.asked == [A, B | C]
    assert len(applied) == 2


def test_each_reading_begins_with_the_one_before(readings: Readings) -> None:
    regions = Regions(lambda *_: None, lambda topology: None)
    for region in ("here", "there", "here"):
        regions.changed(region, A)
    assert readings.before == [None, None, Reading(Topology(), frozenset("1"))]


def test_what_a_reading_failed_to_read_is_read_by_the_next(readings: Readings) -> None:
    regions = Regions(lambda *_: None, lambda topology: None)
    readings.error = OSError("no more sockets")
    with pytest.raises(OSError, match="no more sockets"):
        regions.changed("here", A)
    regions.changed("here", B)
    assert readings.asked == [A, A | B]


def test_what_could_not_be_applied_is_applied_by_the_next(readings: Readings) -> None:
    """Even where the next changes nothing itself."""
    errors = [OSError("no more sockets")]

    def apply(topology: Topology) -> None:
        if errors:
            raise errors.pop()

    regions = Regions(lambda *_: None, apply)
    with pytest.raises(OSError, match="no more sockets"):
        regions.changed("here", A)
    regions.changed("there", B)
    assert readings.asked == [A, A, B]
