"""What CloudWatch keeps of many values: their number, sum and range, and how they are spread.

Values are counted as they come, by minute and outcome, and become metrics when somebody asks: a request costs
a few additions. The memory is bounded: a distribution has at most some thousand buckets, and the last `KEPT`
minutes stay.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

KEPT = 180  # minutes; CloudWatch keeps them for 15 days
# A bucket is 2 % wide, so a percentile is right within 1 %.
_WIDTH = math.log(1.02)
_NOTHING = -(10**9)  # the bucket of 0 and less

Key = TypeVar("Key", bound=Hashable)


class Distribution:
    """Some values. Those that came as a sum alone (`of`) have no percentiles."""

    __slots__ = ("buckets", "count", "maximum", "minimum", "total")

    def __init__(self) -> None:
        self.count = 0.0
        self.total = 0.0
        self.minimum = math.inf
        self.maximum = -math.inf
        self.buckets: dict[int, int] = {}

    @classmethod
    def of(cls, *, count: float, total: float, minimum: float, maximum: float) -> Distribution:
        self = cls()
        self.count, self.total, self.minimum, self.maximum = count, total, minimum, maximum
        return self

    @classmethod
    def repeated(cls, value: float, count: float) -> Distribution:
        """One value, so many times."""
        self = cls.of(count=count, total=value * count, minimum=value, maximum=value)
        self.buckets[_bucket(value)] = int(count)
        return self

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        if value < self.minimum:
            self.minimum = value
        if value > self.maximum:
            self.maximum = value
        bucket = _bucket(value)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1

    def copy(self) -> Distribution:
        made = Distribution()
        made.merge(self)
        return made

    def merge(self, other: Distribution) -> None:
        self.count += other.count
        self.total += other.total
        self.minimum = min(self.minimum, other.minimum)
        self.maximum = max(self.maximum, other.maximum)
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count

    def statistic(self, name: str) -> float | None:
        """A statistic of CloudWatch: Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99
        or p99.9. None where there is none."""
        if not self.count:
            return None
        match name:
            case "Sum":
                return self.total
            case "Average":
                return self.total / self.count
            case "Minimum":
                return self.minimum
            case "Maximum":
                return self.maximum
            case "SampleCount":
                return self.count
        try:
            return self._percentile(float(name[1:])) if name.startswith("p") else None
        except ValueError:
            return None

    def _percentile(self, percent: float) -> float | None:
        """The smallest value that `percent` of them do not exceed."""
        if self.minimum == self.maximum:
            return self.minimum
        if sum(self.buckets.values()) < self.count:
            return None
        rank = math.ceil(self.count * percent / 100)
        for bucket in sorted(self.buckets):
            rank -= self.buckets[bucket]
            if rank <= 0:
                middle = 0.0 if bucket == _NOTHING else math.exp((bucket + 0.5) * _WIDTH)
                return min(max(middle, self.minimum), self.maximum)
        return self.maximum


def _bucket(value: float) -> int:
    return math.floor(math.log(value) / _WIDTH) if value > 0 else _NOTHING


class Metric(NamedTuple):
    """What CloudWatch tells metrics apart by. `dimensions` are pairs of name and value."""

    account: str
    region: str
    namespace: str
    name: str
    unit: str
    dimensions: tuple[tuple[str, str], ...]


Sample = tuple[Metric, int, Distribution]  # of the minute that begins at so many seconds since the epoch


class Tallies(Generic[Key]):
    """Values by minute and by outcome, which is whatever a key says. Safe to use from every thread.

    A key comes with the same number of values each time, and each of them has a distribution.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._minutes: dict[int, dict[Key, tuple[Distribution, ...]]] = {}

    def add(self, key: Key, *values: float) -> None:
        minute = int(self._clock()) // 60 * 60
        with self._lock:
            keys = self._minutes.get(minute)
            if keys is None:
                keys = self._begin(minute)
            found = keys.get(key)
            if found is None:
                found = keys[key] = tuple(Distribution() for _ in values)
            for distribution, value in zip(found, values, strict=True):
                distribution.add(value)

    def _begin(self, minute: int) -> dict[Key, tuple[Distribution, ...]]:
        for old in [each for each in self._minutes if each <= minute - 60 * KEPT]:
            del self._minutes[old]
        return self._minutes.setdefault(minute, {})

    def _snapshot(self) -> list[tuple[int, dict[Key, tuple[Distribution, ...]]]]:
        """What nobody changes any more. Only the latest minutes are copied: whoever adds waits meanwhile."""
        with self._lock:
            minutes = sorted(self._minutes.items())
            for index, (minute, keys) in list(enumerate(minutes))[-2:]:
                copied = {key: tuple(each.copy() for each in found) for key, found in keys.items()}
                minutes[index] = minute, copied
        return minutes

    def samples(
        self, publish: Callable[[Key, tuple[Distribution, ...]], Iterable[tuple[Metric, Distribution]]]
    ) -> Iterator[Sample]:
        """All values as samples: `publish` says what those of a key are published as."""
        merged: dict[tuple[Metric, int], Distribution] = {}
        for minute, keys in self._snapshot():
            for key, found in keys.items():
                for metric, distribution in publish(key, found):
                    merged.setdefault((metric, minute), Distribution()).merge(distribution)
        return ((metric, minute, distribution) for (metric, minute), distribution in merged.items())
