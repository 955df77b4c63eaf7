"""Logins without a socket: each row of tests/cases/login.py, and what a session is."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from logins import BALANCER, HOST, LOGIN, RULE, Browser, location, outcome, passed, without_none

from localalb.http.faults import Fault
from localalb.http.message import Request, Response
from localalb.login import cookies
from localalb.login.gate import Gate, Visit
from localalb.login.settings import WEEK
from tests.cases import login as rows
from tests.cases.login import CLIENT, ISSUER, NOW, USER, BackCase, GuestCase, ProviderCase, tokens
from tests.tokens import verified


@pytest.mark.parametrize("case", rows.GUESTS, ids=lambda case: case.id)
def test_a_guest(case: GuestCase) -> None:
    browser = Browser(replace(LOGIN, unauthenticated=case.unauthenticated))
    browser.jar = dict(case.cookies)
    found, answer = outcome(browser.ask)
    assert answer == (case.status, case.reason)
    if case.status == 0:
        assert found is not None
        assert not [name for name, _ in passed(found).headers if name.startswith("x-amzn-oidc")]


@pytest.mark.parametrize("case", rows.BACK, ids=lambda case: case.id)
def test_the_way_back(case: BackCase) -> None:
    browser = Browser()
    query = without_none({"code": "a code", "state": browser.begin()["state"], **case.query})
    browser.jar = without_none({**browser.jar, **case.cookies})
    browser.now += case.after
    with pytest.raises(Fault) as caught:
        browser.back(query, () if case.headers == "no host" else (("Host", HOST),))
    assert (caught.value.status, caught.value.reason) == (case.status, case.reason)
    assert browser.provider.asked == [], "the code is not spent on it"


@pytest.mark.parametrize("case", rows.PROVIDER, ids=lambda case: case.id)
def test_the_provider(case: ProviderCase) -> None:
    browser = Browser()
    browser.provider.token, browser.provider.user = case.token, case.user
    _, answer = outcome(browser.log_in)
    assert answer == (case.status, case.reason)
    whole = case.status == 302
    assert browser.shards() == (["AWSELBAuthSessionCookie-0"] if whole else [])
    assert browser.visit.outcome == ("success" if whole else "")
    assert browser.visit.asked >= 0


def test_the_authorization_request() -> None:
    """User guide, "Authentication flow"; the order is that of published URLs."""
    browser = Browser(replace(LOGIN, scope="openid email", extra=(("prompt", "login"), ("display", "page"))))
    response = browser.ask("/app?a=1&b=%2F")
    assert isinstance(response, Response)
    address, _, query = location(response).partition("?")
    assert address == f"{ISSUER}/authorize"
    names = [part.partition("=")[0] for part in query.split("&")]
    assert names == ["client_id", "redirect_uri", "response_type", "scope", "state", "prompt", "display"]
    assert query.startswith(
        "client_id=hello&redirect_uri=https%3A%2F%2Fwww.example.com%2Foauth2%2Fidpresponse"
        "&response_type=code&scope=openid+email&state="
    )


def test_the_token_request() -> None:
    """RFC 6749, section 4.1.3."""
    browser = Browser()
    browser.log_in()
    assert browser.provider.asked == [
        (
            f"{ISSUER}/token",
            {
                "grant_type": "authorization_code",
                "code": "a code",
                "redirect_uri": f"https://{HOST}/oauth2/idpresponse",
                "client": (CLIENT, "a secret"),
            },
        ),
        (f"{ISSUER}/userinfo", "access"),
    ]


@pytest.mark.parametrize(
    ("host", "port", "back", "url"),
    [
        ("www.example.com", 443, "https://www.example.com", "https://www.example.com:443"),
        ("www.example.com:8443", 8443, "https://www.example.com:8443", "https://www.example.com:8443"),
        ("localhost:8444", 443, "https://localhost:8444", "https://localhost:8444"),
    ],
)
def test_where_it_leads_back(host: str, port: int, back: str, url: str) -> None:
    """The redirect URI has the host as the client gave it, the URL behind the login a port in any case."""
    browser = Browser()
    request = Request("GET", "/app?a=1", (("Host", host),), port=port, secure=True)
    response = asyncio.run(browser.gate.passes(LOGIN, RULE, BALANCER, request, Visit()))
    assert isinstance(response, Response)
    browser._keep(response.headers)
    state = location(response).partition("&state=")[2]
    assert f"redirect_uri={back.replace(':', '%3A').replace('/', '%2F')}%2Foauth2%2Fidpresponse&" in location(
        response
    )
    assert location(browser.back({"code": "a", "state": state})) == f"{url}/app?a=1"


def test_a_code_of_another_client_is_not_spent() -> None:
    """The rule changed while somebody was at the provider's page."""
    browser = Browser()
    query = {"code": "a code", "state": browser.begin()["state"]}
    browser.login = replace(LOGIN, client="another")
    with pytest.raises(Fault) as caught:
        browser.back(query)
    assert (caught.value.status, caught.value.reason) == (401, "AuthInvalidStateParam")


def test_the_headers_for_the_target() -> None:
    """User guide, "User claims encoding and signature verification"."""
    browser = Browser()
    browser.log_in()
    request = passed(browser.ask(headers=(("Host", HOST), ("X-Amzn-Oidc-Identity", "somebody else"))))
    assert request.values("x-amzn-oidc-identity") == [USER["sub"]]
    assert request.values("x-amzn-oidc-accesstoken") == ["access"]
    (data,) = request.values("x-amzn-oidc-data")
    header, payload = verified(data, browser.gate.signer.pem)
    assert header == {
        "typ": "JWT",
        "kid": browser.gate.signer.key,
        "alg": "ES256",
        "iss": ISSUER,
        "client": CLIENT,
        "signer": BALANCER,
        "exp": NOW + 120,
    }
    assert payload == {**USER, "exp": NOW + 120, "iss": ISSUER}


def test_claims_in_another_alphabet() -> None:
    """Headers hold one character a byte here; an event has the text."""
    browser = Browser()
    browser.provider.token = (200, tokens(id_token=rows.id_token(sub="Zoë")))
    browser.provider.user = (200, {"sub": "Zoë", "name": "Ζωή"})
    browser.log_in()
    request = passed(browser.ask())
    assert request.values("x-amzn-oidc-identity")[0].encode("latin-1").decode() == "Zoë"
    _, claims = verified(request.values("x-amzn-oidc-data")[0], browser.gate.signer.pem)
    assert claims["name"] == "Ζωή"


class TestSessions:
    """User guide, "Session timeout"."""

    def test_it_ends(self) -> None:
        browser = Browser(replace(LOGIN, timeout=100))
        browser.log_in()
        browser.now += 99
        passed(browser.ask())
        browser.now += 1
        assert isinstance(browser.ask(), Response)

    def test_its_cookies_expire_after_a_week_whatever_it_lasts(self) -> None:
        browser = Browser(replace(LOGIN, timeout=1))
        (cookie,) = (value for name, value in browser.log_in().headers if name == "Set-Cookie")
        assert cookie.endswith("; Expires=Fri, 22 Jan 2027 08:00:00 GMT; Path=/; Secure; HttpOnly")
        assert NOW + WEEK == 1_800_604_800

    def test_a_large_one_stands_in_several_cookies(self) -> None:
        """User guide: browsers limit a cookie to 4 KB."""
        browser = Browser()
        browser.provider.user = (200, {**USER, "groups": "x" * 10_000})
        response = browser.log_in()
        sizes = [len(value.partition(";")[0]) for name, value in response.headers if name == "Set-Cookie"]
        assert len(sizes) == 4
        assert all(size <= 4096 for size in sizes)
        _, claims = verified(passed(browser.ask()).values("x-amzn-oidc-data")[0], browser.gate.signer.pem)
        assert claims["groups"] == "x" * 10_000

    def test_a_smaller_one_takes_back_what_is_over(self) -> None:
        browser = Browser()
        browser.provider.user = (200, {**USER, "groups": "x" * 10_000})
        browser.log_in()
        browser.now += WEEK
        browser.provider.token = (200, tokens(id_token=rows.id_token(exp=NOW + 2 * WEEK)))
        browser.provider.user = (200, USER)
        browser.log_in()
        assert browser.shards() == ["AWSELBAuthSessionCookie-0"]
        passed(browser.ask())

    def test_a_part_of_one_is_none(self) -> None:
        browser = Browser()
        browser.provider.user = (200, {**USER, "groups": "x" * 10_000})
        browser.log_in()
        del browser.jar["AWSELBAuthSessionCookie-2"]
        with pytest.raises(Fault) as caught:
            browser.ask()
        assert (caught.value.status, caught.value.reason) == (401, "AuthInvalidCookie")

    def test_its_cookie_has_the_name_the_rule_gives_it(self) -> None:
        browser = Browser(replace(LOGIN, cookie="mine"))
        browser.log_in()
        assert [name for name in browser.jar if name.startswith("mine")] == ["mine-0"]
        passed(browser.ask())

    def test_it_opens_no_rule_of_another_client(self) -> None:
        browser = Browser()
        browser.log_in()
        browser.login = replace(LOGIN, client="another")
        assert isinstance(browser.ask(), Response)

    def test_one_of_an_earlier_run_is_none(self) -> None:
        """Its key is gone with the cloud that sealed it; nobody has forged anything."""
        browser = Browser()
        browser.log_in()
        browser.gate = Gate(browser.provider, lambda rule: "")
        assert isinstance(browser.ask(), Response)

    def test_a_state_is_no_session(self) -> None:
        browser = Browser()
        browser.jar["AWSELBAuthSessionCookie-0"] = browser.begin()["state"]
        with pytest.raises(Fault) as caught:
            browser.ask()
        assert caught.value.reason == "AuthInvalidCookie"

    def test_nothing_of_it_can_be_read_or_changed(self) -> None:
        browser = Browser()
        browser.log_in()
        text = browser.jar["AWSELBAuthSessionCookie-0"]
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        assert USER["sub"].encode() not in raw
        for index in (0, len(text) // 2, len(text) - 4):
            changed = text[:index] + ("A" if text[index] != "A" else "B") + text[index + 1 :]
            browser.jar["AWSELBAuthSessionCookie-0"] = changed
            assert outcome(browser.ask)[1] == (401, "AuthInvalidCookie")


class TestRefresh:
    """User guide, "Session timeout": with a refresh token the claims are fresh while the session lasts."""

    def logged_in(self, **changed: Any) -> Browser:
        browser = Browser()
        browser.provider.token = (200, tokens(refresh_token="refresh", expires_in=100, **changed))
        browser.log_in()
        browser.provider.asked.clear()
        return browser

    def test_not_before_the_access_token_expires(self) -> None:
        browser = self.logged_in()
        browser.now += 99
        passed(browser.ask())
        assert browser.provider.asked == []

    def test_behind_that(self) -> None:
        browser = self.logged_in()
        before = browser.jar["AWSELBAuthSessionCookie-0"]
        browser.now += 100
        browser.provider.token = (200, tokens(access_token="fresh", id_token=None, expires_in=100))
        browser.provider.user = (200, {**USER, "name": "another name"})
        request = passed(browser.ask())
        (address, form), _ = browser.provider.asked
        assert (address, form["grant_type"], form["refresh_token"]) == (
            f"{ISSUER}/token",
            "refresh_token",
            "refresh",
        )
        assert request.values("x-amzn-oidc-accesstoken") == ["fresh"]
        _, claims = verified(request.values("x-amzn-oidc-data")[0], browser.gate.signer.pem)
        assert claims["name"] == "another name"
        assert browser.jar["AWSELBAuthSessionCookie-0"] != before
        assert browser.visit.outcome == "refreshed"
        browser.provider.asked.clear()
        passed(browser.ask())
        assert browser.provider.asked == [], "the new cookie has what the refresh brought"

    def test_it_makes_the_session_no_longer(self) -> None:
        browser = Browser(replace(LOGIN, timeout=150))
        browser.provider.token = (200, tokens(refresh_token="refresh", expires_in=100))
        browser.log_in()
        browser.now += 100
        passed(browser.ask())
        browser.now += 50
        assert isinstance(browser.ask(), Response)

    @pytest.mark.parametrize("failure", [None, (400, {"error": "invalid_grant"}), (200, "")], ids=str)
    def test_where_it_fails_the_user_logs_in_again(self, failure: rows.Sent) -> None:
        browser = self.logged_in()
        browser.now += 100
        browser.provider.token = failure
        response = browser.ask()
        assert isinstance(response, Response)
        assert location(response).startswith(f"{ISSUER}/authorize?")

    def test_it_is_about_the_same_user(self) -> None:
        browser = self.logged_in()
        browser.now += 100
        browser.provider.user = (200, {**USER, "sub": "another"})
        assert isinstance(browser.ask(), Response)

    def test_without_a_refresh_token_the_session_goes_on(self) -> None:
        browser = Browser()
        browser.provider.token = (200, tokens(expires_in=100))
        browser.log_in()
        browser.provider.asked.clear()
        browser.now += 200
        passed(browser.ask())
        assert browser.provider.asked == []

    def test_requests_at_the_same_time_share_it(self) -> None:
        """A provider may take a refresh token once alone."""
        browser = self.logged_in()
        browser.now += 100
        header = "; ".join(f"{name}={value}" for name, value in browser.jar.items())
        request = Request("GET", "/", (("Host", HOST), ("Cookie", header)), port=443, secure=True)

        async def crowd() -> list[Any]:
            one = (browser.gate.passes(LOGIN, RULE, BALANCER, request, Visit()) for _ in range(20))
            return await asyncio.gather(*one)

        for found in asyncio.run(crowd()):
            passed(found)
        assert len(browser.provider.asked) == 2, "one for tokens, one for claims"


def test_two_logins_in_one_browser() -> None:
    """The later one holds: its nonce has taken the other's place."""
    browser = Browser()
    first, second = browser.begin()["state"], browser.begin()["state"]
    with pytest.raises(Fault) as caught:
        browser.back({"code": "a", "state": first})
    assert caught.value.reason == "AuthInvalidAWSALBAuthNonce"
    assert browser.back({"code": "a", "state": second}).status == 302


def test_the_nonce_is_a_cookie_of_sixteen_letters() -> None:
    """As in published requests: AWSALBAuthNonce=okt2e445GMpRJB8d."""
    browser = Browser()
    browser.begin()
    assert len(browser.jar[cookies.NONCE]) == 16


def test_a_login_is_never_sent_on_in_the_clear() -> None:
    browser = Browser()
    assert urlsplit(location(browser.log_in())).scheme == "https"
