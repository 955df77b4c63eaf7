"""Cookies that keep a client with its target group (user guide, "Sticky sessions")."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.balancer.sticky import NAMES, Sticky
from localalb.http.faults import Fault

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/blue/0123456789abcdef"
NOW = 1_800_000_000
DAY = 86_400
STICKY = Sticky()
COOKIES = {
    name: morsel for _, text in STICKY.cookies(ARN, NOW, DAY) for name, morsel in SimpleCookie(text).items()
}
VALUE = COOKIES["AWSALBTG"].value


def test_both_cookies_are_set() -> None:
    """AWSALBTGCORS is the same with SameSite=None and Secure, for requests from other origins."""
    assert set(COOKIES) == set(NAMES)
    plain, cors = COOKIES["AWSALBTG"], COOKIES["AWSALBTGCORS"]
    assert plain.value == cors.value
    assert (plain["samesite"], plain["secure"]) == ("", "")
    assert (cors["samesite"], cors["secure"]) == ("None", True)
    assert plain["path"] == cors["path"] == "/"
    assert ARN not in VALUE, "the cookie is encrypted"


READ = {
    "the plain one": ([f"AWSALBTG={VALUE}"], NOW, ARN),
    "the one for other origins": ([f"AWSALBTGCORS={VALUE}"], NOW, ARN),
    "among others": ([f"a=1; AWSALBTG={VALUE}; b=2"], NOW, ARN),
    "in a second header": (["a=1", f"AWSALBTG={VALUE}"], NOW, ARN),
    "a broken plain one beside a good one": ([f"AWSALBTG=x; AWSALBTGCORS={VALUE}"], NOW, ARN),
    "in its last second": ([f"AWSALBTG={VALUE}"], NOW + DAY, ARN),
    "expired": ([f"AWSALBTG={VALUE}"], NOW + DAY + 1, None),
    "a URL-encoded one beside a good one": ([f"AWSALBTG=%67{VALUE[1:]}; AWSALBTGCORS={VALUE}"], NOW, ARN),
    "cut short": ([f"AWSALBTG={VALUE[:-4]}"], NOW, None),
    "another load balancer's": ([Sticky().cookies(ARN, NOW, DAY)[0][1]], NOW, None),
    "none": ([], NOW, None),
}


@pytest.mark.parametrize("name", READ)
def test_reading(name: str) -> None:
    headers, now, arn = READ[name]
    assert STICKY.group(headers, now, DAY) == arn


@pytest.mark.parametrize("name", NAMES)
def test_url_encoded(name: str) -> None:
    """The access log's AWSALBTGCookieInvalid (user guide, "Access logs": Error reason codes)."""
    with pytest.raises(Fault) as caught:
        STICKY.group([f"{name}=%67{VALUE[1:]}"], NOW, DAY)
    assert (caught.value.status, caught.value.reason) == (400, "AWSALBTGCookieInvalid")


@given(st.lists(st.text(st.characters(max_codepoint=255, exclude_characters="%"), max_size=60), max_size=3))
def test_no_cookie_of_somebody_else_means_anything(headers: list[str]) -> None:
    assert STICKY.group([f"AWSALBTG={text}" for text in headers] + headers, NOW, DAY) is None
