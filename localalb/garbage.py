"""When Python looks for cycles nobody needs among all that lives here: while nobody is served.

A full collection stops the loop and all threads, for 40 to 140 ms where the journal and the log book are
full: every client that is being served waits so long, and a benchmark's p99 is the time of a collection. One
of the middle generation takes 2 ms, and each object that is kept goes through it. Only the youngest objects
are looked through as ever, in a fraction of that: nearly all cycles are found there.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

PAUSE = 1.0  # seconds between two looks
# Collections of the youngest since the last full one: Python's own reason for another (the product of its
# other two thresholds), and what is waited for at most while requests come without a pause, some million
# objects.
REASON = 100
AT_MOST = 5000
SHARE = 0.01  # of the time, at most, goes into it
_NEVER = 2**31 - 1


async def collect(served: Callable[[], int]) -> None:
    """Collect in the pauses, for as long as this runs; `served` counts requests."""
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, _NEVER, _NEVER)
    try:
        last, rest = served(), PAUSE
        while True:
            await asyncio.sleep(rest)
            rest = PAUSE
            if due(gc.get_count()[1], quiet=last == (last := served())):
                began = time.perf_counter()
                gc.collect()
                rest = max(PAUSE, (time.perf_counter() - began) / SHARE)
    finally:
        gc.set_threshold(young, middle, old)


def due(collections: int, *, quiet: bool) -> bool:
    """Whether a full collection is, after so many of the youngest. `quiet`: nobody was served."""
    return collections > (REASON if quiet else AT_MOST)


def keep() -> None:
    """Take all there is for what stays, and do not look through it again.

    For botocore's and moto's models, a million objects: looking through them takes a third of a second.
    """
    gc.freeze()
