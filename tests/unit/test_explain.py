"""What is said of a request that nobody sends: which rule takes it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from places import ARN, DNS_NAME, HERE, ISSUER, Place, forward, login

from localalb.balancer.condition import Condition
from localalb.balancer.explanation import ConditionVerdict, Gate
from localalb.balancer.topology import Action, FixedResponse, MutualTls, Redirect, Rule
from localalb.control_plane.discovery import rules as read_rules
from localalb.http.limits import MAX_BODY
from localalb.login.settings import CALLBACK, Authentication, Token
from localalb.serving import imagined
from tests.cases import rules
from tests.cases.rules import RuleCase
from tests.cases.transforms import TRANSFORMS, TransformCase


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
    Refused("elsewhere", 503, why="write --target", action=forward(away=1)),
    Refused("no server", 503, why="no registered target", action=forward(nowhere=1)),
    Refused("gRPC", 464, why="gRPC", action=forward(web=1), headers=("Content-Type: application/grpc",)),
    Refused("group", 500, why="of a type that localalb", action=forward(nobody=1)),
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


@dataclass(frozen=True)
class Gated:
    """What a rule asks first, and what is said of it."""

    wanted: Authentication
    gate: Gate


GATED = (
    Gated(login("authenticate"), Gate("authenticate", ISSUER, 302, HERE.authorization)),
    Gated(login("deny"), Gate("authenticate", ISSUER, 401)),
    Gated(login("allow"), Gate("authenticate", ISSUER, None)),
    Gated(Token(ISSUER, f"{ISSUER}/keys"), Gate("jwt-validation", ISSUER, 401)),
)


@pytest.mark.parametrize("case", GATED, ids=lambda case: f"{case.gate.action} {case.gate.status}")
def test_what_is_asked_first(case: Gated) -> None:
    """At a login, what a client says of itself does not pass. The rest is said for one who passes."""
    rule = Rule("1", 1, (), forward(blue=1), authentication=case.wanted)
    found = Place(rules=(rule,)).explained("GET", "/a", "X-Amzn-Oidc-Identity: me")
    assert (found.gate, found.rule, found.action) == (case.gate, "1", "forward")
    assert found.event is not None
    assert ("x-amzn-oidc-identity" in found.event["headers"]) == isinstance(case.wanted, Token)


def test_back_from_a_login() -> None:
    """No rule is tried, where one has a login."""
    for wanted, taken in ((login("deny"), ""), (GATED[3].wanted, "default"), (None, "default")):
        rule = Rule("1", 1, (Condition("path-pattern", ("/a",)),), forward(blue=1), authentication=wanted)
        found = Place(rules=(rule,)).explained("GET", CALLBACK + "?code=1")
        assert (found.rule, bool(found.gate), bool(found.event)) == (taken, not taken, bool(taken))


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


def test_the_addresses_that_may_get_it() -> None:
    """Those that are healthy, or all where none is."""
    found = Place(forward(web=2, unwell=1)).explained("GET", "/", "Upgrade: websocket")
    assert [each.addresses for each in found.destinations] == [("127.0.0.1:3000",), ("127.0.0.1:3001",)]
    assert (found.status, found.refusal, found.event) == (None, None, None)


def test_a_body_of_any_length_flows_to_an_address() -> None:
    head = f"PUT / HTTP/1.1\r\nHost: {DNS_NAME}\r\nContent-Length: {MAX_BODY + 9}\r\n\r\n"
    for group, status in (("web", None), ("blue", 413)):
        assert Place(forward(**{group: 1})).read(head + "x" * (MAX_BODY + 9)).status == status


def test_a_listener_that_asks_clients_for_certificates() -> None:
    place = Place()
    listener = replace(place.listener, port=443, protocol="HTTPS", mutual=MutualTls("verify"))
    wanted = {"method": "GET", "url": "/", "headers": (), "body": "", "source": "127.0.0.1"}
    assert imagined.explained(wanted, [imagined.Served(place.balancer, listener, 8443)]).mutual == "verify"
    assert place.explained().mutual == ""


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
