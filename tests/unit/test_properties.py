"""What holds for every request and every result, and for the tables of cases themselves."""

from __future__ import annotations

import base64
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable
from http.client import HTTPResponse
from typing import Any, TypeVar, cast

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from localalb.balancer import event, response
from localalb.balancer.event import Settings
from localalb.http import faults, wire
from localalb.http.faults import Fault
from localalb.http.message import Request
from tests.cases import MODES, NO_SOURCE, Case, Mode, refusals, requests, responses, rules
from tests.cases.compare import FIELDS, PAIRS

T = TypeVar("T")
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
TCHAR = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
PCHAR = TCHAR.translate(str.maketrans("", "", "#^`|")) + '/:@;,()=[]"<>\\{}'
SET_BY_ALB = {"host", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"}

in_both_modes = pytest.mark.parametrize("mode", MODES)

# ------------------------------------------------------------------------------------------------- requests

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


# -------------------------------------------------------------------------------------------------- results

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


# -------------------------------------------------------------------------------------- the tables themselves

TABLES: list[Case] = [
    case
    for sections in (requests.SECTIONS, responses.SECTIONS, rules.SECTIONS, refusals.SECTIONS)
    for rows in sections.values()
    for case in rows
]


def test_every_row_has_an_id_of_its_own() -> None:
    ids = [case.id for case in TABLES]
    assert sorted(ids) == sorted(set(ids))
    assert [id for id in ids if re.search(r"\s", id)] == []


def test_every_row_is_fit_to_print() -> None:
    """A sentence, and a public source unless it is a guess."""
    unfit = [
        case.id
        for case in TABLES
        if not case.fact.endswith(".")
        or "\n" in case.fact
        or not case.source
        or (case.source == NO_SOURCE and case.confidence != "guess")
    ]
    assert unfit == []
