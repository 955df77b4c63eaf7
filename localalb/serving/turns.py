"""One client's bytes are read for a moment at a time, so that no client makes another wait."""

from __future__ import annotations

import time
from collections.abc import Callable

TURN = 0.002  # seconds
# A client that was refused is read, not heard, for so long: closing with its bytes unread would reset the
# connection, and it might never read the answer (RFC 9112 section 9.6).
LINGER = 2.0


def take(step: Callable[[], bool]) -> bool:
    """Do steps until one says that nothing is left to do, or the turn is over; whether something is left."""
    end = time.perf_counter() + TURN
    while step():
        if time.perf_counter() >= end:
            return True
    return False
