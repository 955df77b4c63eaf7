"""Which addresses may get a request, and the cookies that keep a client with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from localalb.balancer.address_target import routable
from localalb.balancer.health import TargetHealth
from localalb.balancer.sticky_target import LIFE, StickyTarget
from localalb.balancer.topology import Address, TargetGroup
from localalb.http.message import Headers, Request, Response
from tests.cases.requests import TARGET_GROUP
from tests.cases.targets import holds

PLACE = "127.0.0.1", 3000
A, B, C = (Address(f"10.0.0.{n}", 80, PLACE) for n in range(3))
LOST = Address("10.0.0.9", 80)
LEAST = "target_group_health.unhealthy_state_routing.minimum_healthy_targets."
NOW = 1_800_000_000
DAY = 86400


def group(*addresses: Address, **attributes: str) -> TargetGroup:
    settings = {key.replace("__", "."): value for key, value in attributes.items()}
    return TargetGroup(TARGET_GROUP, "web", type="ip", addresses=addresses, attributes=settings)


ROUTABLE: Mapping[str, tuple[Mapping[Address, str], Mapping[str, str], tuple[Address, ...]]] = {
    "all healthy": ({A: "healthy", B: "healthy"}, {}, (A, B)),
    "one unhealthy": ({A: "healthy", B: "unhealthy"}, {}, (A,)),
    "one not checked yet": ({A: "healthy", B: "initial"}, {}, (A,)),
    "none healthy: fail open": ({A: "unhealthy", B: "initial"}, {}, (A, B)),
    "without checks": ({A: "unavailable", B: "unavailable"}, {}, (A, B)),
    "reached nowhere": ({A: "healthy", LOST: "unhealthy"}, {}, (A,)),
    "reached nowhere, fail open": ({A: "unhealthy", LOST: "unhealthy"}, {}, (A,)),
    "too few of a count": ({A: "healthy", B: "unhealthy"}, {LEAST + "count": "2"}, (A, B)),
    "enough of a share": (
        {A: "healthy", B: "unhealthy"},
        {LEAST + "percentage": "50"},
        (A,),
    ),
    "too few of a share": (
        {A: "healthy", B: "unhealthy", C: "unhealthy"},
        {LEAST + "percentage": "50"},
        (A, B, C),
    ),
}


@holds("healthy-ones", "fail-open", "too-few-healthy")
@pytest.mark.parametrize("name", ROUTABLE)
def test_which_may_get_a_request(name: str) -> None:
    states, attributes, expected = ROUTABLE[name]
    health = {(TARGET_GROUP, address.key): TargetHealth(state) for address, state in states.items()}
    found = routable(group(*states, **attributes), lambda arn, key: health[arn, key])
    assert tuple(found) == expected


LB = {"stickiness__enabled": "true", "stickiness__type": "lb_cookie"}
APP = {
    "stickiness__enabled": "true",
    "stickiness__type": "app_cookie",
    "stickiness__app_cookie__cookie_name": "session",
}


class Browser:
    """A client that keeps cookies, and the time."""

    def __init__(self, kind: Mapping[str, str], agent: str = "") -> None:
        self.now = NOW
        self.jar: dict[str, str] = {}
        self.given: list[str] = []
        self._kind = kind
        self._agent = agent
        self._sticky = StickyTarget(lambda: self.now)

    def _request(self) -> Request:
        cookie = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        return Request("GET", "/", (("Cookie", cookie), ("User-Agent", self._agent)))

    def sent_to(self, *usable: Address) -> Address | None:
        return self._sticky.chosen(group(*usable, **self._kind), self._request(), usable)

    def answered_by(self, address: Address, headers: Headers = ()) -> None:
        response = Response(200, headers)
        cookies = self._sticky.cookies(group(address, **self._kind), address, self._request(), response)
        self.given = [value for _, value in cookies]
        for value in self.given:
            name, _, rest = value.partition("=")
            self.jar[name] = rest.partition(";")[0]


@holds("sticky-lb-cookie")
def test_the_load_balancers_cookie() -> None:
    browser = Browser(LB)
    assert browser.sent_to(A, B) is None
    browser.answered_by(B)
    assert [value.partition("=")[0] for value in browser.given] == ["AWSALB", "AWSALBCORS"]
    assert all("; Expires=Fri, 22 Jan 2027 08:00:00 GMT; Path=/" in value for value in browser.given), LIFE
    assert browser.given[1].endswith("; SameSite=None; Secure")
    assert B.id not in browser.jar["AWSALB"], "it is encrypted"
    browser.now += DAY
    assert browser.sent_to(A, B) == B
    browser.answered_by(B)
    browser.now += DAY
    assert browser.sent_to(A, B) == B, "each response renews it"
    browser.now += 1
    assert browser.sent_to(A, B) is None, "the duration is over"


@holds("sticky-elsewhere")
@pytest.mark.parametrize("kind", [LB, APP], ids=["lb", "app"])
def test_a_target_that_is_gone(kind: Mapping[str, str]) -> None:
    browser = Browser(kind)
    browser.jar["session"] = "s"
    browser.answered_by(B, (("Set-Cookie", "session=s"),))
    assert browser.sent_to(A, C) is None
    browser.answered_by(C, (("Set-Cookie", "session=s"),))
    assert browser.sent_to(A, B, C) == C, "stuck to the new one"


@holds("sticky-app-cookie")
def test_the_applications_cookie() -> None:
    browser = Browser(APP)
    browser.answered_by(B, (("set-cookie", "session=1; HttpOnly"),))
    assert [value.partition("=")[0] for value in browser.given] == [f"AWSALBAPP-{n}" for n in range(4)]
    assert browser.sent_to(A, B) is None, "it sends one of the two"
    browser.jar["session"] = "2"
    assert browser.sent_to(A, B) == B
    browser.answered_by(B)
    assert not browser.given[0].startswith("AWSALBAPP-0=_remove_"), "while it holds it is renewed"
    del browser.jar["AWSALBAPP-0"]
    assert browser.sent_to(A, B) is None


@holds("sticky-app-cookie-removed")
def test_without_the_applications_cookie() -> None:
    browser = Browser(APP)
    browser.answered_by(B, (("Set-Cookie", "other=1"),))
    expires = "Expires=Fri, 22 Jan 2027 08:00:00 GMT; Path=/"
    assert browser.given == [f"AWSALBAPP-{n}=_remove_; {expires}" for n in range(4)]
    assert browser.sent_to(A, B) is None


AGENTS = {
    "Mozilla/5.0 AppleWebKit/537.36 Chrome/80.0.3987.0 Safari/537.36": True,
    "Mozilla/5.0 AppleWebKit/537.36 Chrome/79.0.3945.0 Safari/537.36": False,
    "curl/8.5.0": False,
}


@pytest.mark.parametrize("agent", AGENTS)
def test_same_site(agent: str) -> None:
    """User guide, "Sticky sessions": SameSite=None; Secure "only if the user-agent version is Chromium80 or
    above"."""
    browser = Browser(APP, agent)
    browser.answered_by(B, (("Set-Cookie", "session=1"),))
    assert ("; SameSite=None; Secure" in browser.given[0]) is AGENTS[agent]


def test_nothing_sticks_where_it_is_not_asked_to() -> None:
    browser = Browser({})
    browser.answered_by(B)
    assert browser.given == []


def test_a_cookie_is_of_one_target_group() -> None:
    """AWSALB is the one name of all: what another target group's says of the same address means nothing."""
    browser = Browser(LB)
    browser.answered_by(B)
    other = replace(group(A, B, **LB), arn=TARGET_GROUP + "2")
    assert browser._sticky.chosen(other, browser._request(), (A, B)) is None
