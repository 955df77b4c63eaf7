"""localalb's own OpenID provider: whom it believes, and whom it sends nobody on to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client, TestResponse

from localalb.login.flow import PURPOSE, State
from localalb.login.provider import LocalProvider
from localalb.login.seal import Seal

ME = "http://127.0.0.1:5000"
STATE = State(
    rule="rule",
    issuer="https://issuer.example",
    client="hello",
    url='https://www.example.com:443/app?a="><script>',
    back="https://www.example.com/oauth2/idpresponse",
    nonce="nonce",
    began=1,
)


@pytest.fixture
def seal() -> Seal:
    return Seal()


@pytest.fixture
def client(seal: Seal) -> Client:
    return Client(LocalProvider(seal))


def query(seal: Seal, begun: State = STATE) -> dict[str, str]:
    """What a load balancer sends a client with."""
    return {
        "client_id": begun.client,
        "redirect_uri": begun.back,
        "response_type": "code",
        "scope": "openid",
        "state": seal.close(PURPOSE, asdict(begun)),
    }


def ask(client: Client, parameters: Mapping[str, str], **more: Any) -> TestResponse:
    return client.get("/authorize", base_url=ME, query_string=parameters, **more)


def sealed(page: TestResponse) -> str:
    found = re.search(r'name="request" value="([^"]*)"', page.text)
    assert found
    return unescape(found[1])


def choose(client: Client, origin: str | None = ME, **form: str) -> TestResponse:
    fields = {"sub": "42", "email": "a@example.com", "name": "", "claims": '{"groups": ["x"]}'} | form
    headers = {"Origin": origin} if origin else {}
    return client.post("/authorize", base_url=ME, data=fields, headers=headers)


def code(client: Client, seal: Seal) -> str:
    answer = choose(client, request=sealed(ask(client, query(seal))))
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def token(client: Client, **form: str) -> TestResponse:
    return client.post("/token", base_url=ME, data=form)


def test_the_way_through(client: Client, seal: Seal) -> None:
    given = token(
        client, grant_type="authorization_code", code=code(client, seal), redirect_uri=STATE.back
    ).json
    assert given is not None
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    user = client.get("/userinfo", base_url=ME, headers=bearer).json
    assert user == {"sub": "42", "email": "a@example.com", "groups": ["x"]}
    again = token(client, grant_type="refresh_token", refresh_token=given["refresh_token"]).json
    assert again is not None
    assert set(again) == set(given)


def test_it_sends_on_to_the_load_balancer(client: Client, seal: Seal) -> None:
    sent = query(seal)
    answer = choose(client, request=sealed(ask(client, sent)))
    assert answer.headers["Location"].startswith(f"{STATE.back}?code=")
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["state"] == [sent["state"]]


def test_who_denies_is_sent_on_too(client: Client, seal: Seal) -> None:
    answer = choose(client, request=sealed(ask(client, query(seal))), deny="1")
    assert answer.headers["Location"].startswith(f"{STATE.back}?error=access_denied&state=")


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://evil.example/oauth2/idpresponse"},
        {"redirect_uri": ""},
        {"client_id": "another"},
        {"response_type": "token"},
        {"state": ""},
        {"state": "x" * 100},
    ],
    ids=str,
)
def test_nobody_is_sent_where_a_link_says(client: Client, seal: Seal, changed: dict[str, str]) -> None:
    answer = ask(client, query(seal) | changed)
    assert (answer.status_code, "Location" in answer.headers) == (400, False)


@pytest.mark.parametrize("host", ["evil.example;x", "a b", 'a"b', "evil.example/x", ""])
def test_a_host_that_is_none_is_nowhere_to_go(client: Client, seal: Seal, host: str) -> None:
    """A client may have sent any Host; what it sent stands in a header of the page."""
    state = replace(STATE, back=f"https://{host}/oauth2/idpresponse")
    assert ask(client, query(seal, state)).status_code == 400


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:5001"])
def test_no_other_page_logs_anybody_in(client: Client, seal: Seal, origin: str | None) -> None:
    request = sealed(ask(client, query(seal)))
    assert choose(client, origin, request=request).status_code == 404


@pytest.mark.parametrize("forged", ["", "x", "state"])
def test_only_its_own_page_does(client: Client, seal: Seal, forged: str) -> None:
    request = query(seal)["state"] if forged == "state" else forged
    assert choose(client, request=request).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "evil.example:5000", "127.0.0.1:5001", "127.0.0.1"])
def test_no_other_name_leads_to_it(client: Client, seal: Seal, host: str) -> None:
    """DNS rebinding."""
    environ = {"HTTP_HOST": host}
    assert ask(client, query(seal), environ_overrides=environ).status_code == 403


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/keys"])
def test_pages_ask_it_nothing(client: Client, path: str) -> None:
    method = client.post if path == "/token" else client.get
    assert method(path, base_url=ME, headers={"Origin": "https://evil.example"}).status_code == 404


def test_its_page_is_in_no_frame_and_runs_nothing(client: Client, seal: Seal) -> None:
    page = ask(client, query(seal))
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://www.example.com" in policy
    assert "<script>" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_code_is_worth_something_once(client: Client, seal: Seal) -> None:
    form = {"grant_type": "authorization_code", "code": code(client, seal), "redirect_uri": STATE.back}
    assert token(client, **form).status_code == 200
    assert token(client, **form).status_code == 400


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": "authorization_code", "code": "x"},
        {"grant_type": "refresh_token", "refresh_token": "x"},
        {"grant_type": "password"},
        {"grant_type": "client_credentials", "claims": "[]"},
        {},
    ],
    ids=str,
)
def test_what_it_gives_no_token_for(client: Client, form: dict[str, str]) -> None:
    answer = token(client, **form)
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "invalid_grant")


def test_a_code_is_bound_to_its_redirect_uri(client: Client, seal: Seal) -> None:
    form = {"grant_type": "authorization_code", "code": code(client, seal), "redirect_uri": "https://other"}
    assert token(client, **form).status_code == 400


def test_a_token_of_another_run_has_no_claims(client: Client, seal: Seal) -> None:
    foreign = Client(LocalProvider(seal))
    given = token(foreign, grant_type="client_credentials", issuer="a").json
    assert given is not None
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    assert client.get("/userinfo", base_url=ME, headers=bearer).status_code == 400


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sub": " "}, "sub is empty"),
        ({"sub": "a\nb"}, "sub is empty"),
        ({"claims": "{"}, "no JSON"),
        ({"claims": "[" * 10_000}, "no JSON"),
        ({"claims": "[]"}, "no JSON object"),
    ],
    ids=["blank", "line", "brace", "deep", "array"],
)
def test_what_is_no_identity_is_said_on_the_page(
    client: Client, seal: Seal, fields: dict[str, str], said: str
) -> None:
    page = choose(client, request=sealed(ask(client, query(seal))), **fields)
    assert page.status_code == 400
    assert said in page.text


def test_a_form_that_is_too_large(client: Client) -> None:
    assert choose(client, claims="x" * 100_000).status_code == 413
