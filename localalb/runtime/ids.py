"""Ids of invocations."""

from __future__ import annotations

import random

_random = random.Random()  # ids keep nothing secret, so no system call is made for each


def request_id() -> str:
    """A UUID of version 4 (RFC 9562), as Lambda's request ids are."""
    digits = f"{_random.getrandbits(128):032x}"
    variant = "89ab"[_random.getrandbits(2)]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
