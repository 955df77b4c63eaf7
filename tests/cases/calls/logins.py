"""Logins in front of rules."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import (
    API,
    FIXED,
    refused,
)
from tests.cases.calls.rules import rule

OIDC = API + "AuthenticateOidcActionConfig"


def sign_in(**changed: Any) -> dict[str, Any]:
    """An action of an OpenID provider's."""
    pages = {
        f"{name}Endpoint": f"https://id.example.com/{name}" for name in ("Authorization", "Token", "UserInfo")
    }
    client = {"Issuer": "https://id.example.com", "ClientId": "client", "ClientSecret": "secret"}
    return {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": pages | client | changed}


LOGINS = (
    *(
        refused(
            "CreateRule",
            id,
            f"{fact}.",
            rule(Actions=[sign_in(**changed), {**FIXED[0], "Order": 2}]) | {"ListenerArn": "{busy.443}"},
            words,
            source,
            code="InvalidLoadBalancerAction",
        )
        for id, fact, changed, words, source in (
            (
                "sign-in-over-http",
                "Its endpoints are URLs of HTTPS; the message is a guess",
                {"TokenEndpoint": "http://id.example.com/token"},
                "The value of 'TokenEndpoint' must be a full URL that begins with 'https://'",
                OIDC,
            ),
            (
                "sign-in-without-a-secret",
                "A new one has a secret; the message is a guess",
                {"ClientSecret": None},
                "A client secret must be specified",
                OIDC,
            ),
            (
                "sign-in-with-two-secrets",
                "It is given, or kept",
                {"UseExistingClientSecret": True},
                "You cannot both specify a client secret and set UseExistingClientSecret to true",
                "amazon.aws #1877",
            ),
            (
                "sign-in-with-eleven-parameters",
                "It adds ten parameters at most; the message is a guess",
                {"AuthenticationRequestExtraParams": {f"p{number}": "v" for number in range(11)}},
                "Up to '10' authentication request extra parameters can be specified",
                OIDC,
            ),
        )
    ),
)
