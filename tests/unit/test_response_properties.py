"""What holds for every result of a function and the response made of it."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from http.client import HTTPResponse
from typing import Any, TypeVar, cast

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from localalb.balancer import response
from localalb.http import faults, wire
from localalb.http.faults import Fault
from tests.cases import MODES, Mode
from tests.cases.compare import PAIRS

T = TypeVar("T")
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
TCHAR = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
PCHAR = TCHAR.translate(str.maketrans("", "", "#^`|")) + '/:@;,()=[]"<>\\{}'
SET_BY_ALB = {"host", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"}

in_both_modes = pytest.mark.parametrize("mode", MODES)

tokens = st.text(TCHAR, min_size=1, max_size=20)


def outcome(work: Callable[[], T]) -> T | Fault:
    """What a call returns, or the fault it raises; nothing else passes."""
    try:
        return work()
    except Fault as fault:
        return fault


any_text = st.one_of(st.text(st.characters(), max_size=12), st.text("ab \t\r\n\0:é\ud800☃", max_size=8))
any_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), any_text),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(tokens, any_text), inner, max_size=3)
    ),
    max_leaves=8,
)
header_names = st.one_of(
    tokens, st.sampled_from(["Content-Type", "Set-Cookie", "Server", "Date", "Connection", "Content-Length"])
)
valid = {
    "statusDescription": st.one_of(
        st.sampled_from(["200 OK", "404", ""]), any_text.map(lambda t: f"200 {t}")
    ),
    "headers": st.dictionaries(header_names, any_text, max_size=4),
    "multiValueHeaders": st.dictionaries(header_names, st.lists(any_text, max_size=3), max_size=4),
    "body": any_text,
    "isBase64Encoded": st.just(False),
}


@st.composite
def near_valid(draw: st.DrawFn) -> Any:
    """A valid result with at most one field replaced by something else."""
    made = draw(st.fixed_dictionaries({"statusCode": st.integers(200, 599)}, optional=cast(Any, valid)))
    spoilt = draw(st.sampled_from([None, "statusCode", *valid]))
    if spoilt is not None:
        made[spoilt] = draw(any_json)
    if draw(st.booleans()) and isinstance(made.get("body"), str):
        made["isBase64Encoded"] = True
        made["body"] = draw(
            st.one_of(st.just(made["body"]), st.binary().map(base64.b64encode).map(bytes.decode))
        )
    return made


class Socket:
    """Enough of a socket for http.client."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def check_http(payload: bytes, mode: Mode, method: str = "GET") -> None:
    """A result is a named fault, or a response that is HTTP/1.1 and no more than one."""
    parsed = outcome(lambda: response.parse(payload, multi_value=mode == "multi"))
    if isinstance(parsed, Fault):
        assert (parsed.status, bool(parsed.why)) == (502, True)
        assert parsed.reason in (faults.INVALID_RESPONSE, faults.RESPONSE_TOO_LARGE)
    answer = parsed.response() if isinstance(parsed, Fault) else parsed
    data = wire.http1(answer, method=method, date=DATE, keep_alive=True)
    head, separator, body = data.partition(b"\r\n\r\n")
    assert separator
    first, *lines = head.split(b"\r\n")
    assert re.fullmatch(rb"HTTP/1\.1 %d [\t\x20-\x7e\x80-\xff]*" % answer.status, first)
    for line in lines:
        assert re.fullmatch(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [\t\x20-\x7e\x80-\xff]*", line)
    assert len(lines) == len(wire.headers(answer, date=DATE)) + 1

    # As another maker's parser reads it.
    read = HTTPResponse(cast(Any, Socket(data)), method=method)
    read.begin()
    assert read.status == answer.status
    assert read.read() == body == (answer.body if wire.has_body(answer, method) else b"")


@in_both_modes
@given(value=any_json)
@example(value=None)
@example(value=[])
def test_any_result_is_a_response_or_a_fault(mode: Mode, value: Any) -> None:
    check_http(json.dumps(value).encode(), mode)


@in_both_modes
@given(value=near_valid(), method=st.sampled_from(["GET", "HEAD"]))
@example(value={"statusCode": 200, "statusDescription": "200 ☃"}, method="GET")
@example(value={"statusCode": 200, "body": "\ud800", "isBase64Encoded": True}, method="GET")
def test_almost_any_result_is_a_response_or_a_fault(mode: Mode, value: Any, method: str) -> None:
    check_http(json.dumps(value).encode(), mode, method)


@in_both_modes
@given(payload=st.binary(max_size=40))
@example(payload=b"[" * 100_000)
@example(payload=b'{"statusCode": 1' + b"0" * 5000 + b"}")
@example(payload='{"statusCode": 200}'.encode("utf-16"))
def test_any_bytes_are_a_response_or_a_fault(mode: Mode, payload: bytes) -> None:
    check_http(payload, mode)


@in_both_modes
@given(
    headers=st.dictionaries(
        st.text("abXY-", min_size=1, max_size=5),
        st.lists(st.text("abc=; é", max_size=8), min_size=1, max_size=3),
        max_size=5,
    ),
    body=st.binary(max_size=60),
)
def test_nothing_of_a_valid_result_is_lost(mode: Mode, headers: dict[str, list[str]], body: bytes) -> None:
    assume(not any(name.lower() in response.NOT_HONORED for name in headers))
    given = {name: each if mode == "multi" else each[-1] for name, each in headers.items()}
    result = {
        "statusCode": 200,
        PAIRS[mode][0]: given,
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    answer = response.parse(json.dumps(result).encode(), multi_value=mode == "multi")
    wanted = sorted(
        (name, value.strip(" \t"))
        for name, each in headers.items()
        for value in (each if mode == "multi" else each[-1:])
    )
    got = sorted((name, value.encode("latin-1").decode()) for name, value in answer.headers)
    assert [pair for pair in got if pair != ("Content-Type", response.DEFAULT_TYPE)] == wanted
    assert answer.body == body
