"""One request opened: the parts that the API's own tests cannot choose."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.balancer import detail
from localalb.balancer.access_log import Entry
from localalb.balancer.detail import Detail
from localalb.balancer.reply import Reply
from localalb.balancer.topology import FixedResponse, Listener, LoadBalancer, Rule
from localalb.http.message import Request, Response
from localalb.inspector import opened, text
from localalb.runtime.result import Result

LISTENER = Listener("listener", 80, "HTTP", (Rule("default", None, (), FixedResponse(200)),))
BALANCER = LoadBalancer("arn:aws:elasticloadbalancing:r:1:loadbalancer/app/lb/1", "lb", "lb.elb", (LISTENER,))


def through(**more: Any) -> Detail:
    """A request that came from 1.0 to 2.0 s, whose response was written at 3.0 s."""
    request = Request("GET", "/", began=more.pop("began", 1.0))
    entry = Entry(request, BALANCER.arn, 2.0, finished=3.0, **more.pop("entry", {}))
    reply = Reply(request, Response(200), BALANCER, LISTENER, entry)
    reply.invoked, reply.result = more.pop("invoked", 0.0), more.pop("result", None)
    return detail.opened(detail.kept(reply, {}))


ASKED: dict[str, Any] = {"invoked": 2.25, "entry": {"target_duration": 0.5}}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (through(**ASKED, result=Result("id", b"", duration=400.0)), (1000.0, 100.0, None, 400.0, 250.0)),
        (
            through(**ASKED, result=Result("id", b"", duration=100.0, init=300.0)),
            (1000.0, 100.0, 300.0, 100.0, 250.0),
        ),
        # It was on its way before this request came.
        (
            through(**ASKED, result=Result("id", b"", duration=100.0, init=900.0)),
            (1000.0, 0.0, 400.0, 100.0, 250.0),
        ),
        (through(began=0.0), (None, None, None, None, 1000.0)),
        # A target that is an address.
        (
            through(entry={"target_duration": 0.5, "dispatched": 2.25, "target": "127.0.0.1:3000"}),
            (1000.0, None, None, 500.0, 250.0),
        ),
        # The client went while the function ran.
        (through(invoked=2.25), (1000.0, None, None, None, None)),
    ],
)
def test_where_the_time_went(found: Detail, expected: tuple[float | None, ...]) -> None:
    assert tuple(opened.timings(found).values()) == expected


@given(st.binary(max_size=40))
def test_no_byte_is_lost_on_the_way_to_the_page_and_back(data: bytes) -> None:
    assert text.taken(text.body(data)) == data
    assert text.decoded(data).encode("utf-8", "surrogateescape") == data
    assert text.shown(data.decode("latin-1")).encode("utf-8", "surrogateescape") == data


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_json_in_parts_is_json(value: Any) -> None:
    assert json.loads(text.encoded(value)) == value


def test_no_body() -> None:
    assert text.taken(None) == text.taken({"text": None, "base64": None}) == text.taken({}) == b""


@pytest.mark.parametrize("payload", [b"", b"[" * 100_000, b"nonsense", b"7"])
def test_a_result_that_describes_no_failure(payload: bytes) -> None:
    found = opened.result(through(result=Result("id", payload, "error")))
    assert found is not None
    assert (found["failure"], found["problem"]) == ("error", "")
