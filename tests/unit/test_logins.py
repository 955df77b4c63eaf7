"""What rules ask of a client first, read from the words of the API."""

from __future__ import annotations

from typing import Any

import pytest

from localalb.control_plane.discovery import rules as read_rules
from localalb.control_plane.discovery.logins import authentication
from localalb.login.settings import Authentication, Claim, Login, Provider, Token

FORWARD = {"Type": "forward", "TargetGroupArn": "a", "Order": 2}
OIDC = {
    "Issuer": "https://issuer.example",
    "AuthorizationEndpoint": "https://issuer.example/authorize",
    "TokenEndpoint": "https://issuer.example/token",
    "UserInfoEndpoint": "https://issuer.example/userinfo",
    "ClientId": "hello",
}
PROVIDER = Provider(
    "https://issuer.example",
    "https://issuer.example/authorize",
    "https://issuer.example/token",
    "https://issuer.example/userinfo",
)
POOL = {
    "UserPoolArn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc",
    "UserPoolClientId": "hello",
    "UserPoolDomain": "demo",
}


def pool(host: str) -> Provider:
    issuer, place = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc", f"https://{host}/oauth2"
    return Provider(issuer, f"{place}/authorize", f"{place}/token", f"{place}/userInfo", pool=True)


READ: dict[str, tuple[dict[str, Any], Authentication]] = {
    "the defaults of a login": (
        {"Type": "authenticate-oidc", "AuthenticateOidcConfig": OIDC},
        Login(PROVIDER, "hello", "openid", "AWSELBAuthSessionCookie", 604800, (), "authenticate"),
    ),
    "everything of a login": (
        {
            "Type": "authenticate-oidc",
            "AuthenticateOidcConfig": {
                **OIDC,
                "Scope": "openid email",
                "SessionCookieName": "mine",
                "SessionTimeout": 60,
                "AuthenticationRequestExtraParams": {"prompt": "login"},
                "OnUnauthenticatedRequest": "deny",
            },
        },
        Login(PROVIDER, "hello", "openid email", "mine", 60, (("prompt", "login"),), "deny"),
    ),
    "a user pool's domain": (
        {"Type": "authenticate-cognito", "AuthenticateCognitoConfig": POOL},
        Login(pool("demo.auth.eu-west-1.amazoncognito.com"), "hello"),
    ),
    "a user pool's own domain": (
        {
            "Type": "authenticate-cognito",
            "AuthenticateCognitoConfig": {**POOL, "UserPoolDomain": "login.example.com"},
        },
        Login(pool("login.example.com"), "hello"),
    ),
    "a token": (
        {
            "Type": "jwt-validation",
            "JwtValidationConfig": {
                "Issuer": "https://issuer.example",
                "JwksEndpoint": "https://issuer.example/keys",
                "AdditionalClaims": [{"Name": "aud", "Format": "single-string", "Values": ["a", "b"]}],
            },
        },
        Token(
            "https://issuer.example",
            "https://issuer.example/keys",
            (Claim("aud", "single-string", ("a", "b")),),
        ),
    ),
}


@pytest.mark.parametrize(("action", "expected"), READ.values(), ids=READ)
def test_it_is_read(action: dict[str, Any], expected: Authentication) -> None:
    """The defaults are those of the API reference, AuthenticateOidcActionConfig."""
    first = {**action, "Order": 1}
    for actions in ([first, FORWARD], [FORWARD, first]):
        rule = read_rules.rule({"RuleArn": "r", "Priority": "1", "Actions": actions})
        assert rule.authentication == expected


def test_most_rules_ask_nothing() -> None:
    assert authentication([FORWARD]) is None
