"""Many values in little memory: statistics, percentiles, minutes."""

from __future__ import annotations

import math
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.runtime.distribution import GATHERED, KEPT, Distribution, Metric, Tallies


def distribution(*values: float) -> Distribution:
    made = Distribution()
    for value in values:
        made.add(value)
    return made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sum", 10.0), ("Average", 2.5), ("Minimum", 1.0), ("Maximum", 4.0), ("SampleCount", 4.0),
        ("tm99", None), ("p", None), ("nothing", None),
    ],
)  # fmt: skip
def test_statistics(name: str, value: float | None) -> None:
    assert distribution(1, 2, 3, 4).statistic(name) == value


def test_of_nothing_there_is_none() -> None:
    assert [distribution().statistic(name) for name in ("Sum", "Average", "p99")] == [None] * 3


@given(
    st.lists(st.floats(0.001, 900_000), min_size=1, max_size=200),
    st.sampled_from([50.0, 90.0, 99.0, 99.9, 100.0]),
)
def test_a_percentile_is_right_within_one_percent(values: list[float], percent: float) -> None:
    right = sorted(values)[math.ceil(len(values) * percent / 100) - 1]
    assert distribution(*values).statistic(f"p{percent:g}") == pytest.approx(right, rel=0.0101)


def test_zeros_have_percentiles() -> None:
    many = distribution(*[0.0] * 98, 5.0, 5.0)
    assert many.statistic("p50") == 0.0
    assert many.statistic("p99") == pytest.approx(5.0, rel=0.01)


@given(st.lists(st.floats(0, 900_000), max_size=50), st.lists(st.floats(0, 900_000), max_size=50))
def test_two_merged_are_one(first: list[float], second: list[float]) -> None:
    merged = distribution(*first)
    merged.merge(distribution(*second))
    whole = distribution(*first, *second)
    assert merged.buckets == whole.buckets
    assert (merged.count, merged.minimum, merged.maximum) == (whole.count, whole.minimum, whole.maximum)
    assert merged.total == pytest.approx(whole.total)


def test_a_sum_alone_has_no_percentile() -> None:
    summed = Distribution.of(count=10, total=30, minimum=1, maximum=9)
    assert (summed.statistic("Average"), summed.statistic("p99")) == (3.0, None)


def test_one_value_so_many_times() -> None:
    repeated = Distribution.repeated(1, 3)
    assert repeated.buckets == distribution(1, 1, 1).buckets
    assert [repeated.statistic(name) for name in ("Sum", "SampleCount", "Average", "p99")] == [3, 3, 1, 1]


def test_memory_is_bounded() -> None:
    """From a microsecond to a quarter of an hour, in milliseconds."""
    many = distribution(*(1.01**power / 1000 for power in range(2080)))
    assert many.maximum > 900_000
    assert len(many.buckets) < 1100


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def published(key: str, values: tuple[Distribution, ...]) -> list[tuple[Metric, Distribution]]:
    """Every key under the same metric."""
    return [(Metric("1", "r", "space", "name", "Count", ()), each) for each in values]


def test_minutes_are_apart_and_old_ones_go() -> None:
    clock = Clock()
    tallies: Tallies[str] = Tallies(clock)
    clock.now = 59.9
    tallies.add("a", 1.0)
    clock.now = 60.0
    tallies.add("a", 2.0)
    tallies.add("b", 3.0)

    def sums() -> dict[int, float]:
        return {minute: found.total for _, minute, found in tallies.samples(published)}

    assert sums() == {0: 1.0, 60: 5.0}
    clock.now = 60.0 * KEPT
    tallies.add("a", 1.0)
    assert sums() == {60: 5.0, 60 * KEPT: 1.0}


@given(st.lists(st.tuples(st.floats(0, 900_000), st.integers(0, 9)), min_size=1, max_size=40))
def test_values_are_told_apart_however_many_came(values: list[tuple[float, int]]) -> None:
    """Each of those that come together has its own distribution, the same as if it were counted at once."""
    values = values * (2 * GATHERED // len(values))
    tallies: Tallies[str] = Tallies(Clock())
    found: tuple[Distribution, ...] = ()

    def seen(key: str, values: tuple[Distribution, ...]) -> list[tuple[Metric, Distribution]]:
        nonlocal found
        found = values
        return []

    for number, (first, second) in enumerate(values):
        tallies.add("a", first, second)
        if number in (0, GATHERED):
            list(tallies.samples(seen))  # who reads in between changes nothing
    list(tallies.samples(seen))
    for column, each in enumerate(found):
        expected = distribution(*(pair[column] for pair in values))
        assert (each.total, each.buckets) == (expected.total, expected.buckets)
        assert (each.count, each.minimum, each.maximum) == (len(values), expected.minimum, expected.maximum)


def test_few_values_wait_to_be_counted() -> None:
    """In a minute that is over none does."""
    clock = Clock()
    tallies: Tallies[str] = Tallies(clock)
    tracemalloc.start()
    try:
        for minute in range(20):
            clock.now = minute * 60.0
            for number in range(10 * GATHERED + GATHERED // 2):
                tallies.add("a", 1.0 + number / 1e6)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 60_000
