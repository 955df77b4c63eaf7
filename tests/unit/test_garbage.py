"""Nobody who is served waits for a full collection of Python's garbage collector."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator
from itertools import count

import pytest
import virtual_time

from localalb import garbage


class Cycle:
    """What only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thresholds() -> Iterator[tuple[int, int, int]]:
    gc.freeze()  # all that the other tests have left, for which Python would put a full collection off
    gc.collect()
    before = gc.get_threshold()
    yield before
    gc.unfreeze()
    assert gc.get_threshold() == before, "as it was when nothing is served any more"


def left_behind(collections: int) -> weakref.ref[Cycle]:
    """A cycle that so many collections of what is new have taken for what stays."""
    cycle = Cycle()
    for _ in range(collections):
        gc.collect(0)
    return weakref.ref(cycle)


async def after(served: Iterator[int], seconds: float) -> None:
    work = asyncio.create_task(garbage.collect(lambda: next(served)))
    await asyncio.sleep(seconds)
    work.cancel()
    await asyncio.wait({work})


def quietly() -> Iterator[int]:
    while True:
        yield 1


def test_it_is_collected_when_nobody_is_served() -> None:
    left = left_behind(garbage.REASON + 1)
    virtual_time.run(after(quietly(), garbage.QUIET + 0.5))
    assert left() is None


def test_it_is_not_while_requests_come() -> None:
    left = left_behind(garbage.REASON + 1)
    virtual_time.run(after(count(), 20))
    assert left() is not None


def test_what_is_new_is_looked_through_while_they_do() -> None:
    """Also where Python would wait, as there are no more objects than before."""
    cycle = weakref.ref(Cycle())
    assert cycle() is not None
    virtual_time.run(after(count(), 2 * garbage.LOOK))
    assert cycle() is None


def test_nor_where_there_is_no_reason() -> None:
    left = left_behind(garbage.REASON // 2)
    virtual_time.run(after(quietly(), 20))
    assert left() is not None


def test_requests_without_a_pause_do_not_put_it_off_for_ever() -> None:
    left = left_behind(garbage.AT_MOST + 1)
    virtual_time.run(after(count(), 0.5))
    assert left() is None


def test_python_does_not_begin_one_by_itself() -> None:
    async def run() -> None:
        work = asyncio.create_task(garbage.collect(lambda: 0))
        await asyncio.sleep(0)
        left = left_behind(garbage.REASON + 1)
        many = 100 * gc.get_threshold()[0]
        kept: list[list[int]] = [[] for _ in range(many)]
        assert left() is not None
        del kept
        work.cancel()
        await asyncio.wait({work})

    virtual_time.run(run())
