"""Load balancers of values alone, with target groups of every kind, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from hypothesis import strategies as st

from localalb.balancer import explain
from localalb.balancer.condition import Condition
from localalb.balancer.explanation import Explanation
from localalb.balancer.health import TargetHealth
from localalb.balancer.topology import (
    Action,
    Address,
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
from localalb.http.message import Pairs, Request
from localalb.login.settings import CALLBACK, Login, Provider, Unauthenticated
from localalb.runtime.function import Function
from localalb.serving import imagined

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


UNWELL = Address("10.0.0.3", 81, ("127.0.0.1", 3001))


def health(group: str, target: str) -> TargetHealth:
    return TargetHealth("unhealthy" if target == UNWELL.key else "healthy")


def group(name: str, *targets: Target) -> TargetGroup:
    return TargetGroup(ARN.format(name), name, targets=targets)


def servers(name: str, *addresses: Address) -> TargetGroup:
    return TargetGroup(ARN.format(name), name, type="ip", addresses=addresses)


GROUPS = {
    each.arn: each
    for each in (
        group("blue", Target(FUNCTION.arn, FUNCTION, permitted=True)),
        group("green", Target(FUNCTION.arn + ":live", FUNCTION, permitted=True)),
        group("forbidden", Target(FUNCTION.arn, FUNCTION, permitted=False)),
        group("missing", Target(FUNCTION.arn, None, permitted=True)),
        group("foreign", Target(GO.arn, GO, permitted=True)),
        group("empty"),
        servers("web", Address("10.0.0.2", 80, ("127.0.0.1", 3000)), UNWELL),
        servers("unwell", UNWELL),
        servers("away", Address("10.0.0.4", 80, None, "10.0.0.4 is elsewhere: write --target")),
        servers("nowhere"),
    )
}


ISSUER = "https://id.example"
PROVIDER = Provider(ISSUER, f"{ISSUER}/authorize", f"{ISSUER}/token", f"{ISSUER}/userinfo")
LOCAL = "http://127.0.0.1:1"
HERE = Provider(ISSUER, f"{LOCAL}/authorize", f"{LOCAL}/token", f"{LOCAL}/userinfo")


def login(unauthenticated: Unauthenticated, provider: Provider = HERE) -> Login:
    return Login(provider, "client", unauthenticated=unauthenticated)


KNOWN = partial(explain.explain, groups=GROUPS, health=health)


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
        return KNOWN(self.balancer, self.listener, request, stuck=lambda *_: stuck)


# Listeners and requests made at random, against the exchange that answers them. What ends a request early
# is rare, so that most of them come to an action.

paths = st.sampled_from(["/", "/a", "/a/b", "/b", "/%61", CALLBACK])
hosts = st.sampled_from(["a.example", "b.example", "A.example:80"])
methods = st.sampled_from(["GET", "POST", "get", "GET", "GET", "TRACE"])
values = st.sampled_from(["1", "2", "192.0.2.1", "1", "\xe9", ",".join(["192.0.2.1"] * 31), "websocket"])
names = st.sampled_from(["X-A", "x-a", "Cookie", "X-Forwarded-For", "Upgrade", "X-Amzn-Oidc-Data"])
headers = st.lists(st.tuples(names, values), max_size=3)
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
called = [ARN.format(name) for name in ("blue", "green", "web")]
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


gates = st.sampled_from(
    [
        *[None] * 4,
        login("authenticate"),
        login("authenticate", PROVIDER),
        login("deny"),
        login("allow"),
        login("allow"),
    ]
)


@st.composite
def places(draw: st.DrawFn) -> Place:
    made = []
    for priority in range(1, draw(st.integers(1, 4))):
        rewrites = draw(few(transforms).flatmap(lambda each: st.sampled_from([(), each])))
        rule = Rule(str(priority), priority, draw(few(conditions)), draw(actions), rewrites, draw(gates))
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
