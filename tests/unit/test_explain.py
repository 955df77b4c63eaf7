"""What is said of a request before it is sent, against what becomes of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localalb.balancer import explain
from localalb.balancer.access_log import Entry
from localalb.balancer.exchange import Exchange
from localalb.balancer.explanation import ConditionVerdict, Explanation
from localalb.balancer.journal import Journal
from localalb.balancer.topology import (
    Action,
    Condition,
    FixedResponse,
    Forward,
    Listener,
    LoadBalancer,
    Redirect,
    Rule,
    Target,
    TargetGroup,
    Transform,
)
from localalb.control_plane.discovery import rules as read_rules
from localalb.http.message import Pairs, Request
from localalb.runtime.function import Function, Invocable
from localalb.runtime.result import Result
from localalb.serving import imagined
from tests.cases import rules
from tests.cases.rules import RuleCase
from tests.cases.transforms import TRANSFORMS, TransformCase

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/{}/1"
DNS_NAME = "demo-1.eu-west-1.elb.amazonaws.com"
FUNCTION = Function(
    arn="arn:aws:lambda:eu-west-1:123456789012:function:demo",
    name="demo",
    version="$LATEST",
    handler="app.handler",
    runtime="python3.13",
    timeout=3,
    memory_size=128,
    code_sha256="",
    log_group="/aws/lambda/demo",
)
GO = replace(FUNCTION, name="go", runtime="provided.al2023")


def group(name: str, *targets: Target) -> TargetGroup:
    return TargetGroup(ARN.format(name), name, targets=targets)


GROUPS = {
    each.arn: each
    for each in (
        group("blue", Target(FUNCTION.arn, FUNCTION, permitted=True)),
        group("green", Target(FUNCTION.arn + ":live", FUNCTION, permitted=True)),
        group("forbidden", Target(FUNCTION.arn, FUNCTION, permitted=False)),
        group("missing", Target(FUNCTION.arn, None, permitted=True)),
        group("foreign", Target(GO.arn, GO, permitted=True)),
        group("empty"),
    )
}


KNOWN = partial(explain.explain, groups=GROUPS)


def forward(stickiness: int | None = None, **weights: int) -> Forward:
    return Forward(tuple((ARN.format(name), weight) for name, weight in weights.items()), stickiness)


@dataclass(frozen=True)
class Place:
    """A load balancer with one listener, whose rules are these and a default."""

    action: Action = field(default_factory=lambda: forward(blue=1))
    rules: tuple[Rule, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def listener(self) -> Listener:
        return Listener("listener", 80, "HTTP", (*self.rules, Rule("default", None, (), self.action)))

    @property
    def balancer(self) -> LoadBalancer:
        arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/demo/1"
        return LoadBalancer(arn, "demo", DNS_NAME, (self.listener,), self.attributes)

    def explained(
        self, method: str = "GET", url: str = "/", *headers: str, source: str = "192.0.2.7"
    ) -> Explanation:
        wanted = {"method": method, "url": url, "headers": headers, "body": "", "source": source}
        listeners = [imagined.Served(self.balancer, self.listener, 8080)]
        return imagined.explained(wanted, listeners, KNOWN)

    def read(self, data: str, stuck: str | None = None, source: str = "192.0.2.7") -> Explanation:
        """Of bytes; `stuck` is the target group that a cookie names."""
        served = imagined.Served(self.balancer, self.listener, None)
        request = imagined.read(data.encode("latin-1"), served, source)
        return explain.explain(self.balancer, self.listener, request, groups=GROUPS, stuck=lambda *_: stuck)


@pytest.mark.parametrize("case", rules.RULES, ids=lambda case: case.id)
def test_the_rule_is_the_one_that_takes_the_request(case: RuleCase) -> None:
    api: list[dict[str, Any]] = [
        {"RuleArn": str(priority), "Priority": str(priority), "Conditions": conditions,
         "Actions": [rules.fixed(200)]}
        for priority, conditions in case.rules
    ]  # fmt: skip
    place = Place(
        FixedResponse(200), read_rules.in_order(read_rules.rule(each) for each in api), case.attributes
    )
    lines = [f"{case.method} {case.target} HTTP/1.1", *(f"{name}: {value}" for name, value in case.sent)]
    found = place.read("\r\n".join([*lines, "", ""]), source=case.peer[0])
    assert found.rule == str(case.taken or "default")
    assert [each.taken for each in found.rules] == [False] * (len(found.rules) - 1) + [True]
    for verdict in found.rules:
        assert all(each.matched for each in verdict.conditions) == verdict.taken
    assert len(found.rules) + found.untried == len(case.rules) + 1


@dataclass(frozen=True)
class Compared:
    """A condition in the words of the API, and what of `REQUEST` it is compared with."""

    id: str
    condition: Mapping[str, Any]
    verdict: ConditionVerdict


REQUEST = ("GET", "/x?a=1&b=caf%C3%A9", "X-A: one", "x-a: two", "X-B: caf\u00e9")
COMPARED = (
    Compared(
        "path",
        rules.path("/api/*"),
        ConditionVerdict("path-pattern", "", ("/api/*",), (), ("/x",), matched=False),
    ),
    Compared(
        "host",
        rules.host("*.example", "demo-*"),
        ConditionVerdict("host-header", "", ("*.example", "demo-*"), (), (DNS_NAME,), matched=True),
    ),
    Compared(
        "method",
        rules.method("PUT"),
        ConditionVerdict("http-request-method", "", ("PUT",), (), ("GET",), matched=False),
    ),
    Compared(
        "header",
        rules.header("X-A", "two"),
        ConditionVerdict("http-header", "X-A", ("two",), (), ("one", "two"), matched=True),
    ),
    Compared(
        "header that is not there",
        rules.header("X-C", "*"),
        ConditionVerdict("http-header", "X-C", ("*",), (), (), matched=False),
    ),
    Compared(
        "header that is not ASCII",
        rules.header("X-B", "caf*"),
        ConditionVerdict("http-header", "X-B", ("caf*",), (), ("caf\u00e9",), matched=True),
    ),
    Compared(
        "query",
        rules.query(("a", "2"), (None, "caf?")),
        ConditionVerdict("query-string", "", ("a=2", "caf?"), (), ("a=1", "b=caf%C3%A9"), matched=False),
    ),
    Compared(
        "regex of a path",
        rules.path_regex("^/api", "^/x$"),
        ConditionVerdict("path-pattern", "", (), ("^/api", "^/x$"), ("/x",), matched=True),
    ),
    Compared(
        "source",
        rules.source("192.0.2.0/24"),
        ConditionVerdict("source-ip", "", ("192.0.2.0/24",), (), ("192.0.2.7",), matched=True),
    ),
)


@pytest.mark.parametrize("case", COMPARED, ids=lambda case: case.id)
def test_what_is_compared(case: Compared) -> None:
    rule = Rule("1", 1, (read_rules.condition(case.condition),), FixedResponse(200))
    found = Place(rules=(rule,)).explained(*REQUEST)
    assert found.rules[0].conditions == (case.verdict,)


@dataclass(frozen=True)
class Refused:
    """A request, and how it ends: before any rule, or at a rule."""

    id: str
    status: int
    reason: str = ""
    why: str = ""
    method: str = "GET"
    url: str = "/"
    headers: tuple[str, ...] = ()
    action: Action | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


REFUSED = (
    Refused("TRACE", 405, why="TRACE", method="TRACE"),
    Refused(
        "addresses", 463, why="31 addresses", headers=("X-Forwarded-For: " + "1.2.3.4," * 30 + "1.2.3.4",)
    ),
    Refused("no Host", 400, why="no Host header", headers=("Host:",)),
    Refused("no method", 400, why="", method="", url="/"),
    Refused("two lengths", 400, headers=("Content-Length: 1", "Content-Length: 2")),
    Refused("coding", 501, why="gzip", headers=("Transfer-Encoding: gzip",)),
    Refused("body that never comes", 408, headers=("Content-Length: 1",)),
    Refused("long line", 400, why="16384", headers=("X: " + "x" * 17000,)),
    Refused(
        "strictest",
        400,
        why="strictest",
        headers=("no-colon",),
        attributes={"routing.http.desync_mitigation_mode": "strictest"},
    ),
    Refused("upgrade", 400, "LambdaWebsocketNotSupported", headers=("Upgrade: websocket",)),
    Refused("permission", 502, "LambdaAccessDenied", "resource policy of demo", action=forward(forbidden=1)),
    Refused("function", 502, "LambdaResourceNotFound", "does not exist", action=forward(missing=1)),
    Refused("runtime", 502, "LambdaUnhandled", "go needs provided.al2023", action=forward(foreign=1)),
    Refused("target", 503, why="no registered target", action=forward(empty=1)),
    Refused("weights", 503, why="weight 0", action=forward(blue=0, green=0)),
    Refused("both", 502, "LambdaAccessDenied", action=forward(forbidden=2, missing=1)),
    Refused("group", 500, why="not of type lambda", action=forward(nobody=1)),
)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_refused(case: Refused) -> None:
    place = Place(case.action or forward(blue=1), attributes=case.attributes)
    found = place.explained(case.method, case.url, *case.headers)
    assert found.refusal is not None
    assert (found.refusal.status, found.refusal.reason, found.status) == (
        case.status,
        case.reason,
        case.status,
    )
    assert case.why in found.refusal.why
    assert bool(found.rule) == (case.action is not None or case.reason == "LambdaWebsocketNotSupported")


@pytest.mark.parametrize("case", TRANSFORMS, ids=lambda case: case.id)
def test_what_transforms_make_of_it(case: TransformCase) -> None:
    rule = Rule("1", 1, (), forward(blue=1), tuple(map(read_rules.transform, case.transforms)))
    found = Place(rules=(rule,)).read(f"GET {case.target} HTTP/1.1\r\nHost: {case.host}\r\n\r\n")
    if case.fails:
        assert (found.action, found.status, found.event) == ("", 500, None)
        return
    assert found.event is not None
    assert (found.event["path"], found.event["headers"]["host"]) == (case.path, case.to_host)
    assert (found.rewritten_host or "-", found.rewritten_target or "-") == case.logged


def test_redirect() -> None:
    action = Redirect(301, protocol="HTTPS", port="443")
    found = Place(action).explained("GET", "/a?b=c")
    assert (found.action, found.status) == ("redirect", 301)
    assert found.location == f"https://{DNS_NAME}:443/a?b=c"


def test_fixed_response() -> None:
    found = Place(FixedResponse(404, "text/plain", "nothing caf\u00e9")).explained()
    assert (found.action, found.status, found.content_type) == ("fixed-response", 404, "text/plain")
    assert found.body == "nothing caf\u00e9"


def test_shares_and_the_event_of_the_greatest() -> None:
    found = Place(forward(green=1, blue=3, missing=0)).explained("POST", "/a?b=c", "X-A: 1")
    assert [(each.target_group, each.share) for each in found.destinations] == [
        ("blue", 0.75),
        ("green", 0.25),
        ("missing", 0.0),
    ]
    assert (found.status, found.refusal) == (None, None)
    assert found.event is not None
    assert found.event["requestContext"] == {"elb": {"targetGroupArn": ARN.format("blue")}}
    assert found.event["queryStringParameters"] == {"b": "c"}
    assert found.event["headers"]["x-forwarded-for"] == "192.0.2.7"


def test_a_group_that_cannot_be_called_beside_one_that_can() -> None:
    """The client may be lucky."""
    found = Place(forward(forbidden=3, blue=1)).explained()
    assert found.refusal is None
    assert [bool(each.refusal) for each in found.destinations] == [True, False]
    assert found.event is not None
    assert found.event["requestContext"]["elb"]["targetGroupArn"] == ARN.format("blue")


def test_a_group_of_weight_0_gets_no_event() -> None:
    found = Place(forward(forbidden=1, blue=0)).explained()
    assert (found.status, found.event) == (502, None)


def test_the_group_that_a_cookie_names() -> None:
    place = Place(forward(60, blue=9, green=1))
    found = place.read(f"GET / HTTP/1.1\r\nHost: {DNS_NAME}\r\n\r\n", ARN.format("green"))
    assert [(each.target_group, each.share, each.sticky) for each in found.destinations] == [
        ("green", 1.0, True),
        ("blue", 0.0, False),
    ]
    assert found.event is not None
    assert found.event["requestContext"]["elb"]["targetGroupArn"] == ARN.format("green")


def test_a_trace_goes_on() -> None:
    event = Place().explained("GET", "/", "X-Amzn-Trace-Id: Root=1-2-3;a=b").event
    assert event is not None
    traced = event["headers"]["x-amzn-trace-id"]
    assert traced.startswith("Self=1-")
    assert traced.endswith(";Root=1-2-3;a=b")


def test_a_redirect_by_the_local_address_leads_to_the_local_port() -> None:
    """As it does for whoever follows it; another load balancer's port is no matter."""
    place = Place(Redirect(301, protocol="HTTPS", port="443"))
    other = replace(place.balancer, arn=place.balancer.arn + "2")
    secure = replace(place.listener, port=443, protocol="HTTPS")
    listeners = [
        imagined.Served(place.balancer, place.listener, 8080),
        imagined.Served(place.balancer, secure, 8443),
        imagined.Served(other, secure, 8444),
    ]
    wanted = {"method": "GET", "headers": (), "body": "", "source": "127.0.0.1"}
    found = imagined.explained(wanted | {"url": "http://127.0.0.1:8080/a"}, listeners)
    assert found.location == "https://127.0.0.1:8443/a"


# Listeners and requests made at random, against the exchange that answers them. What ends a request early
# is rare, so that most of them come to an action.

paths = st.sampled_from(["/", "/a", "/a/b", "/b", "/%61"])
hosts = st.sampled_from(["a.example", "b.example", "A.example:80"])
methods = st.sampled_from(["GET", "POST", "get", "GET", "GET", "TRACE"])
values = st.sampled_from(["1", "2", "192.0.2.1", "1", "\xe9", ",".join(["192.0.2.1"] * 31), "websocket"])
headers = st.lists(
    st.tuples(st.sampled_from(["X-A", "x-a", "Cookie", "X-Forwarded-For", "Upgrade"]), values), max_size=3
)
queries = st.sampled_from(["", "?a=1", "?a=2&b=1", "?", "?\xe9"])


def few(each: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, min_size=1, max_size=most).map(tuple)


def either(*texts: str) -> st.SearchStrategy[tuple[str, ...]]:
    return few(st.sampled_from(texts))


pairs = few(st.tuples(st.sampled_from([None, "a"]), st.sampled_from(["1", "*"])))
conditions = st.one_of(
    st.builds(Condition, st.just("path-pattern"), either("/a*", "*", "/?", "/b")),
    st.builds(Condition, st.just("host-header"), either("a.*", "?.example", "b.example")),
    st.builds(Condition, st.just("http-request-method"), either("GET", "POST")),
    st.builds(Condition, st.just("http-header"), either("1", "*"), st.just("X-A")),
    st.builds(Condition, st.just("query-string"), pairs=pairs),
    st.builds(Condition, st.just("source-ip"), either("192.0.2.0/24", "127.0.0.0/8")),
    st.builds(Condition, st.just("path-pattern"), regexes=either("^/a", "b$", ".")),
    st.builds(Condition, st.just("host-header"), regexes=either("^A", ":80$", ".")),
    st.builds(Condition, st.just("http-header"), header=st.just("X-A"), regexes=either("^1", ".")),
)
transforms = st.one_of(
    st.builds(
        Transform, st.just("url-rewrite"), st.just("^/a(/.*)?"), st.sampled_from(["/new$1", "x", "$2"])
    ),
    st.builds(Transform, st.just("host-header-rewrite"), st.just("^a"), st.sampled_from(["new", " "])),
)
parts = st.sampled_from(["#{host}", "x.example"])
called = [ARN.format(name) for name in ("blue", "green")]
groups = st.tuples(
    st.sampled_from([*called, *called, *called, *GROUPS, ARN.format("nobody")]), st.sampled_from([1, 3, 0])
)
forwards = st.builds(
    Forward,
    st.lists(groups, min_size=1, max_size=3, unique_by=lambda each: each[0]).map(tuple),
    st.sampled_from([None, 60]),
)
actions = st.one_of(
    st.builds(Redirect, st.sampled_from([301, 302]), host=parts, path=st.sampled_from(["/#{path}", "/new"])),
    st.builds(FixedResponse, st.sampled_from([200, 404]), st.sampled_from([None, "text/html"]), st.just("x")),
    forwards,
    forwards,
)


@st.composite
def places(draw: st.DrawFn) -> Place:
    made = []
    for priority in range(1, draw(st.integers(1, 4))):
        rewrites = draw(few(transforms).flatmap(lambda each: st.sampled_from([(), each])))
        rule = Rule(str(priority), priority, draw(few(conditions)), draw(actions), rewrites)
        made.append(rule)
    preserved = draw(st.sampled_from(["true", "false"]))
    return Place(draw(actions), tuple(made), {"routing.http.preserve_host_header.enabled": preserved})


@st.composite
def asked(draw: st.DrawFn) -> Request:
    host: Pairs = draw(st.sampled_from([*[(("Host", draw(hosts)),)] * 9, ()]))
    target = draw(st.sampled_from(["", "", "http://b.example"])) + draw(paths) + draw(queries)
    sent = (*host, *draw(headers))
    source = draw(st.sampled_from(["192.0.2.7", "127.0.0.1"]))
    return Request(draw(methods), target, sent, draw(st.sampled_from([b"", b"\xff"])), peer=(source, 50000))


class Pool:
    """Keeps what it is to invoke, and does not run it."""

    payload: bytes | None = None

    def waits(self, caller: asyncio.Task[Any]) -> bool:
        return False

    async def invoke(self, function: Invocable, payload: bytes, *, trace: str = "") -> Result:
        self.payload = payload
        return Result("1", b'{"statusCode": 200}')


def without_trace(event: dict[str, Any] | None) -> dict[str, Any]:
    """An event without what is another each time, and without the group that was drawn."""
    kept: dict[str, Any] = json.loads(json.dumps(event))
    kept["headers"].pop("x-amzn-trace-id")
    kept.pop("requestContext")
    return kept


@settings(max_examples=400)
@given(places(), asked())
def test_what_is_said_is_what_happens(place: Place, request: Request) -> None:
    pool, entries = Pool(), list[Entry]()
    exchange = Exchange(pool, Journal(), lambda: GROUPS, lambda _, entry: entries.append(entry))
    reply = asyncio.run(exchange.answer(place.balancer, place.listener, request))
    exchange.finish(reply, sent=0)
    (entry,) = entries
    found = explain.explain(
        place.balancer,
        place.listener,
        request,
        groups=GROUPS,
        stuck=lambda action, request: exchange.stuck(action, request, 0),
        trace="1-0-0",
    )
    assert {"": "", "-1": "", "0": "default"}.get(entry.rule, entry.rule) == found.rule
    assert found.action == entry.action.removeprefix("rewrite,")
    assert (found.rewritten_host, found.rewritten_target) == (
        (entry.transformed_host, entry.transformed_uri) if found.action else ("", "")
    )
    assert found.location == entry.redirect.replace("\xe9", r"\xe9")
    if found.destinations:
        drawn = {each.arn: each for each in found.destinations if each.share}
        assert entry.target_group in drawn
        refusal = drawn[entry.target_group].refusal
    else:
        refusal = found.refusal
    if refusal and "Runtime.Unsupported" not in refusal.why:
        assert (reply.response.status, entry.reason, reply.why) == (
            refusal.status,
            refusal.reason,
            refusal.why,
        )
        assert pool.payload is None
    elif pool.payload:
        assert without_trace(found.event) == without_trace(json.loads(pool.payload))
    else:
        assert (found.status, found.body) == (
            reply.response.status,
            "" if found.location else reply.response.body.decode(),
        )
