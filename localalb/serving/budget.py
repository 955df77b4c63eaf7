"""HTTP/2 frames that bring no request forward, and how many of them a connection may send. Pure.

RFC 9113 section 10.5: such frames are legitimate, and a burden where they are many; an endpoint that does
not watch them is open to denial of service. They are counted as nghttp2 counts suspicious ones: a bucket of
1000 tokens, 33 more a second (nghttp2.org, nghttp2_option_set_glitch_rate_limit and
nghttp2_option_set_stream_reset_rate_limit). Here a client also earns tokens with what it takes: whoever
reads answers may well ping, cancel and open windows between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

BURST = 1000
RATE = 33.0  # a second
FOR_AN_ANSWER = 4  # PRIORITY, PING, SETTINGS, a cancelled neighbour
FOR_DATA = 2  # WINDOW_UPDATE of the stream and of the connection

HEADER = 9
MAX_FRAME = 16 * 1024  # what RFC 9113 section 6.5.2 gives where no setting says more
DATA, HEADERS = 0x0, 0x1
END_STREAM = 0x1


class Frame(NamedTuple):
    """What a frame's header says (RFC 9113 section 4.1). `length` is the payload's, in bytes."""

    length: int
    kind: int
    flags: int
    stream: int


def frame(data: bytes | bytearray) -> Frame | None:
    """The header that `data` begins with; None where it is not whole."""
    if len(data) < HEADER:
        return None
    stream = int.from_bytes(data[5:9], "big") & 0x7FFFFFFF
    return Frame(int.from_bytes(data[:3], "big"), data[3], data[4], stream)


def brings_forward(frame: Frame) -> bool:
    """Whether a frame is a part of a request: its headers, some of its body, or its end.

    What else h2 takes for one is bounded by h2: streams by MAX_CONCURRENT_STREAMS, CONTINUATION by 64.
    """
    if frame.kind == DATA:
        return frame.length > 0 or bool(frame.flags & END_STREAM)
    return frame.kind == HEADERS


@dataclass(slots=True)
class Budget:
    """The tokens of one connection. `now` is in seconds, by a clock that does not go back."""

    now: float
    tokens: float = BURST

    def spend(self, now: float) -> bool:
        """Take a token; False where none is left."""
        self.tokens = min(BURST, self.tokens + (now - self.now) * RATE)
        self.now = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def earn(self, tokens: int) -> None:
        self.tokens = min(BURST, self.tokens + tokens)
