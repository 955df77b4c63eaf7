"""How far a request strays: tiers and reasons as http-desync-guardian documents them (its README,
"Classification"), and what a mode makes of a tier (user guide, "Desync mitigation mode").
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.http import desync
from localalb.http.desync import Tier
from localalb.http.head import parse_head
from tests.cases.guardian import GRADED, Graded

MODES = {
    # mode: (tiers that are refused, tiers behind which the connection ends)
    "monitor": (set(), set()),
    "defensive": ({Tier.SEVERE}, {Tier.AMBIGUOUS, Tier.SEVERE}),
    "strictest": ({Tier.ACCEPTABLE, Tier.AMBIGUOUS, Tier.SEVERE}, {Tier.AMBIGUOUS, Tier.SEVERE}),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("tier", Tier)
def test_a_mode_and_a_tier(mode: str, tier: Tier) -> None:
    refused, ends = MODES[mode]
    assert desync.blocked(mode, tier) is (tier in refused)
    assert desync.closes(mode, tier) is (tier in ends)


def test_the_worst_of_several_is_the_first_of_its_tier() -> None:
    one, two = desync.Verdict(Tier.AMBIGUOUS, "one"), desync.Verdict(Tier.AMBIGUOUS, "two")
    assert desync.worst([desync.COMPLIANT, one, two]) is one
    assert desync.worst([]) is desync.COMPLIANT


FRAMES = {
    # Content-Length and Transfer-Encoding of a POST: the reason, and its tier
    ((b"Content-Length", b"5"),): (Tier.COMPLIANT, ""),
    ((b"Content-Length", b"5"), (b"Content-Length", b"5")): (Tier.AMBIGUOUS, "DuplicateContentLength"),
    ((b"Content-Length", b"5"), (b"Content-Length", b"6")): (Tier.SEVERE, "MultipleContentLength"),
    ((b"Content-Length", b"+5"),): (Tier.SEVERE, "BadContentLength"),
    ((b"Content-Length", b"9" * 4301),): (Tier.SEVERE, "BadContentLength"),
    ((b"Transfer-Encoding", b"chunked"),): (Tier.COMPLIANT, ""),
    ((b"Transfer-Encoding", b"chunked, chunked"),): (Tier.SEVERE, "MultipleTransferEncodingChunked"),
    ((b"Transfer-Encoding", b"xchunked"),): (Tier.SEVERE, "BadTransferEncoding"),
    ((b"Content-Length", b"5"), (b"Transfer-Encoding", b"chunked")): (Tier.AMBIGUOUS, "BothTeClPresent"),
    ((b"Transfer_Encoding", b"chunked"),): (Tier.AMBIGUOUS, "SuspiciousHeader"),
    ((b"", b"5"),): (Tier.AMBIGUOUS, "EmptyHeader"),
    ((b"X", b"a\0b"),): (Tier.SEVERE, "BadHeader"),
    ((b"X Y", b"a"),): (Tier.ACCEPTABLE, "NonCompliantHeader"),
}


@pytest.mark.parametrize("headers", FRAMES, ids=repr)
def test_fields(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    verdict = desync.fields(b"POST", b"HTTP/1.1", headers)
    assert (verdict.tier, verdict.reason) == FRAMES[headers]


@pytest.mark.parametrize("case", GRADED, ids=lambda case: case.source)
def test_the_guardians_own_cases(case: Graded) -> None:
    line = desync.request_line(case.method, case.target, case.version)
    verdict = desync.worst([desync.fields(case.method, case.version, case.headers), line])
    assert verdict.tier.name == case.tier.upper()
    assert verdict.reason == case.reason.replace("Compliant", "", case.reason == "Compliant")


BOTH = [
    # two faults of one tier: the reason is that of the one the library comes upon first
    ("BadContentLength", b"G\tET / HTTP/1.1\r\nContent-Length: x"),
    ("BadMethod", b"P\0ST /\0 HTTP/1.1\r\nHost: a"),
    ("BadTransferEncoding", b"POST / HTTP/1.1\r\nContent-Length: x\r\nTransfer-Encoding: x"),
    ("MultipleTransferEncodingChunked", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, chunked, x"),
    ("BadHeader", b"POST / HTTP/1.1\r\nContent-Length: x\r\nA: \0"),
    ("SuspiciousHeader", b"POST / HTTP/1.1\r\nTransfer_Encoding: chunked\r\n: a"),
    ("EmptyHeader", b"POST / HTTP/1.1\r\n: a\r\nTransfer_Encoding: chunked"),
    ("MissingHeaderColon", b"POST /\x01 HTTP/1.1\r\nno colon\r\nTransfer_Encoding: chunked"),
    ("MultilineHeader", b"POST / HTTP/1.1\r\nTransfer_Encoding: chunked\r\n folded"),
    ("NonCompliantHeader", b"POST /a b HTTP/1.1\r\nA\x7f: b"),
    ("NonCrLfLineTermination", b"POST /a b HTTP/1.1\nA\x7f: b"),
]
LENGTHS = [
    ("MultipleContentLength", (b"1", b"2", b"x"), ()),
    ("BadContentLength", (b"1", b"x", b"2"), ()),
    ("DuplicateContentLength", (b"1", b"1"), (b"chunked",)),
    ("UndefinedTransferEncodingSemantics", (b"1",), (b"chunked",)),
]


@pytest.mark.parametrize(("reason", "head"), BOTH, ids=[reason for reason, _ in BOTH])
def test_of_two_faults_the_one_that_the_library_comes_upon_first(reason: str, head: bytes) -> None:
    """aws/http-desync-guardian at 7dd6f37, src/request_analyzer.rs: `analyze_request_internal`."""
    assert parse_head(head).verdict.reason == reason


@pytest.mark.parametrize(("reason", "lengths", "codings"), LENGTHS, ids=[row[0] for row in LENGTHS])
def test_of_two_faults_in_the_framing_of_a_get(
    reason: str, lengths: tuple[bytes, ...], codings: tuple[bytes, ...]
) -> None:
    """The same: Transfer-Encoding, Content-Length, what a GET may not have, both together."""
    headers = [(b"Content-Length", each) for each in lengths]
    headers += [(b"Transfer-Encoding", each) for each in codings]
    assert desync.fields(b"GET", b"HTTP/1.1", headers).reason == reason


def test_the_version_comes_before_the_target() -> None:
    assert desync.request_line(b"POST", b"/\0", b"HTTP/1.12").reason == "BadVersion"


def test_a_long_name_is_looked_at_once() -> None:
    """Where white space may stand between the letters, nothing is tried twice."""
    name = b"Content" + b" " * 15_000
    assert desync.fields(b"POST", b"HTTP/1.1", [(name, b"5")] * 4).tier == Tier.ACCEPTABLE


names = st.one_of(
    st.binary(max_size=20), st.sampled_from([b"Content-Length", b"Transfer-Encoding", b"content length"])
)
values = st.one_of(st.binary(max_size=20), st.sampled_from([b"5", b"chunked", b"9" * 5000, b" ,;chunked"]))


@given(st.lists(st.tuples(names, values), max_size=6), st.sampled_from([b"GET", b"POST", b"\xff"]))
def test_any_fields_have_a_verdict(headers: list[tuple[bytes, bytes]], method: bytes) -> None:
    assert desync.fields(method, b"HTTP/1.1", headers).tier in Tier
    assert desync.request_line(method, b"".join(name for name, _ in headers), b"HTTP/1.1").tier in Tier


plain_names = st.from_regex(rb"[a-zA-Z-]{1,18}", fullmatch=True)
plain_values = st.from_regex(rb"[ -~]{0,9}", fullmatch=True)


@given(st.lists(st.tuples(plain_names, plain_values)))
def test_the_quick_look_sees_what_the_slow_one_sees(headers: list[tuple[bytes, bytes]]) -> None:
    quick = desync.fields(b"POST", b"HTTP/1.1", headers, plain=True)
    assert quick.tier == desync.fields(b"POST", b"HTTP/1.1", headers).tier
