"""Ids of traces."""

from __future__ import annotations

import random
import time

_random = random.Random()  # ids keep nothing secret, so no system call is made for each


def new_trace() -> str:
    """A trace id (user guide, "Request tracing")."""
    return f"1-{int(time.time()):08x}-{_random.getrandbits(96):024x}"
