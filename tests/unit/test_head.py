"""The head of a request over HTTP/1.1: what is seen in one look is what is seen line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.http.desync import Tier
from localalb.http.head import parse_head

LINE = b"POST /a?b HTTP/1.1"

names = st.one_of(
    st.sampled_from([b"Connection", b"EXPECT", b"content-length", b"Transfer-Encoding", b"Content_Length"]),
    st.from_regex(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,9}", fullmatch=True),
)
values = st.one_of(
    st.sampled_from([b"close", b"5", b"chunked", b"a: b", b" ", b"\t a \t b\t "]),
    st.from_regex(rb"[\t -~\x80-\xff]{0,9}", fullmatch=True),
)


@given(st.lists(st.tuples(names, values), max_size=6))
def test_however_its_lines_end_a_head_says_the_same(headers: list[tuple[bytes, bytes]]) -> None:
    """RFC 9112, 2.2: a line feed alone may end a line. Such a head is looked at line by line."""
    lines = [LINE, *(name + b":" + value for name, value in headers)]
    quick, slow = parse_head(b"\r\n".join(lines)), parse_head(b"\n".join(lines), crlf=False)
    assert quick.headers == slow.headers
    assert (quick.method, quick.target, quick.version) == (slow.method, slow.target, slow.version)
    assert (quick.hop, quick.framing) == (slow.hop, slow.framing)
    assert max(quick.verdict.tier, Tier.ACCEPTABLE) == slow.verdict.tier


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("value", [b"a b", b" a b", b"a b ", b"\t a b \t"])
def test_white_space_around_a_value_is_no_part_of_it(value: bytes, end: bytes) -> None:
    """RFC 9110, 5.5."""
    assert parse_head(LINE + end + b"X:" + value).headers == (("X", "a b"),)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("value", [b"", b" ", b" \t "])
def test_a_value_may_be_empty(value: bytes, end: bytes) -> None:
    assert parse_head(LINE + end + b"X:" + value + end + b"Y: z").headers == (("X", ""), ("Y", "z"))
