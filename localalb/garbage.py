"""When Python looks for cycles nobody needs: among what is new often, among all that lives here while nobody
is served.

A collection stops the loop and all threads: a full one for 40 to 140 ms where the journal and the log book
are full, and that would be the p99 of whoever is served. What is new is a matter of a millisecond if it is
looked through often. Python does so by how many objects more there are than before: where the journal drops
one for each that it keeps, it waits until 70,000 are new, and takes 50 ms for them.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

LOOK = 0.025  # seconds; new objects are looked through so often while requests come
QUIET = 1.0  # seconds without a request, in which nobody is taken to be served
# Collections of what is new since the last full one: Python's own reason for another (the product of its
# other two thresholds), and what is waited for at most while requests come without a pause, ten minutes.
REASON = 100
AT_MOST = 24_000
SHARE = 0.01  # of the time, at most, goes into full ones
_NEVER = 2**31 - 1


async def collect(served: Callable[[], int]) -> None:
    """Collect, for as long as this runs; `served` counts requests."""
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, _NEVER, _NEVER)
    try:
        last, quiet, rest = served(), 0.0, 0.0
        while True:
            await asyncio.sleep(LOOK)
            quiet, rest = quiet + LOOK, rest - LOOK
            if last != (last := served()):
                quiet = 0.0
                gc.collect(0)
            if rest <= 0 and due(gc.get_count()[1], quiet=quiet >= QUIET):
                began = time.perf_counter()
                gc.collect()
                rest = (time.perf_counter() - began) / SHARE
    finally:
        gc.set_threshold(young, middle, old)


def due(collections: int, *, quiet: bool) -> bool:
    """Whether a full collection is, after so many of what is new. `quiet`: nobody was served."""
    return collections > (REASON if quiet else AT_MOST)


def keep() -> None:
    """Take all there is for what stays, and do not look through it again.

    For botocore's and moto's models, a million objects: looking through them takes a third of a second.
    """
    gc.freeze()
