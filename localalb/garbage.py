"""When Python looks through everything that lives here for cycles nobody needs: while nobody is served.

Such a full collection stops the loop and all threads, for 40 to 140 ms where the journal and the log book are
full: every client that is being served waits so long, and a benchmark's p99 is the time of a collection.
Young objects are looked through as ever, in a few milliseconds: nearly all cycles are found there.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

PAUSE = 1.0  # seconds between two looks
# Collections of the middle generation since the last full one: Python's own reason for another (its third
# threshold), and what is waited for at most while requests come without a pause, some million objects.
REASON = 10
AT_MOST = 500
_NEVER = 2**31 - 1


async def collect(served: Callable[[], int]) -> None:
    """Collect in the pauses, for as long as this runs; `served` counts requests."""
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)
    try:
        last = served()
        while True:
            await asyncio.sleep(PAUSE)
            if due(gc.get_count()[2], quiet=last == (last := served())):
                gc.collect()
    finally:
        gc.set_threshold(young, middle, old)


def due(collections: int, *, quiet: bool) -> bool:
    """Whether a full collection is, after so many of the middle generation. `quiet`: nobody was served."""
    return collections > (REASON if quiet else AT_MOST)


def keep() -> None:
    """Take all there is for what stays, and do not look through it again.

    For botocore's and moto's models, a million objects: looking through them takes a third of a second.
    """
    gc.freeze()
