"""Frames of a worker, however its bytes arrive."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from localalb.runtime.bootstrap import FRAME
from localalb.runtime.frames import Frames

FRAMES = st.tuples(st.sampled_from([b"R", b"r", b"e"]), st.integers(0, 200), st.binary(max_size=20))


@given(st.lists(FRAMES, max_size=4), st.lists(st.integers(1, 30)))
def test_frames_are_the_same_however_they_arrive(
    frames: list[tuple[bytes, int, bytes]], cuts: list[int]
) -> None:
    raw = b"".join(FRAME.pack(kind, memory, len(payload)) + payload for kind, memory, payload in frames)
    seen: list[tuple[bytes, int, bytes]] = []
    reader = Frames(lambda *frame: seen.append(frame))
    for size in cuts:
        reader.data_received(raw[:size])
        raw = raw[size:]
    reader.data_received(raw)
    assert seen == frames


def test_each_frame_in_one_piece() -> None:
    """As the worker sends them, the next behind the answer to the one before."""
    seen: list[tuple[bytes, int, bytes]] = []
    reader = Frames(lambda *frame: seen.append(frame))
    for payload in (b"", b"one", b"two"):
        reader.data_received(FRAME.pack(b"r", 30, len(payload)) + payload)
    assert seen == [(b"r", 30, payload) for payload in (b"", b"one", b"two")]
