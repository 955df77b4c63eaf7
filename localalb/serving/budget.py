"""What a client may send over HTTP/2 that brings no request forward: pings, settings, resets, crumbs of data.

Each such frame costs the server work and the client next to nothing (CVE-2019-9512, -9515, -9518; rapid reset
is CVE-2023-44487). RFC 9113 section 10.5 lets a server end such a connection with ENHANCE_YOUR_CALM. The
numbers are ours.
"""

from __future__ import annotations

FRAMES = 1000  # that may come before the first answer, and saved up at the most
EARNED = 200  # frames that an answer allows


class Budget:
    """How many more such frames a connection takes."""

    def __init__(self) -> None:
        self._left = FRAMES

    def spend(self) -> None:
        self._left -= 1

    def earn(self) -> None:
        self._left = min(self._left + EARNED, FRAMES)

    @property
    def exhausted(self) -> bool:
        return self._left < 0
