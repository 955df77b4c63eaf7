"""Deflate (RFC 1951), written so that this file alone decides its output: the same bytes under every Python.

zlib, zlib-ng and zlib-rs compress one input to different bytes, and so do their versions, so a zip made with
them would differ from machine to machine. Other output here is another zip for everybody, so
tests/unit/test_deflate.py holds it.

The data is cut into blocks. Where four bytes were in the block before, a match begins: so many bytes, so far
back. The last such place is taken, no better one is looked for, and what a match covers is not remembered:
that takes a third of a microsecond a byte, and the output is a tenth larger than zlib's best. Matches, and
the literal bytes between them, are then written in the shorter of two codes: RFC 1951's fixed one, or one
made for the block (Huffman's).

Bits are text of 0 and 1 here, in the order of the stream: Python has nothing faster to join them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

BLOCK = 0xFFFF  # bytes: what a block that is not compressed can hold
WINDOW = 0x8000
SHORTEST, LONGEST = 4, 258  # bytes of a match
END = 256  # the symbol of a block's end; those below are literal bytes, those above lengths of matches
FEW = 64  # symbols and fewer do without a code of their own, whose table alone takes 50 bytes
TABLE = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)  # its order, section 3.2.7


def deflate(data: bytes) -> bytes:
    """The data as a deflate stream, without zlib's header."""
    whole, rest = bytearray(), ""
    for start in range(0, len(data) or 1, BLOCK):
        part = data[start : start + BLOCK]
        rest += "1" if start + BLOCK >= len(data) else "0"
        coded = block(part)
        if len(coded) <= 8 * len(part):
            rest += coded
        else:
            whole += packed(rest + "00")  # up to the next byte: section 3.2.4
            whole += len(part).to_bytes(2, "little") + (len(part) ^ 0xFFFF).to_bytes(2, "little") + part
            rest = ""
        full = len(rest) & ~7
        whole += packed(rest[:full])
        rest = rest[full:]
    return bytes(whole + packed(rest))


def block(data: bytes) -> str:
    """A compressed block: its kind, its code's table, the data and the end."""
    literals, matches = parse(data)
    text = b"".join(literals)
    symbols = {byte: text.count(byte) for byte in set(text)}
    symbols[END] = 1
    distances: dict[int, int] = {}
    for length, back in matches:
        symbol, _ = LENGTHS[length]
        symbols[symbol] = symbols.get(symbol, 0) + 1
        symbol, _ = distance(back)
        distances[symbol] = distances.get(symbol, 0) + 1
    kind, code, distance_code = chosen(symbols, distances)
    written = [kind]
    for literal, (length, back) in zip(literals, matches):
        symbol, more = LENGTHS[length]
        place, further = distance(back)
        written += map(code.__getitem__, literal)
        written.append(code[symbol] + more + distance_code[place] + further)
    written += map(code.__getitem__, literals[-1])
    written.append(code[END])
    return "".join(written)


def parse(data: bytes) -> tuple[list[bytes], list[tuple[int, int]]]:
    """The literal bytes before each match and behind the last, and the matches: how long, how far back."""
    literals, matches = [], []
    seen: dict[bytes, int] = {}
    known = seen.get
    size = len(data)
    last = size - SHORTEST
    start = here = 0  # `start` is behind the last match
    while here <= last:
        four = data[here : here + 4]
        there = known(four)
        seen[four] = here
        if there is None or here - there > WINDOW:
            here += 1 + (here - start >> 8)  # faster through what does not compress
            continue
        end, other, most = here + 4, there + 4, min(here + LONGEST, size)
        while end < most and data[end] == data[other]:
            end += 1
            other += 1
        literals.append(data[start:here])
        matches.append((end - here, here - there))
        start = here = end
    literals.append(data[start:])
    return literals, matches


def chosen(
    symbols: Mapping[int, int], distances: Mapping[int, int]
) -> tuple[str, Mapping[int, str], Mapping[int, str]]:
    """The kind of block with what belongs to it, the code of the symbols and that of the distances, for so
    many of each.
    """
    if sum(symbols.values()) <= FEW:
        return FIXED
    widths, distance_widths = huffman(symbols, 15), huffman(distances, 15)
    kind = "01" + table(widths, distance_widths)
    own = len(kind) + cost(symbols, widths) + cost(distances, distance_widths)
    if own < 2 + cost(symbols, FIXED_WIDTHS) + 5 * sum(distances.values()):
        return kind, codes(widths), codes(distance_widths)
    return FIXED


def cost(counts: Mapping[int, int], widths: Mapping[int, int]) -> int:
    """The bits of so many of each symbol, without those that follow."""
    return sum(widths[symbol] * count for symbol, count in counts.items())


def huffman(counts: Mapping[int, int], limit: int) -> dict[int, int]:
    """How many bits, up to `limit`, each symbol's code should have that is there so often.

    The two rarest are joined again and again, the smaller symbol first where some are as rare. Leaves are
    sorted and joints get no lighter, so the rarest is the first of one of both.
    """
    leaves = sorted(counts, key=lambda symbol: (counts[symbol], symbol))
    count = len(leaves)
    if count < 2:
        return dict.fromkeys(leaves, 1)
    weights = [counts[symbol] for symbol in leaves]
    leaf, joint = 0, count
    above = [0] * (2 * count - 1)
    for new in range(count, 2 * count - 1):
        weight = 0
        for _ in range(2):
            if leaf < count and (joint == new or weights[leaf] <= weights[joint]):
                rarest, leaf = leaf, leaf + 1
            else:
                rarest, joint = joint, joint + 1
            weight += weights[rarest]
            above[rarest] = new
        weights.append(weight)
    widths = [0] * (2 * count - 1)
    for node in range(2 * count - 3, -1, -1):
        widths[node] = widths[above[node]] + 1
    if widths[0] > limit:  # of the rarest: then all are made more alike
        return huffman({symbol: (count + 1) // 2 for symbol, count in counts.items()}, limit)
    return dict(zip(leaves, widths))


def codes(widths: Mapping[int, int]) -> dict[int, str]:
    """The codes of these widths: section 3.2.2."""
    made, code, before = {}, 0, 0
    for width, symbol in sorted((width, symbol) for symbol, width in widths.items()):
        code <<= width - before
        made[symbol] = format(code, f"0{width}b")
        code, before = code + 1, width
    return made


def table(widths: Mapping[int, int], distance_widths: Mapping[int, int]) -> str:
    """The widths as a block says them: section 3.2.7."""
    symbols, distances = max(widths) + 1, max(distance_widths, default=0) + 1
    row = [widths.get(symbol, 0) for symbol in range(symbols)]
    row += [distance_widths.get(symbol, 0) for symbol in range(distances)]
    runs = list(shortened(row))
    counts: dict[int, int] = {}
    for symbol, _ in runs:
        counts[symbol] = counts.get(symbol, 0) + 1
    run_widths = huffman(counts, 7)
    code = codes(run_widths)
    used = max(place for place, symbol in enumerate(TABLE) if symbol in code) + 1
    return "".join(
        [
            bits(symbols - 257, 5) + bits(distances - 1, 5) + bits(used - 4, 4),
            *(bits(run_widths.get(symbol, 0), 3) for symbol in TABLE[:used]),
            *(code[symbol] + more for symbol, more in runs),
        ]
    )


def shortened(row: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Widths, or symbols that repeat one, each with the bits that follow: section 3.2.7."""
    start = 0
    while start < len(row):
        width, end = row[start], start + 1
        while end < len(row) and row[end] == width:
            end += 1
        count, start = end - start, end
        if width:
            yield width, ""
            count -= 1
        most = 6 if width else 138
        while count >= 3:
            run = min(count, most)
            count -= run
            if width:
                yield 16, bits(run - 3, 2)
            else:
                yield (17, bits(run - 3, 3)) if run < 11 else (18, bits(run - 11, 7))
        for _ in range(count):
            yield width, ""


def bits(number: int, width: int) -> str:
    """A number of so many bits, the lowest first: section 3.1.1."""
    return format(number, f"0{width}b")[::-1] if width else ""


def packed(text: str) -> bytes:
    """Bits as bytes: the first is the lowest of the first byte."""
    return int(text[::-1] or "0", 2).to_bytes((len(text) + 7) // 8, "little")


def lengths() -> dict[int, tuple[int, str]]:
    """The symbol of each length of a match, and the bits that follow: section 3.2.5."""
    found, length = {}, 3
    for symbol in range(257, 285):
        more = max(0, (symbol - 261) // 4)
        for number in range(1 << more):
            found[length] = symbol, bits(number, more)
            length += 1
    return {**found, LONGEST: (285, "")}


@cache
def distance(back: int) -> tuple[int, str]:
    """The symbol of a distance, and the bits that follow: section 3.2.5."""
    more = max(0, (back - 1).bit_length() - 2)
    return 2 * more + (back - 1 >> more), bits(back - 1 & (1 << more) - 1, more)


LENGTHS = lengths()
# Section 3.2.6.
FIXED_WIDTHS = {symbol: 8 + (144 <= symbol <= 255) - (256 <= symbol <= 279) for symbol in range(288)}
FIXED = "10", codes(FIXED_WIDTHS), codes(dict.fromkeys(range(30), 5))
