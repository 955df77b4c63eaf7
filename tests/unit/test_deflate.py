"""modules/package/deflate.py: what zlib reads, and the same bytes for ever."""

from __future__ import annotations

import hashlib
import random
import zlib
from pathlib import Path

import pytest
from deflate import BLOCK, END, LONGEST, WINDOW, chosen, deflate, huffman, packed, parse
from hypothesis import given
from hypothesis import strategies as st

HANDLER = Path(__file__).parents[2] / "handler"
FIBONACCI = [1, 1]
while len(FIBONACCI) < 22:
    FIBONACCI.append(FIBONACCI[-1] + FIBONACCI[-2])

chance = random.Random(1951)
NOISE = chance.randbytes(3 * BLOCK)
WORDS = [chance.randbytes(2 + int(chance.random() * 7)) for _ in range(400)]
TEXT = b" ".join(WORDS[int(chance.random() ** 2 * len(WORDS))] for _ in range(30_000))


def unlike(count: int, alphabet: bytes) -> bytes:
    """So many bytes in which no four come twice."""
    text, seen = alphabet[-1:] * 3, set()
    while len(text) < count:
        text += next(bytes([each]) for each in alphabet if text[-3:] + bytes([each]) not in seen)
        seen.add(text[-4:])
    return text


CASES = {
    "nothing": b"",
    "a byte": b"x",
    "too short for a match": b"abc",
    "the fixed code": b"def handler(event, context):\n    return {}\n",
    "every byte": bytes(range(256)) * 3,
    "one byte again and again": bytes(100_000),
    "the longest match": b"abcde" * 52,
    "text over several blocks": TEXT,
    "a whole block": NOISE[:BLOCK],
    "a block and a byte": NOISE[: BLOCK + 1],
    "noise": NOISE,
    "noise, then text": NOISE[: BLOCK + 7] + TEXT,
    "as far back as can be": b"begin" + NOISE[: WINDOW - 5] + b"begin" + bytes(9),
    "too far back": b"begin" + NOISE[: WINDOW - 4] + b"begin" + bytes(9),
    "as few symbols as have a code of their own": unlike(64, b"abc"),
}


def inflated(stream: bytes) -> bytes:
    """What zlib makes of a stream that ends where it says."""
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    data = reader.decompress(stream) + reader.flush()
    assert reader.eof
    assert not reader.unused_data
    return data


@pytest.mark.parametrize("name", CASES)
def test_zlib_reads_it(name: str) -> None:
    assert inflated(deflate(CASES[name])) == CASES[name]


@given(st.binary(max_size=2000))
def test_zlib_reads_any_bytes(data: bytes) -> None:
    assert inflated(deflate(data)) == data


# What a package's files are: pieces that come again, near and far, once and often.
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 400)), max_size=60),
    st.lists(st.binary(), min_size=10, max_size=10),
)
def test_zlib_reads_what_repeats(order: list[tuple[int, int]], pieces: list[bytes]) -> None:
    data = b"".join(pieces[which] * times for which, times in order)
    assert inflated(deflate(data)) == data


def test_same_bytes_for_ever() -> None:
    """No machine and no Python is in it. Another digest is another zip for everybody who uses the module: it
    belongs into the changelog.
    """
    streams = b"".join(deflate(CASES[name]) for name in CASES)
    digest = "07bc5dc523ff0eb402b6334ae716cf27db87c86702e6f0f1df02610f02515e90"
    assert hashlib.sha256(streams).hexdigest() == digest


def test_matches() -> None:
    """The literal bytes before each, how long it is and how far back; the longest is 258 bytes."""
    assert parse(b"ab" + b"xyz1" + b"." + b"xyz1" + b"b") == ([b"abxyz1.", b"b"], [(4, 5)])
    assert parse(bytes(4 + LONGEST + 9)) == ([bytes(1), b"", b""], [(LONGEST, 1), (12, LONGEST)])


def test_no_code_is_longer_than_its_limit() -> None:
    """RFC 1951, 3.2.7: 15 bits, and 7 for those of the table. Fibonacci's numbers make the longest codes."""
    counts = dict(enumerate(FIBONACCI))
    assert max(huffman(counts, 99).values()) == len(FIBONACCI) - 1
    for limit in (15, 7):
        widths = huffman(counts, limit)
        assert max(widths.values()) <= limit
        assert sum(2.0**-width for width in widths.values()) == 1
    kind, code, distances = chosen({symbol or END: count for symbol, count in counts.items()}, counts)
    assert max(map(len, [*code.values(), *distances.values()])) <= 15
    assert inflated(packed("1" + kind + code[END])) == b""


def test_nothing_gets_much_larger() -> None:
    """Five bytes a block."""
    assert len(deflate(NOISE)) <= len(NOISE) + 5 * 4


@pytest.mark.parametrize("file", sorted(HANDLER.glob("*.py")), ids=lambda path: path.name)
def test_code_is_a_tenth_larger_than_by_zlib(file: Path) -> None:
    data = file.read_bytes()
    assert len(deflate(data)) < 1.12 * len(zlib.compress(data, 9))
