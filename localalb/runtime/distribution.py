"""What CloudWatch keeps of many values: their number, sum and range, and how they are spread.

Values are gathered as they come, by minute and outcome, counted many at a time, and become metrics when
somebody asks: a request costs a place in a list. The memory is bounded: no more than `GATHERED` values of an
outcome wait, a distribution has at most some thousand buckets, and the last `KEPT` minutes stay.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

KEPT = 180  # minutes; CloudWatch keeps them for 15 days
GATHERED = 512  # values of an outcome, which take 0.15 ms to count
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

    def add(self, *values: float) -> None:
        if not values:
            return
        self.count += len(values)
        self.total = sum(values, self.total)
        self.minimum = min(self.minimum, *values)
        self.maximum = max(self.maximum, *values)
        self._spread(Counter(map(_bucket, values)))

    def copy(self) -> Distribution:
        made = Distribution()
        made.merge(self)
        return made

    def merge(self, other: Distribution) -> None:
        self.count += other.count
        self.total += other.total
        self.minimum = min(self.minimum, other.minimum)
        self.maximum = max(self.maximum, other.maximum)
        self._spread(other.buckets)

    def _spread(self, buckets: Mapping[int, int]) -> None:
        for bucket, count in buckets.items():
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


class Tally:
    """The values of one outcome in one minute, which come so many (`width`) together."""

    __slots__ = ("_counted", "_gathered")

    def __init__(self, width: int) -> None:
        self._gathered: list[float] = []  # those of one time behind those of another
        self._counted = tuple(Distribution() for _ in range(width))

    def add(self, values: tuple[float, ...]) -> None:
        self._gathered.extend(values)
        if len(self._gathered) >= GATHERED:
            self.count()

    def count(self) -> tuple[Distribution, ...]:
        """A distribution for each of `width`."""
        width = len(self._counted)
        for place, distribution in enumerate(self._counted):
            distribution.add(*self._gathered[place::width])
        self._gathered.clear()
        return self._counted


class Tallies(Generic[Key]):
    """Values by minute and by outcome, which is whatever a key says. Safe to use from every thread.

    A key comes with the same number of values each time, and each of them has a distribution.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._minutes: dict[int, dict[Key, Tally]] = {}
        self._minute = -60  # of `_current`
        self._current: dict[Key, Tally] = {}

    def add(self, key: Key, *values: float) -> None:
        now = self._clock()
        with self._lock:
            if not 0 <= now - self._minute < 60:
                self._begin(int(now) // 60 * 60)
            tally = self._current.get(key)
            if tally is None:
                tally = self._current[key] = Tally(len(values))
            tally.add(values)

    def _begin(self, minute: int) -> None:
        """Go on to a minute; to one that has been, where the clock was set back."""
        for tally in self._current.values():
            tally.count()
        for old in [each for each in self._minutes if each <= minute - 60 * KEPT]:
            del self._minutes[old]
        self._minute, self._current = minute, self._minutes.setdefault(minute, {})

    def _snapshot(self) -> list[tuple[int, dict[Key, tuple[Distribution, ...]]]]:
        """What nobody changes any more. Only the current minute is copied: whoever adds waits meanwhile."""
        with self._lock:
            minutes = []
            for minute, tallies in sorted(self._minutes.items()):
                found = {key: tally.count() for key, tally in tallies.items()}
                if tallies is self._current:
                    found = {key: tuple(each.copy() for each in counted) for key, counted in found.items()}
                minutes.append((minute, found))
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
