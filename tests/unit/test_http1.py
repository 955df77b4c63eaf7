"""The reader of HTTP/1.1: bytes in, messages out. However the bytes are split, the outcome is the same; any
bytes end in messages or a `Fault`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from localalb.http.faults import Fault
from localalb.http.http1 import Reader
from localalb.http.limits import MAX_BODY, MAX_HEAD, MAX_LINE

Summary = tuple[list[tuple[bytes, bytes, bytes, int]], int | None]


@dataclass(frozen=True)
class Stream:
    """Bytes, the (method, target, body) of each message in them, and the status they end in."""

    source: str
    data: bytes
    messages: tuple[tuple[bytes, bytes, bytes], ...] = ()
    status: int | None = None
    mode: str = "defensive"


def post(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join((b"POST / HTTP/1.1", b"Host: a", *headers, b"", b"")) + body


CHUNKED = b"Transfer-Encoding: chunked"
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
ROOT = (b"GET", b"/", b"")
LINE = b"GET /%b HTTP/1.1\r\nHost: a\r\n\r\n"

STREAMS = {
    "two at once": Stream("RFC 9112, 9.3.2", GET + GET, (ROOT, ROOT)),
    "empty lines before": Stream("RFC 9112, 2.2", b"\r\n\n\r\n" + GET, (ROOT,)),
    "bare line feeds": Stream("RFC 9112, 2.2", GET.replace(b"\r", b""), (ROOT,)),
    "a body": Stream(
        "RFC 9112, 6.2", post(b"hello", b"Content-Length: 5") + GET, ((b"POST", b"/", b"hello"), ROOT)
    ),
    "chunks": Stream(
        "RFC 9112, 7.1",
        post(b"5\r\nhello\r\n1;a=b\r\n!\r\n0\r\n\r\n", CHUNKED),
        ((b"POST", b"/", b"hello!"),),
    ),
    "a trailer": Stream(
        "RFC 9112, 7.1.2", post(b"1\r\nx\r\n0\r\nA: b\r\n\r\n", CHUNKED) + GET, ((b"POST", b"/", b"x"), ROOT)
    ),
    "chunk size in upper case, with zeros": Stream(
        "RFC 9112, 7.1", post(b"00A\r\n0123456789\r\n0\r\n\r\n", CHUNKED), ((b"POST", b"/", b"0123456789"),)
    ),
    "chunked wins": Stream(
        "RFC 9112, 6.3", post(b"0\r\n\r\n", CHUNKED, b"Content-Length: 5"), ((b"POST", b"/", b""),)
    ),
    "chunk too long": Stream("RFC 9112, 7.1", post(b"1\r\nxy\r\n", CHUNKED), (), 400),
    "no chunk size": Stream("RFC 9112, 7.1", post(b"g\r\n", CHUNKED), (), 400),
    "a chunk's line ends in LF": Stream("RFC 9112, 7.1", post(b"1\nx\r\n", CHUNKED), (), 400),
    "HTTP/2's preface": Stream("user guide, HTTP 505", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (), 505),
    "no version": Stream("user guide, HTTP 400", b"GET /\r\n\r\n", (), 400),
    "another coding": Stream("user guide, HTTP 501", post(b"", b"Transfer-Encoding: gzip"), (), 501),
    "two lengths": Stream(
        "http-desync-guardian, MultipleContentLength",
        post(b"", b"Content-Length: 1", b"Content-Length: 2"),
        (),
        400,
    ),
    "a length of 4301 digits": Stream(
        "http-desync-guardian, BadContentLength",
        post(b"", b"Content-Length: " + b"1" * 4301),
        (),
        400,
        "monitor",
    ),
    "the longest request line": Stream(
        "user guide, HTTP 400",
        LINE % (b"a" * (MAX_LINE - 16)),
        ((b"GET", b"/" + b"a" * (MAX_LINE - 16), b""),),
    ),
    "a request line of 16 K": Stream("user guide, HTTP 400", LINE % (b"a" * (MAX_LINE - 14)), (), 400),
    "the longest header": Stream(
        "user guide, HTTP 400",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: %b\r\n\r\n" % (b"x" * (MAX_LINE - 5)),
        (ROOT,),
    ),
    "a header of 16 K": Stream(
        "user guide, HTTP 400",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: %b\r\n\r\n" % (b"x" * (MAX_LINE - 3)),
        (),
        400,
    ),
    "headers over 64 K": Stream(
        "user guide, HTTP 400", b"GET / HTTP/1.1\r\n" + (b"X: %b\r\n" % (b"x" * 16000)) * 5 + b"\r\n", (), 400
    ),
    "a URL over 64 K": Stream("user guide, HTTP 414", LINE % (b"a" * MAX_HEAD), (), 414),
}


def read(pieces: Iterable[bytes], mode: str = "defensive") -> Summary:
    """What comes of bytes: the messages, and the status of the fault they end in."""
    reader, found = Reader(mode), []
    try:
        for piece in pieces:
            for message in reader.feed(piece):
                head = message.head
                line = (head.method.encode("latin-1"), head.target.encode("latin-1"))
                found.append((*line, message.body, message.size))
    except Fault as fault:
        return found, fault.status
    return found, None


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream(name: str) -> None:
    stream = STREAMS[name]
    messages, status = read([stream.data], stream.mode)
    assert tuple(message[:3] for message in messages) == stream.messages
    assert status == stream.status
    if status is None:
        assert sum(message[3] for message in messages) == len(stream.data), "every byte belongs to a message"


@pytest.mark.parametrize("name", [name for name in STREAMS if len(STREAMS[name].data) < 2000])
def test_byte_by_byte(name: str) -> None:
    stream = STREAMS[name]
    data = stream.data
    assert read((data[n : n + 1] for n in range(len(data))), stream.mode) == read([data], stream.mode)


@given(st.sampled_from(sorted(STREAMS)), st.lists(st.integers(0, 100_000), max_size=8))
def test_any_split_gives_the_same(name: str, places: list[int]) -> None:
    stream = STREAMS[name]
    assert read(cut(stream.data, places), stream.mode) == read([stream.data], stream.mode)


fragments = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            *(
                b"GET / HTTP/1.1\r\n",
                b"POST /x HTTP/1.0\r\n",
                b"\r\n",
                b"\n",
                b"Host: a\r\n",
                CHUNKED + b"\r\n",
            ),
            *(
                b"Content-Length: 3\r\n",
                b"abc",
                b"3\r\nabc\r\n",
                b"0\r\n",
                b" folded\r\n",
                b"X : y\r\n",
                b"\r",
            ),
            *(b"Content-Length: %b\r\n" % (b"1" * 5000), b"Expect: 100-continue\r\n", b"\0", b"\xff"),
        ]
    ),
)
MODES = st.sampled_from(["monitor", "defensive", "strictest"])


@given(st.lists(fragments, max_size=12).map(b"".join), st.lists(st.integers(0, 200), max_size=4), MODES)
@example(b"POST / HTTP/1.1\r\nContent-Length: " + b"1" * 4301 + b"\r\n\r\n", [], "monitor")
def test_any_bytes_are_messages_or_a_fault(data: bytes, places: list[int], mode: str) -> None:
    """Nothing else is ever raised, and a split changes nothing."""
    assert read(cut(data, places), mode) == read([data], mode)


def test_a_body_over_the_limit_is_cut_and_counted() -> None:
    data = post(bytes(MAX_BODY + 1000), b"Content-Length: %d" % (MAX_BODY + 1000))
    ((_, _, body, size),), _ = read(cut(data, range(0, len(data), 65536)))
    assert len(body) == MAX_BODY + 1
    assert size == len(data)


def test_what_the_client_waits_for_is_owed_once() -> None:
    reader = Reader()
    head = post(b"", b"Expect: 100-continue", b"Content-Length: 2")
    assert list(reader.feed(head)) == []
    assert reader.started
    assert [reader.owes_continue(), reader.owes_continue()] == [True, False]
    assert len(list(reader.feed(b"ab"))) == 1
    assert not reader.started
    assert list(reader.feed(head + b"a")) == []
    assert not reader.owes_continue(), "its body comes already"


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\nHost: a\r\nX:  b ", b"GET / HTTP/1.1\nHost: a"])
def test_a_head_is_known_as_it_came(sent: bytes) -> None:
    """The inspector shows it."""
    (message,) = Reader().feed(b"\r\n" + sent + b"\r\n\r\n")
    assert message.head.raw == sent


@pytest.mark.parametrize(
    ("sent", "head"),
    [
        (b"GET  HTTP/1.1\r\nHost: a\r\n\r\n", b"GET  HTTP/1.1\r\nHost: a"),
        (b"\xff\xfe\r\n\r\n", b"\xff\xfe"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /next", b"POST /next"),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked",
        ),
    ],
)
def test_what_is_no_request_is_known_too(sent: bytes, head: bytes) -> None:
    reader = Reader()
    with suppress(Fault):
        list(reader.feed(sent))
    assert reader.raw == head
