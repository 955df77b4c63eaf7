"""Rules, target groups and functions in words, with what went through them."""

from __future__ import annotations

from typing import Any

import pytest

from localalb.balancer.condition import Condition
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
    Unsupported,
)
from localalb.inspector import overview
from localalb.login.settings import Login, Provider, Token
from localalb.runtime.distribution import Distribution, Metric
from localalb.runtime.metrics import FunctionMetrics
from localalb.runtime.result import Result
from localalb.serving.imagined import Served
from tests.socket.balancer import FUNCTION

BLUE, GREEN = (f"arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/{name}/0" for name in ("blue", "green"))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("path-pattern", ("/api/*", "/v2/*")), "path is /api/* or /v2/*"),
        (Condition("host-header", ("*.example.com",)), "host is *.example.com"),
        (Condition("http-request-method", ("GET",)), "method is GET"),
        (Condition("http-header", ("yes",), header="X-Beta"), "header X-Beta is yes"),
        (Condition("source-ip", ("10.0.0.0/8",)), "source is 10.0.0.0/8"),
        (Condition("query-string", pairs=(("a", "b"), (None, "c"))), "query has a=b or c"),
        (Condition("path-pattern", regexes=("^/v[0-9]",)), "path matches ^/v[0-9]"),
    ],
)
def test_conditions_in_words(condition: Condition, words: str) -> None:
    assert overview.condition(condition) == words


LOGIN = Login(Provider("https://idp.example", "", "", ""), "client")
TOKEN = Token("https://idp.example", "https://idp.example/keys")
REWRITE = (Transform("url-rewrite", "a", "b"),)


@pytest.mark.parametrize(
    ("action", "more", "words"),
    [
        (Forward(((BLUE, 1),)), {}, "forward to blue"),
        (Forward(((BLUE, 9), (GREEN, 1))), {}, "forward to blue (90 %), green (10 %)"),
        (Forward(((BLUE, 0), (GREEN, 0))), {}, "forward to blue, green"),
        (Forward(((BLUE, 1),)), {"transforms": REWRITE}, "forward and rewrite to blue"),
        (
            Redirect(301, "HTTPS", port="443"),
            {},
            "redirect to https://#{host}:443/#{path}?#{query} (301)",
        ),
        (FixedResponse(404), {}, "fixed response 404"),
        (
            Forward(((BLUE, 1),)),
            {"authentication": LOGIN},
            "log in at https://idp.example, then forward to blue",
        ),
        (
            Forward(((BLUE, 1),)),
            {"authentication": TOKEN},
            "check a token of https://idp.example, then forward to blue",
        ),
        (Unsupported("dancing"), {}, "nothing: localalb does not perform dancing"),
    ],
)
def test_actions_in_words(action: Action, more: dict[str, Any], words: str) -> None:
    assert overview.action(Rule("rule", 1, (), action, **more)) == words


def record(**more: Any) -> dict[str, Any]:
    made = {"region": "eu-west-1", "load_balancer": "lb", "port": 80, "rule": "0", "target_group": "blue"}
    return made | more


def test_what_went_where_is_counted() -> None:
    rules = (Rule("first", 5, (), FixedResponse(404)), Rule("last", None, (), Forward(((BLUE, 1),))))
    listener = Listener("listener", 80, "HTTP", rules)
    arn = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/lb/1"
    balancer = LoadBalancer(arn, "lb", "lb.elb", (listener,))
    counted = overview.counts(
        [
            *(record(), record(rule="5", target_group=""), record(rule="-1", target_group="")),
            *(record(port=443), record(region="us-east-1")),
        ]
    )
    (found,) = overview.load_balancers([Served(balancer, listener, 8080)], [balancer], counted)
    (served,) = found["listeners"]
    assert (found["requests"], [rule["requests"] for rule in served["rules"]]) == (4, [1, 1])
    assert (served["url"], [rule["priority"] for rule in served["rules"]]) == (
        "http://127.0.0.1:8080/",
        ["5", "default"],
    )
    groups = [TargetGroup(BLUE, "blue", targets=(Target(FUNCTION.arn, FUNCTION, permitted=True),))]
    groups.append(TargetGroup(GREEN, "green", type="ip", addresses=(Address("127.0.0.1", 3000),)))
    health = {
        FUNCTION.arn: TargetHealth("healthy"),
        "127.0.0.1:3000": TargetHealth("unhealthy", "Why", "what"),
    }
    blue, green = overview.target_groups(groups, lambda group, target: health[target], counted)
    assert (blue["requests"], green["requests"]) == (2, 0)
    assert blue["targets"] == [
        {"id": FUNCTION.arn, "function": FUNCTION.arn, "health": "healthy", "reason": ""}
    ]
    assert green["targets"] == [
        {"id": "127.0.0.1:3000", "function": "", "health": "unhealthy", "reason": "Why: what"}
    ]


def test_a_listener_that_is_not_served_has_no_url() -> None:
    listener = Listener("listener", 443, "HTTPS", (Rule("last", None, (), FixedResponse(404)),))
    balancer = LoadBalancer("arn:aws:elasticloadbalancing:eu-west-1:1:x", "lb", "lb.elb", (listener,))
    (found,) = overview.load_balancers([Served(balancer, listener, None)], [balancer], overview.Counts())
    assert found["listeners"][0]["url"] == ""


def test_functions_with_all_their_versions() -> None:
    metrics = FunctionMetrics()
    for failure in ("", "error", "timeout"):
        metrics.invoked(FUNCTION, Result("id", b"{}", failure), weighted=False)
    other = Metric("1", "eu-west-1", "AWS/Lambda", "Invocations", "Count", ())
    samples = [*metrics.samples(), (other, 0, Distribution.repeated(1, 50))]
    (found,) = overview.functions({FUNCTION.arn: "python3.13"}, [(FUNCTION, 1, 2), (FUNCTION, 3, 0)], samples)
    assert found == {
        "arn": FUNCTION.arn,
        "name": "demo",
        "runtime": "python3.13",
        "environments": {"idle": 4, "busy": 2},
        "invocations": 3,
        "errors": 2,
    }
