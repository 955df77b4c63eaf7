"""Logins in front of rules, and tokens. What is refused is documented, most of the words are guesses."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import API, FIXED, CallCase, refused
from tests.cases.calls.rules import rule

OIDC = API + "AuthenticateOidcActionConfig"


def sign_in(**changed: Any) -> dict[str, Any]:
    """An action of an OpenID provider's."""
    pages = {
        f"{name}Endpoint": f"https://id.example.com/{name}" for name in ("Authorization", "Token", "UserInfo")
    }
    client = {"Issuer": "https://id.example.com", "ClientId": "client", "ClientSecret": "secret"}
    return {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": pages | client | changed}


def token(**changed: Any) -> dict[str, Any]:
    """An action that wants a token."""
    config = {"Issuer": "https://id.example.com", "JwksEndpoint": "https://id.example.com/keys"}
    return {"Type": "jwt-validation", "Order": 1, "JwtValidationConfig": config | changed}


def claim(name: str, *values: str, format: str = "single-string") -> dict[str, Any]:
    return {"Name": name, "Format": format, "Values": list(values)}


def _refused(
    id: str, fact: str, actions: list[dict[str, Any]], message: str, source: str, **more: Any
) -> CallCase:
    ordered = [each | {"Order": number} for number, each in enumerate([*actions, FIXED[0]], 1)]
    return refused(
        "CreateRule",
        id,
        fact,
        rule(Actions=ordered) | {"ListenerArn": "{busy.443}"},
        message,
        API + source,
        **{"code": "InvalidLoadBalancerAction"} | more,
    )


_MORE = (
    _refused(
        "two-logins",
        "A rule has one action that authenticates; the message is a guess.",
        [sign_in(), token()],
        "A rule can have one action that authenticates",
        "CreateRule: Actions",
    ),
    _refused(
        "login-without-endpoint",
        "It has each of the endpoints; the message is a guess.",
        [sign_in(TokenEndpoint="")],
        "For actions of type 'authenticate-oidc', you must specify the following fields: 'TokenEndpoint'",
        "AuthenticateOidcActionConfig: TokenEndpoint",
    ),
    _refused(
        "login-like-this-machine",
        "A name that begins as this machine's is not its own; the message is a guess.",
        [sign_in(Issuer="http://localhost.example.com")],
        "The value of 'Issuer' must be a full URL that begins with 'https://'",
        "AuthenticateOidcActionConfig: Issuer",
    ),
    _refused(
        "login-of-eight-days",
        "A session lasts a week at most; the message is a guess.",
        [sign_in(SessionTimeout=604801)],
        "The session timeout '604801' must be between '1-604800' inclusive",
        "AuthenticateOidcActionConfig: SessionTimeout",
    ),
    _refused(
        "token-in-the-clear",
        "A key set is fetched by HTTPS; the message is a guess.",
        [token(JwksEndpoint="http://issuer.example/keys")],
        "The value of 'JwksEndpoint' must be a full URL that begins with 'https://'",
        "JwtValidationActionConfig: JwksEndpoint",
    ),
    _refused(
        "token-with-exp",
        "What is validated anyway is no further claim; the message is a guess.",
        [token(AdditionalClaims=[claim("exp", "1")])],
        "The claim 'exp' is validated by default",
        "JwtValidationActionAdditionalClaim: Name",
        code="ValidationError",
    ),
    _refused(
        "token-with-11-claims",
        "Ten further claims may be validated; the message is a guess.",
        [token(AdditionalClaims=[claim(f"a{number}", "b") for number in range(11)])],
        "A JWT validation action can only have '10' additional claims",
        "JwtValidationActionConfig: AdditionalClaims",
        code="ValidationError",
    ),
    _refused(
        "token-with-11-values",
        "A claim has ten values; the message is a guess.",
        [token(AdditionalClaims=[claim("aud", *(str(number) for number in range(11)))])],
        "The claim 'aud' must have between '1-10' values",
        "JwtValidationActionAdditionalClaim: Values",
        code="ValidationError",
    ),
    _refused(
        "token-with-a-space",
        "A value of space-separated ones has no space; the message is a guess.",
        [token(AdditionalClaims=[claim("scope", "a b", format="space-separated-values")])],
        "The values of the claim 'scope' cannot include spaces",
        "JwtValidationActionAdditionalClaim: Values",
        code="ValidationError",
    ),
    _refused(
        "token-with-a-long-value",
        "A value has 256 characters; the message is a guess.",
        [token(AdditionalClaims=[claim("aud", "x" * 257)])],
        f"'{'x' * 20}...' is longer than '256' characters",
        "JwtValidationActionAdditionalClaim: Values",
        code="ValidationError",
    ),
)

LOGINS = (
    *_MORE,
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
