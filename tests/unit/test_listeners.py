"""The table of listeners that `up` ends with, on terminals of any width."""

from __future__ import annotations

import pytest

from localalb.balancer import described
from localalb.balancer.topology import Action, FixedResponse, Forward, Redirect, Rule, Target, TargetGroup
from localalb.commands.listeners import table
from localalb.login.settings import Authentication, Login, Provider

LISTENERS = [
    {
        "load_balancer": "shop",
        "port": 443,
        "dns_name": "shop-1.eu-west-1.elb.amazonaws.com",
        "url": "https://127.0.0.1:8443/",
        "default_action": "forward to function orders",
    },
    {
        "load_balancer": "shop",
        "port": 80,
        "dns_name": "shop-1.eu-west-1.elb.amazonaws.com",
        "url": "http://127.0.0.1:8080/",
        "default_action": "redirect 301 to https://#{host}:443/#{path}?#{query}",
    },
]
WIDE = """\
listener  DNS name                            local URL                default action
shop:443  shop-1.eu-west-1.elb.amazonaws.com  https://127.0.0.1:8443/  forward to function orders
shop:80   shop-1.eu-west-1.elb.amazonaws.com  http://127.0.0.1:8080/   redirect 301 to https://#{host}:443/#{path}?#{query}"""
NARROW = """\
listener        shop:443
DNS name        shop-1.eu-west-1.elb.amazonaws.com
local URL       https://127.0.0.1:8443/
default action  forward to function orders

listener        shop:80
DNS name        shop-1.eu-west-1.elb.amazonaws.com
local URL       http://127.0.0.1:8080/
default action  redirect 301 to
                https://#{host}:443/#{path}?#{query}"""


@pytest.mark.parametrize(("width", "shown"), [(1000, WIDE), (123, WIDE), (60, NARROW), (122, None)])
def test_the_table(width: int, shown: str | None) -> None:
    found = list(table(LISTENERS, width))
    assert max(map(len, found)) <= width
    if shown is not None:
        assert found == shown.split("\n")


ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/{}/1"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
GROUPS = {
    each.arn: each
    for each in (
        TargetGroup(ARN.format("blue"), "blue", targets=(Target(FUNCTION, None, permitted=True),)),
        TargetGroup(ARN.format("live"), "live", targets=(Target(FUNCTION + ":live", None, permitted=True),)),
        TargetGroup(ARN.format("empty"), "empty"),
        TargetGroup(ARN.format("web"), "web", type="ip"),
    )
}
PROVIDER = Provider("https://id.example", "", "", "")


def forward(**weights: int) -> Forward:
    return Forward(tuple((ARN.format(name), weight) for name, weight in weights.items()))


ACTIONS: list[tuple[Action, Authentication | None, str]] = [
    (forward(blue=1), None, "forward to function orders"),
    (forward(live=1), None, "forward to function orders:live"),
    (forward(empty=1), None, "forward to target group empty"),
    (forward(web=1), None, "forward to target group web"),
    (forward(gone=1), None, "forward to target group gone"),
    (forward(blue=9, web=1), None, "forward to function orders (9), target group web (1)"),
    (FixedResponse(404), None, "fixed-response 404"),
    (
        Redirect(301, "HTTPS", port="443", query="#{query}"),
        None,
        "redirect 301 to https://#{host}:443/#{path}?#{query}",
    ),
    (Redirect(302, host="a.b", query=""), None, "redirect 302 to #{protocol}://a.b:#{port}/#{path}"),
    (forward(blue=1), Login(PROVIDER, "client"), "login, then forward to function orders"),
]


@pytest.mark.parametrize(("action", "authentication", "said"), ACTIONS, ids=[row[2] for row in ACTIONS])
def test_what_a_listener_does(action: Action, authentication: Authentication | None, said: str) -> None:
    rule = Rule("", None, (), action, authentication=authentication)
    assert described.action(rule, GROUPS) == said
