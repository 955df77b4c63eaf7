"""How long the fields of an HTTP/2 header block are as they came, compressed. Pure.

Over 8 K of one the load balancer ends the connection (user guide of 2023, "Troubleshoot": "The load balancer
sends a response code of 000"). The decoder does not tell these lengths.
"""

from __future__ import annotations

from localalb.http.limits import MAX_FIELD
from localalb.serving.budget import HEADER, HEADERS, Frame

CONTINUATION = 0x9
PADDED, PRIORITY, END_HEADERS = 0x8, 0x20, 0x4


class FieldSizes:
    """Looks at the frames of one connection."""

    def __init__(self) -> None:
        self._block = bytearray()

    def over(self, frame: Frame, data: bytes) -> bool:
        """Whether `frame`, whose bytes are `data`, ends a block with a field that is too long."""
        if frame.kind == HEADERS:
            if frame.length <= MAX_FIELD and frame.flags & END_HEADERS:
                return False  # as good as always
            self._block = bytearray(_fragment(frame, data))
        elif frame.kind == CONTINUATION:
            self._block += data[HEADER:]
        else:
            return False
        ends = frame.flags & END_HEADERS and len(self._block) > MAX_FIELD
        return bool(ends) and longest(bytes(self._block)) > MAX_FIELD


def _fragment(frame: Frame, data: bytes) -> bytes:
    """A HEADERS frame's part of the block (RFC 9113 section 6.2)."""
    start, end = HEADER, len(data)
    if frame.flags & PADDED:
        end -= data[start] if len(data) > start else 0
        start += 1
    return data[start + (5 if frame.flags & PRIORITY else 0) : end]


def longest(block: bytes) -> int:
    """The bytes of the longest field of a block (RFC 7541 section 6). What is cut short is for the decoder to
    refuse: it counts as far as it goes."""
    at = found = 0
    while at < len(block):
        start, first = at, block[at]
        if first & 0x80:  # all of it stands in a table
            at = _integer(block, at, 7)[1]
        elif first & 0x60 == 0x20:  # a new size of the table
            at = _integer(block, at, 5)[1]
        else:
            name, at = _integer(block, at, 6 if first & 0x40 else 4)
            if name == 0:
                at = _string(block, at)
            at = _string(block, at)
        found = max(found, min(at, len(block)) - start)
    return found


def _string(block: bytes, at: int) -> int:
    """Where the string ends that begins at `at` (section 5.2)."""
    length, at = _integer(block, at, 7)
    return at + length


def _integer(block: bytes, at: int, bits: int) -> tuple[int, int]:
    """The integer whose first `bits` stand at `at`, and where it ends (section 5.1)."""
    limit = (1 << bits) - 1
    number = (block[at] & limit) if at < len(block) else 0
    at += 1
    if number < limit:
        return number, at
    shift = 0
    while at < len(block):
        byte = block[at]
        at += 1
        number += (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    return number, at
