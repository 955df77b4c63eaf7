"""Rules that rewrite, on a socket: what the function gets, and what the access log says of it."""

from __future__ import annotations

import json

import pytest

from localalb.balancer.topology import FixedResponse, Forward, Redirect, Rule
from localalb.control_plane.discovery import rules as read_rules
from tests.cases import rules
from tests.cases.requests import TARGET_GROUP
from tests.cases.transforms import TRANSFORMS, TransformCase, host_rewrite, url_rewrite
from tests.conformance.players.rules import play_transform, raw
from tests.socket.balancer import KNOWN, played
from tests.socket.conftest import Serve

FORWARD = Forward(((TARGET_GROUP, 1),))
DEFAULT = FixedResponse(404)


@pytest.mark.parametrize("case", TRANSFORMS, ids=lambda case: case.id)
def test_transform(case: TransformCase, serve: Serve) -> None:
    transforms = tuple(map(read_rules.transform, case.transforms))
    rule = Rule("rule", 1, (), FORWARD, transforms)
    balancer = serve(rules=(rule,), default=DEFAULT, answer=played)
    outcome = play_transform(case, balancer.connect, KNOWN)
    assert outcome.seen == outcome.expected
    entry = balancer.entry()
    assert (entry.transformed_host or "-", entry.transformed_uri or "-") == case.logged
    assert (entry.transform_status or "-", entry.rule) == (case.status, "1")
    assert entry.request.target == balancer.record().target == case.target, "the log has what came"
    if case.fails:
        assert balancer.nothing_invoked()
    else:
        assert entry.action == case.actions


def test_conditions_see_what_came(serve: Serve) -> None:
    """ "Rewriting a request does not change the routing decision" (user guide, "Transforms")."""
    first = read_rules.transform(url_rewrite("^/a", "/b"))
    balancer = serve(
        rules=(
            Rule("a", 1, (read_rules.condition(rules.path("/a")),), FORWARD, (first,)),
            Rule("b", 2, (read_rules.condition(rules.path("/b")),), FixedResponse(418)),
        ),
        default=DEFAULT,
    )
    with balancer.connect() as client:
        client.send(raw("GET", "/a", (("Host", "demo.example"),)))
        assert client.reply().status == 200
    assert json.loads(balancer.event())["path"] == "/b"


def test_a_redirect_sees_what_came(serve: Serve) -> None:
    """Guess: transforms are "applied to requests before they are sent to targets" (RuleTransform)."""
    transforms = (
        read_rules.transform(url_rewrite("^/a", "/b")),
        read_rules.transform(host_rewrite("demo", "b")),
    )
    redirect = Redirect(302, port="8443")
    with serve(rules=(Rule("rule", 1, (), redirect, transforms),), default=DEFAULT).connect() as client:
        client.send(raw("GET", "/a?c=d", (("Host", "demo.example"),)))
        assert client.reply().values("location") == ["http://demo.example:8443/a?c=d"]


def test_an_expression_that_backtracks_elsewhere_makes_nobody_wait(serve: Serve) -> None:
    """One client's path would take a backtracking engine longer than the sun has."""
    transforms = (read_rules.transform(url_rewrite("(a+)+$", "/b")),)
    condition = read_rules.condition(rules.path_regex("^/(a+)+!$"))
    balancer = serve(rules=(Rule("rule", 1, (condition,), FORWARD, transforms),), default=DEFAULT)
    with balancer.connect() as client, balancer.connect() as other:
        client.send(raw("GET", "/" + "a" * 10_000 + "!", (("Host", "demo.example"),)))
        other.send(raw("GET", "/", (("Host", "demo.example"),)))
        assert other.reply().status == 404
        assert client.reply().status == 200
    assert json.loads(balancer.event())["path"] == "/" + "a" * 10_000 + "!"
