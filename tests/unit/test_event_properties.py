"""What holds for every request and the event made of it."""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.balancer import event
from localalb.balancer.event import Settings
from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.message import Request
from tests.cases import MODES, Mode
from tests.cases.compare import FIELDS, PAIRS

T = TypeVar("T")
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
TCHAR = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
PCHAR = TCHAR.translate(str.maketrans("", "", "#^`|")) + '/:@;,()=[]"<>\\{}'
SET_BY_ALB = {"host", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"}

in_both_modes = pytest.mark.parametrize("mode", MODES)

tokens = st.text(TCHAR, min_size=1, max_size=20)


def field_value(text: str) -> str:
    """Text as bytes, one character each, without what a header's value cannot have."""
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", "", text.encode().decode("latin-1")).strip(" \t")


texts = st.one_of(st.text("abcdefXYZ0189 \t,;=\"'%/", max_size=20), st.text(max_size=8)).map(field_value)
octets = st.one_of(texts, st.text([chr(n) for n in range(0x80, 0x100)], max_size=8))
names = st.one_of(tokens, st.sampled_from(["Cookie", "cookie", "X-A", "x-a", "Accept", "Content-Type", "TE"]))
paths = st.text(PCHAR, max_size=30).map(lambda text: "/" + text)
queries = st.one_of(
    st.text(PCHAR + "?&", max_size=40),
    st.lists(st.sampled_from(["a=1", "a=2", "a", "a=", "=", "=b", "", "a=b=c", "%61=1", "A=1"])).map(
        "&".join
    ),
)
types = st.sampled_from(
    [None, "text/plain", "application/json", "application/json; charset=utf-8", "text/html", "image/png",
     "application/x-www-form-urlencoded", "application/problem+json", "", ";", "text/", "TEXT/x"]
)  # fmt: skip
bodies = st.one_of(st.binary(max_size=60), st.text(max_size=30).map(str.encode))


@st.composite
def any_request(draw: st.DrawFn, values: st.SearchStrategy[str]) -> Request:
    headers = draw(st.lists(st.tuples(names, values), max_size=8))
    if (kind := draw(types)) is not None:
        headers.append(("Content-Type", kind))
    if draw(st.booleans()):
        headers.append(("Content-Encoding", draw(st.sampled_from(["gzip", "identity", ""]))))
    query = draw(st.one_of(st.none(), queries))
    return Request(
        method=draw(tokens),
        target=draw(paths) + ("" if query is None else f"?{query}"),
        headers=(("Host", "demo.example"), *draw(st.permutations(headers))),
        body=draw(bodies),
    )


def outcome(work: Callable[[], T]) -> T | Fault:
    """What a call returns, or the fault it raises; nothing else passes."""
    try:
        return work()
    except Fault as fault:
        return fault


def event_of(request: Request, mode: Mode) -> Any:
    """The event as a function reads it."""
    headers = event.forwarded(request, Settings(), dns_name="lb.example", trace="Root=1-0-0")
    built = event.build(request, target_group="arn", multi_value=mode == "multi", headers=headers)
    return json.loads(json.dumps(built, ensure_ascii=False).encode())


def all_values(pairs: list[tuple[str, str]], mode: Mode) -> dict[str, Any]:
    """Every value of every name, in order; of single mode only the last."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        found[name].append(value)
    return {name: each if mode == "multi" else each[-1] for name, each in found.items()}


@in_both_modes
@given(request=any_request(texts))
def test_nothing_of_a_request_is_lost(mode: Mode, request: Request) -> None:
    built = outcome(lambda: event_of(request, mode))
    if isinstance(built, Fault):
        # Only a body that is sent as text but is none cannot be carried.
        assert (built.status, built.reason) == (400, faults.BAD_REQUEST)
        with pytest.raises(UnicodeDecodeError):
            request.body.decode()
        return
    assert set(built) == {*FIELDS, *PAIRS[mode]}
    headers_field, query_field = PAIRS[mode]

    body = built["body"]
    assert (
        base64.b64decode(body, validate=True) if built["isBase64Encoded"] else body.encode()
    ) == request.body

    sent = [
        (name.lower(), value.encode("latin-1").decode())
        for name, value in request.headers
        if name.lower() not in SET_BY_ALB
    ]
    got = {name: value for name, value in built[headers_field].items() if name not in SET_BY_ALB}
    assert got == all_values(sent, mode)
    assert set(built[headers_field]) - set(got) == SET_BY_ALB

    path, _, query = request.target.partition("?")
    assert built["path"] == path
    parts = [part for part in query.split("&") if part]
    pairs = [(key, value) for key, _, value in (part.partition("=") for part in parts)]
    assert built[query_field] == all_values(pairs, mode)
    assert built["httpMethod"] == request.method


@in_both_modes
@given(request=any_request(octets))
def test_a_request_is_an_event_or_a_bad_request(mode: Mode, request: Request) -> None:
    """Whatever the bytes of its headers are."""
    built = outcome(lambda: event_of(request, mode))
    if isinstance(built, Fault):
        assert (built.status, built.reason) == (400, faults.BAD_REQUEST)
        assert built.why


@given(sent=st.text(TCHAR + ";= ", max_size=80))
def test_a_trace_is_always_one_line_with_an_id_of_ours(sent: str) -> None:
    request = Request("GET", "/", (("X-Amzn-Trace-Id", sent),))
    made = event.trace_of(request, "1-12345678-0123456789abcdef01234567")
    assert re.search(r"(^|;)(Root|Self)=1-12345678-0123456789abcdef01234567(;|$)", made)
    assert "\r" not in made
    assert "\n" not in made
