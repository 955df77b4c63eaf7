"""Logins through the control plane and over sockets: what is kept and read back, localalb's own provider from
the outside, tokens, and what the logs say."""

from __future__ import annotations

import base64
import gzip
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from localalb.login.endpoints import MODES
from localalb.stacks.home import ask
from localalb.stacks.isolation import LOGINS
from localalb.stacks.start import local_cloud
from tests.certificates import Authority
from tests.cloud.commands import localalb
from tests.sites import TIMEOUT, Site, Sites, fixed
from tests.tokens import verified

OIDC = {
    "Issuer": "https://issuer.example",
    "AuthorizationEndpoint": "https://issuer.example/authorize",
    "TokenEndpoint": "https://issuer.example/token",
    "UserInfoEndpoint": "https://issuer.example/userinfo",
    "ClientId": "hello",
    "ClientSecret": "a-secret-of-mine",
}
POOL = {
    "UserPoolArn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc",
    "UserPoolClientId": "hello",
    "UserPoolDomain": "demo",
}
LOGIN = {"Type": "authenticate-oidc", "AuthenticateOidcConfig": OIDC}
COGNITO = {"Type": "authenticate-cognito", "AuthenticateCognitoConfig": POOL}
TOKEN = {
    "Type": "jwt-validation",
    "JwtValidationConfig": {
        "Issuer": "https://issuer.example",
        "JwksEndpoint": "https://issuer.example/keys",
        "AdditionalClaims": [
            {"Name": "scope", "Format": "space-separated-values", "Values": ["read", "write"]}
        ],
    },
}

# By its local address, which its certificate does not name.
pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")


def test_the_modes_are_the_command_lines() -> None:
    assert MODES == LOGINS


@pytest.fixture(scope="module")
def secure(cloud: Sites, authority: Authority) -> Iterator[Site]:
    certificate = authority.issue("login.example.test").imported(cloud.client("acm"))
    with cloud.deployed(port=443, certificate=certificate) as site:
        yield site


@pytest.fixture(scope="module", autouse=True)
def own(cloud: Sites) -> Iterator[str]:
    """The address of localalb's own provider, which stands in for every one in this module."""
    ask(cloud.endpoint, "login?mode=local", "POST")
    yield str(ask(cloud.endpoint, "status")["login"]["url"])
    ask(cloud.endpoint, "login?mode=loopback", "POST")


@contextmanager
def asked_first(cloud: Sites, site: Site, action: dict[str, Any], path: str = "/app*") -> Iterator[str]:
    """A rule that asks something of a client before it forwards; its ARN."""
    forward = {"Type": "forward", "TargetGroupArn": site.target_group, "Order": 2}
    rule = cloud.elbv2.create_rule(
        ListenerArn=site.listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": [path]}],
        Actions=[{**action, "Order": 1}, forward],
    )["Rules"][0]["RuleArn"]
    try:
        yield str(rule)
    finally:
        cloud.elbv2.delete_rule(RuleArn=rule)


def url(site: Site, path: str = "/app") -> str:
    return "https://{}:{}{}".format(*site.address, path)


def session() -> requests.Session:
    made = requests.Session()
    made.trust_env, made.verify = False, False
    return made


def get(client: requests.Session, address: str, **more: Any) -> requests.Response:
    return client.get(address, allow_redirects=False, timeout=TIMEOUT, **more)


def sealed(page: requests.Response) -> str:
    found = re.search(r'name="request" value="([^"]*)"', page.text)
    assert found, page.text
    return unescape(found[1])


def choose(client: requests.Session, page: requests.Response, own: str, **fields: str) -> requests.Response:
    """Send the provider's form as the page does."""
    form = {"request": sealed(page), "sub": "42", "email": "", "name": "", "claims": ""} | fields
    return client.post(
        f"{own}/authorize", form, headers={"Origin": own}, allow_redirects=False, timeout=TIMEOUT
    )


def log_in(client: requests.Session, site: Site, own: str, **fields: str) -> requests.Response:
    """The way through the provider's page to the answer that has the session."""
    page = get(client, get(client, url(site)).headers["Location"])
    return get(client, choose(client, page, own, **fields).headers["Location"])


class TestWhatIsKept:
    def test_a_secret_is_taken_and_never_given_back(self, cloud: Sites, secure: Site) -> None:
        """ELBv2 API: no answer has it. moto's have."""
        with asked_first(cloud, secure, LOGIN) as rule:
            kept = cloud.elbv2.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"][0]
        expected = {key: value for key, value in OIDC.items() if key != "ClientSecret"}
        assert kept["AuthenticateOidcConfig"] == expected

    def test_a_token_is_read_back(self, cloud: Sites, secure: Site) -> None:
        with asked_first(cloud, secure, TOKEN) as rule:
            kept = cloud.elbv2.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"][0]
        assert kept == {**TOKEN, "Order": 1}

    def test_a_change_may_keep_the_secret(self, cloud: Sites, secure: Site) -> None:
        """UseExistingClientSecret; what is kept shows where it is used."""
        with asked_first(cloud, secure, LOGIN) as rule, provider() as (address, seen):
            for config in ({"UseExistingClientSecret": True}, {"ClientSecret": "another"}):
                there = {
                    **{key: value for key, value in OIDC.items() if key != "ClientSecret"},
                    **{f"{name}Endpoint": address for name in ("Authorization", "Token", "UserInfo")},
                    **config,
                }
                action = {"Type": "authenticate-oidc", "AuthenticateOidcConfig": there, "Order": 1}
                forward = {"Type": "forward", "TargetGroupArn": secure.target_group, "Order": 2}
                cloud.elbv2.modify_rule(RuleArn=rule, Actions=[action, forward])
                ask(cloud.endpoint, "login?mode=loopback", "POST")
                client = session()
                query = parse_qs(urlsplit(get(client, url(secure)).headers["Location"]).query)
                back = get(client, url(secure, f"/oauth2/idpresponse?code=a&state={query['state'][0]}"))
                ask(cloud.endpoint, "login?mode=local", "POST")
                assert back.status_code == 561
        assert seen == [("hello", "a-secret-of-mine"), ("hello", "another")]
        assert "a-secret-of-mine" not in cloud.log.read_text()


@contextmanager
def provider() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A token endpoint that refuses everybody; gives its address, and the clients that asked."""
    seen: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            user, _, password = base64.b64decode(self.headers["Authorization"][6:]).decode().partition(":")
            seen.append((user, password))
            self.send_response(400)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


class TestLogins:
    @pytest.mark.parametrize("action", [LOGIN, COGNITO], ids=["oidc", "cognito"])
    def test_through_localalbs_own(
        self, cloud: Sites, secure: Site, own: str, action: dict[str, Any]
    ) -> None:
        with asked_first(cloud, secure, action):
            client = session()
            back = log_in(client, secure, own, email="a@example.com", claims='{"groups": ["x"]}')
            assert (back.status_code, back.headers["Location"]) == (302, url(secure))
            event = get(client, url(secure)).json()
        headers = event["headers"]
        assert headers["x-amzn-oidc-identity"] == "42"
        kid = json.loads(base64.urlsafe_b64decode(headers["x-amzn-oidc-data"].partition(".")[0]))["kid"]
        pem = requests.get(f"{cloud.endpoint_url}/_localalb/public-keys/{kid}", timeout=TIMEOUT).text
        header, claims = verified(headers["x-amzn-oidc-data"], pem)
        assert header["signer"] == secure.load_balancer
        assert (claims["sub"], claims["email"], claims["groups"]) == ("42", "a@example.com", ["x"])

    def test_a_listener_without_a_login_has_a_callback_of_its_own(self, echo: Site) -> None:
        assert echo.event("/oauth2/idpresponse")["path"] == "/oauth2/idpresponse"

    def test_what_a_client_says_of_itself_passes_where_nobody_asks(self, cloud: Sites, secure: Site) -> None:
        """A guess, as AWS says nothing; hence a function that is reached past the login verifies."""
        said = {"X-Amzn-Oidc-Identity": "admin"}
        allowed = {**OIDC, "OnUnauthenticatedRequest": "allow"}
        action = {"Type": "authenticate-oidc", "AuthenticateOidcConfig": allowed}
        with asked_first(cloud, secure, action):
            asked = get(session(), url(secure), headers=said).json()["headers"]
            public = get(session(), url(secure, "/public"), headers=said).json()["headers"]
        assert "x-amzn-oidc-identity" not in asked
        assert public["x-amzn-oidc-identity"] == "admin"

    def test_the_callback_is_no_rules(self, cloud: Sites, secure: Site) -> None:
        """As in the guide's example, whose rule is for /login alone."""
        with asked_first(cloud, secure, LOGIN):
            assert get(session(), url(secure, "/oauth2/idpresponse")).status_code == 401
            record = cloud.requests(secure)[-1]
        assert record["reason"] == "AuthMissingStateParam"

    def test_a_login_in_front_of_a_fixed_response(self, cloud: Sites, secure: Site, own: str) -> None:
        actions = [{**LOGIN, "Order": 1}, {**fixed("in"), "Order": 2}]
        conditions = [{"Field": "path-pattern", "Values": ["/app"]}]
        rule = cloud.elbv2.create_rule(
            ListenerArn=secure.listener, Priority=3, Conditions=conditions, Actions=actions
        )
        client = session()
        assert log_in(client, secure, own).status_code == 302
        assert get(client, url(secure)).text == "in"
        cloud.elbv2.delete_rule(RuleArn=rule["Rules"][0]["RuleArn"])

    def test_a_rule_that_went_away_meanwhile(self, cloud: Sites, secure: Site, own: str) -> None:
        client = session()
        with asked_first(cloud, secure, LOGIN):
            page = get(client, get(client, url(secure)).headers["Location"])
        with asked_first(cloud, secure, LOGIN):
            back = get(client, choose(client, page, own).headers["Location"])
            assert back.status_code == 401
            assert cloud.requests(secure)[-1]["reason"] == "AuthInvalidStateParam"


class TestWhatIsNotAsked:
    """Without `--login` nobody on the internet is, whatever a rule says."""

    @pytest.fixture(autouse=True)
    def loopback(self, cloud: Sites) -> Iterator[None]:
        ask(cloud.endpoint, "login?mode=loopback", "POST")
        yield
        ask(cloud.endpoint, "login?mode=local", "POST")

    @pytest.mark.parametrize(
        ("action", "said"),
        [(LOGIN, "--login real"), (COGNITO, "--login local"), (TOKEN, "--login real")],
        ids=["oidc", "cognito", "jwt"],
    )
    def test_it_says_what_would_be(
        self, cloud: Sites, secure: Site, action: dict[str, Any], said: str
    ) -> None:
        token = {"Authorization": "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.AAAA"}
        with asked_first(cloud, secure, action):
            assert get(session(), url(secure), headers=token).status_code == 500
            why = cloud.requests(secure)[-1]["why"]
        assert said in why
        assert "--login local" in why

    def test_a_user_pool_is_never_anybody_elses(self, cloud: Sites, secure: Site) -> None:
        """Its domain may be another account's on the internet."""
        ask(cloud.endpoint, "login?mode=real", "POST")
        with asked_first(cloud, secure, COGNITO):
            assert get(session(), url(secure)).status_code == 500
        assert "user pool" in cloud.requests(secure)[-1]["why"]

    def test_another_way_is_refused(self, cloud: Sites) -> None:
        with pytest.raises(requests.HTTPError, match="404"):
            ask(cloud.endpoint, "login?mode=never", "POST")


class TestTokens:
    def made(self, own: str, **fields: str) -> str:
        form = {"grant_type": "client_credentials", "issuer": "https://issuer.example"} | fields
        answer = requests.post(f"{own}/token", form, timeout=TIMEOUT)
        return str(answer.json()["access_token"])

    def test_one_of_localalbs_own_passes(self, cloud: Sites, secure: Site, own: str) -> None:
        with asked_first(cloud, secure, TOKEN):
            sent = {"Authorization": f"Bearer {self.made(own, scope='read')}"}
            answer = get(session(), url(secure), headers=sent)
        assert answer.status_code == 200
        assert answer.json()["headers"]["authorization"] == sent["Authorization"], "as it is"

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"scope": "delete"}, "JWTClaimValueInvalid"),
            ({}, "JWTClaimNotPresent"),
            ({"scope": "read", "issuer": "https://other"}, "JWTClaimValueInvalid"),
        ],
        ids=["scope", "no scope", "issuer"],
    )
    def test_others_do_not(
        self, cloud: Sites, secure: Site, own: str, fields: dict[str, str], reason: str
    ) -> None:
        with asked_first(cloud, secure, TOKEN):
            sent = {"Authorization": f"Bearer {self.made(own, **fields)}"}
            assert get(session(), url(secure), headers=sent).status_code == 401
            assert cloud.requests(secure)[-1]["reason"] == reason


def test_the_access_log(cloud: Sites, secure: Site, own: str) -> None:
    """User guide, "Access logs": actions_executed and error_reason; rule -1 for the callback (aws-log-parser
    #37)."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="logins")
    policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::logins/*",
            }
        ]
    }
    s3.put_bucket_policy(Bucket="logins", Policy=json.dumps(policy))
    cloud.configure(
        secure.load_balancer, {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logins"}
    )
    with asked_first(cloud, secure, LOGIN):
        client = session()
        log_in(client, secure, own)
        get(client, url(secure))
        get(client, url(secure, "/oauth2/idpresponse?code=a"))
    cloud.configure(secure.load_balancer, {"access_logs.s3.enabled": "false"})
    lines = [
        line
        for each in s3.list_objects_v2(Bucket="logins")["Contents"]
        if each["Key"].endswith(".log.gz")
        for line in gzip.decompress(s3.get_object(Bucket="logins", Key=each["Key"])["Body"].read())
        .decode()
        .splitlines()
    ]
    fields = [re.findall(r'"[^"]*"|\S+', line) for line in sorted(lines, key=lambda line: line.split()[1])]
    assert [(each[8], each[20], each[22], each[24]) for each in fields] == [
        ("302", "1", '"authenticate"', '"-"'),
        ("302", "-1", '"authenticate"', '"-"'),
        ("200", "1", '"authenticate,forward"', '"-"'),
        ("401", "-1", '"authenticate"', '"AuthMissingStateParam"'),
    ]


def test_serve_with_a_provider_of_its_own() -> None:
    """`--login local` at the start; the address of its page stands in the status."""
    with local_cloud("local") as endpoint:
        found = ask(endpoint, "status")["login"]
        assert found["mode"] == "local"
        assert requests.get(f"{found['url']}/keys", timeout=TIMEOUT).json()["keys"]


def test_without_it_nothing_is_served() -> None:
    with local_cloud() as endpoint:
        assert ask(endpoint, "status")["login"] == {"mode": "loopback", "url": ""}


def test_the_status_says_how(own: str) -> None:
    assert f"login          local  {own}" in localalb("status").stdout


def test_a_mode_that_is_none() -> None:
    result = localalb("serve", "--login", "never")
    assert (result.returncode, "'never' is not one of" in result.stderr) == (2, True)


def test_a_public_key_is_no_secret_and_there_is_no_other(cloud: Sites) -> None:
    """On AWS they are on the internet; a page of another origin asks nothing here all the same."""
    place = f"{cloud.endpoint_url}/_localalb/public-keys"
    assert requests.get(f"{place}/x", timeout=TIMEOUT).status_code == 404
    assert requests.get(f"{place}/../status", timeout=TIMEOUT).status_code == 403
    assert requests.post(f"{place}/x", timeout=TIMEOUT).status_code == 403
    page = {"Origin": "https://evil.example"}
    assert requests.get(f"{place}/x", headers=page, timeout=TIMEOUT).status_code == 403
