"""The compressed lengths of header fields, against what the hpack library encodes (RFC 7541)."""

from __future__ import annotations

import pytest
from hpack import Encoder
from hypothesis import given
from hypothesis import strategies as st

from localalb.http.limits import MAX_FIELD
from localalb.serving import field_sizes
from localalb.serving.budget import HEADER, HEADERS, Frame, frame
from localalb.serving.field_sizes import CONTINUATION, END_HEADERS, PADDED, PRIORITY, FieldSizes

texts = st.text("abcXYZ012 -_~é", min_size=1, max_size=200)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=8), st.booleans(), st.booleans())
def test_the_longest_of_a_block(fields: list[tuple[str, str]], huffman: bool, again: bool) -> None:
    encoder = Encoder()
    if again:  # now some stand in the table
        encoder.encode(fields, huffman=huffman)
    lengths = [len(_copy(encoder, fields, at, huffman)) for at in range(len(fields))]
    assert field_sizes.longest(encoder.encode(fields, huffman=huffman)) == max(lengths)


def _copy(encoder: Encoder, fields: list[tuple[str, str]], at: int, huffman: bool) -> bytes:
    """What one field becomes behind those before it."""
    one = Encoder()
    one.header_table.dynamic_entries = encoder.header_table.dynamic_entries.copy()
    one.header_table._current_size = encoder.header_table._current_size
    for field in fields[:at]:
        one.encode([field], huffman=huffman)
    return bytes(one.encode([fields[at]], huffman=huffman))


@given(st.binary(max_size=300))
def test_no_block_is_too_strange(block: bytes) -> None:
    assert 0 <= field_sizes.longest(block) <= len(block)


def sent(kind: int, payload: bytes, flags: int) -> tuple[Frame, bytes]:
    data = len(payload).to_bytes(3, "big") + bytes((kind, flags)) + b"\0\0\0\1" + payload
    found = frame(data)
    assert found
    assert len(data) == HEADER + found.length
    return found, data


def block(size: int) -> bytes:
    """A block whose last field is of `size` bytes."""
    ahead = Encoder().encode([(":method", "GET"), ("a", "b" * 4000), ("c", "d" * 4000)], huffman=False)
    empty = len(Encoder().encode([("x", "y" * 8000)], huffman=False)) - 8000
    return bytes(ahead) + bytes(Encoder().encode([("x", "y" * (size - empty))], huffman=False))


@pytest.mark.parametrize(("size", "over"), [(MAX_FIELD, False), (MAX_FIELD + 1, True)])
def test_over(size: int, over: bool) -> None:
    whole = block(size)
    sizes = FieldSizes()
    assert sizes.over(*sent(HEADERS, whole, END_HEADERS)) is over
    padded = b"\7" + b"\0\0\0\0\0" + whole + b"\0" * 7
    assert sizes.over(*sent(HEADERS, padded, END_HEADERS | PADDED | PRIORITY)) is over
    parts = [whole[:100], whole[100:9000], whole[9000:]]
    assert not sizes.over(*sent(HEADERS, b"\7" + parts[0] + b"\0\x7f" * 3 + b"\0", PADDED))
    assert not sizes.over(*sent(CONTINUATION, parts[1], 0))
    assert sizes.over(*sent(CONTINUATION, parts[2], END_HEADERS)) is over
