"""Logins in a browser: at a certified OpenID provider, and at localalb's own; and out again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
import requests

from localalb.stacks.home import ask
from tests.certificates import Authority
from tests.clients.browser import Page, browser
from tests.clients.openid import CLIENT, SECRET, provider
from tests.sites import TIMEOUT, Site, Sites
from tests.tokens import verified

# By its local address, which its certificate does not name.
pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")

NAME = "login.example.test"
COOKIE = "AWSELBAuthSessionCookie-0"

# Says who asks, with the public key that it fetched as it would on AWS, but for the address; /logout ends the
# session, /bye is public.
CODE = """
import base64, json, os, urllib.request

def handler(event, context):
    if event["path"] == "/logout":
        gone = "AWSELBAuthSessionCookie-0=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure"
        return {"statusCode": 302, "headers": {"location": "/bye", "set-cookie": gone}}
    if event["path"] == "/bye":
        return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": "Bye"}
    headers = event["headers"]
    data = headers.get("x-amzn-oidc-data", "")
    found = {"identity": headers.get("x-amzn-oidc-identity"), "data": data, "path": event["path"],
             "query": event["queryStringParameters"]}
    if data:
        kid = json.loads(base64.urlsafe_b64decode(data.split(".")[0]))["kid"]
        with urllib.request.urlopen(os.environ["LOCALALB_PUBLIC_KEYS"] + "/" + kid) as answer:
            found["key"] = answer.read().decode()
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(found)}
"""


@dataclass(frozen=True)
class Behind:
    """A site whose paths below /app, and /logout, are behind a login at `issuer`."""

    site: Site
    issuer: str

    @property
    def local(self) -> str:
        return "https://{}:{}".format(*self.site.address)


@contextmanager
def behind(cloud: Sites, site: Site, issuer: str, **config: Any) -> Iterator[Behind]:
    paths = {"AuthorizationEndpoint": "auth", "TokenEndpoint": "token", "UserInfoEndpoint": "me"}
    action = {
        "Type": "authenticate-oidc",
        "Order": 1,
        "AuthenticateOidcConfig": {
            "Issuer": issuer,
            **{name: f"{issuer}/{path}" for name, path in paths.items()},
            "ClientId": CLIENT,
            "ClientSecret": SECRET,
            "Scope": "openid email profile",
            **config,
        },
    }
    forward = {"Type": "forward", "TargetGroupArn": site.target_group, "Order": 2}
    rule = cloud.elbv2.create_rule(
        ListenerArn=site.listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/app*", "/logout"]}}],
        Actions=[action, forward],
    )["Rules"][0]["RuleArn"]
    try:
        yield Behind(site, issuer)
    finally:
        cloud.elbv2.delete_rule(RuleArn=rule)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def site(cloud: Sites, authority: Authority) -> Iterator[Site]:
    certificate = authority.issue(NAME).imported(cloud.client("acm"))
    with cloud.deployed(CODE, port=443, certificate=certificate) as site:
        yield site


@pytest.fixture(scope="module")
def page(site: Site) -> Iterator[Page]:
    """A browser for which the site's name leads to its local address."""
    host, port = site.address
    with browser(
        "--ignore-certificate-errors", f"--host-resolver-rules=MAP {NAME}:443 {host}:{port}"
    ) as page:
        yield page


@pytest.fixture(params=["http", "https"])
def certified(
    request: pytest.FixtureRequest, cloud: Sites, site: Site, authority: Authority
) -> Iterator[Behind]:
    """Behind the certified provider, which is on this machine: so it is asked."""
    hosts = (NAME, "{}:{}".format(*site.address))
    certificate = authority.issue("127.0.0.1") if request.param == "https" else None
    with (
        provider([f"https://{host}/oauth2/idpresponse" for host in hosts], certificate) as issuer,
        behind(cloud, site, issuer) as found,
    ):
        yield found


@pytest.fixture
def own(cloud: Sites, site: Site) -> Iterator[Behind]:
    """Behind a provider of the internet, in whose place localalb's own is put."""
    ask(cloud.endpoint, "login?mode=local", "POST")
    with behind(cloud, site, "https://issuer.example") as found:
        yield found
    ask(cloud.endpoint, "login?mode=loopback", "POST")


def claims(page: Page, issuer: str) -> Any:
    """Who the function says asks, with the signature checked."""
    said = json.loads(page.text)
    header, found = verified(said["data"], said["key"])
    assert (header["iss"], header["client"], header["alg"]) == (issuer, CLIENT, "ES256")
    assert said["identity"] == found["sub"]
    return found


def callback(cloud: Sites, site: Site) -> dict[str, Any]:
    """What is recorded of the latest way back from a provider; browsers ask for icons too."""
    return [each for each in cloud.requests(site) if each["target"].startswith("/oauth2/")][-1]


def log_in_certified(page: Page, user: str) -> None:
    assert "Sign-in" in page.text
    page.press("button[type=submit]", login=user, password="anything")
    page.press("button[type=submit]")  # the consent


@pytest.mark.parametrize("local", [False, True], ids=["by name", "by the local address"])
def test_in_and_out_at_a_certified_provider(page: Page, certified: Behind, local: bool) -> None:
    page.forget()
    start = certified.local if local else f"https://{NAME}"
    page.open(f"{start}/app/here?a=%2F&b=2")
    log_in_certified(page, "alice")
    assert page.url == f"{start}/app/here?a=%2F&b=2"
    found = claims(page, certified.issuer)
    assert (found["sub"], found["email"]) == ("alice", "alice@example.com")
    cookie = page.cookies()[COOKIE]
    assert (cookie["secure"], cookie["httpOnly"], cookie["session"]) == (True, True, False)
    assert "alice" not in cookie["value"]

    page.open(f"{start}/app/there")
    assert claims(page, certified.issuer)["sub"] == "alice", "the session holds"

    page.open(f"{start}/logout")
    assert (page.text, COOKIE in page.cookies()) == ("Bye", False)


def test_the_provider_still_knows_who_logged_out_here(page: Page, certified: Behind) -> None:
    """User guide, "Session timeout": then nobody is asked again."""
    page.forget()
    page.open(f"https://{NAME}/app")
    log_in_certified(page, "bob")
    page.open(f"https://{NAME}/logout")
    page.open(f"https://{NAME}/app")
    assert claims(page, certified.issuer)["sub"] == "bob"


def test_a_wrong_secret_is_a_561(page: Page, cloud: Sites, site: Site, certified: Behind) -> None:
    rules = cloud.elbv2.describe_rules(ListenerArn=site.listener)["Rules"]
    (rule,) = (each for each in rules if not each["IsDefault"])
    for action in rule["Actions"]:
        action.get("AuthenticateOidcConfig", {}).update(ClientSecret="wrong")
    cloud.elbv2.modify_rule(RuleArn=rule["RuleArn"], Actions=rule["Actions"])
    page.forget()
    page.open(f"https://{NAME}/app")
    log_in_certified(page, "carol")
    assert "561" in page.text
    record = callback(cloud, site)
    assert record["reason"] == "AuthTokenEpRequestFailed"
    assert "invalid_client" in record["why"]
    assert "wrong" not in json.dumps(record)


def test_in_and_out_at_localalbs_own(page: Page, own: Behind) -> None:
    page.forget()
    page.open(f"https://{NAME}/app?a=1")
    assert own.issuer in page.text
    page.press("form button", sub="42", email="d@example.com", name="Dora", claims='{"groups": ["admins"]}')
    assert page.url == f"https://{NAME}/app?a=1"
    found = claims(page, own.issuer)
    assert {name: found[name] for name in ("sub", "email", "name", "groups")} == {
        "sub": "42",
        "email": "d@example.com",
        "name": "Dora",
        "groups": ["admins"],
    }
    page.open(f"https://{NAME}/logout")
    assert page.text == "Bye"
    page.open(f"https://{NAME}/app")
    assert "Who do you want to be?" in page.text, "it remembers nobody"


def test_claims_that_are_none_are_mended_on_the_page(page: Page, own: Behind) -> None:
    page.forget()
    page.open(f"https://{NAME}/app")
    page.press("form button", sub="1", claims="[]")
    assert "no JSON object" in page.text
    page.press("form button", claims="{}")
    assert claims(page, own.issuer)["sub"] == "1"


def test_a_login_that_is_denied(page: Page, cloud: Sites, site: Site, own: Behind) -> None:
    page.forget()
    page.open(f"https://{NAME}/app")
    page.press("button[name=deny]")
    assert "401 Authorization Required" in page.text
    assert "access_denied" in callback(cloud, site)["why"]


def test_another_browser_cannot_finish_a_login(page: Page, own: Behind, site: Site) -> None:
    page.forget()
    page.open(f"https://{NAME}/app")
    page.run("document.querySelector('form').addEventListener('submit', e => e.preventDefault())")
    page.forget()  # what tells this browser from another are its cookies
    page.run("document.querySelector('form').submit()")
    assert page.settled_on("/oauth2/idpresponse")
    assert "401 Authorization Required" in page.text


def test_a_token_of_a_certified_provider(cloud: Sites, site: Site) -> None:
    """Machine to machine: client credentials, and `jwt-validation` by the provider's own key set."""
    with provider([f"https://{NAME}/oauth2/idpresponse"]) as issuer:
        claims = [{"Name": "scope", "Format": "space-separated-values", "Values": ["read"]}]
        config = {"Issuer": issuer, "JwksEndpoint": f"{issuer}/jwks", "AdditionalClaims": claims}
        actions = [
            {"Type": "jwt-validation", "Order": 1, "JwtValidationConfig": config},
            {"Type": "forward", "TargetGroupArn": site.target_group, "Order": 2},
        ]
        rule = cloud.elbv2.create_rule(
            ListenerArn=site.listener,
            Priority=1,
            Conditions=[{"Field": "path-pattern", "Values": ["/api"]}],
            Actions=actions,
        )["Rules"][0]["RuleArn"]
        form = {"grant_type": "client_credentials", "scope": "read", "resource": "https://api.example"}
        given = requests.post(f"{issuer}/token", form, auth=(CLIENT, quote(SECRET, safe="")), timeout=TIMEOUT)
        token = given.json()["access_token"]
        head, payload, signature = token.split(".")
        answers = {
            sent: requests.get(
                "https://{}:{}/api".format(*site.address),
                headers={"Authorization": f"Bearer {sent}"},
                verify=False,
                timeout=TIMEOUT,
            ).status_code
            for sent in (token, f"{head}.{payload}.{signature[:-8]}AAAAAAAA", f"{head}.{payload}.")
        }
        cloud.elbv2.delete_rule(RuleArn=rule)
    assert list(answers.values()) == [200, 401, 401]
