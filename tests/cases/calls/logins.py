"""Actions that ask something of a client first. What is refused is documented, the words are guesses."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import API, FIXED, PATH, CallCase, refused

OIDC = {
    "Issuer": "https://issuer.example",
    "AuthorizationEndpoint": "https://issuer.example/authorize",
    "TokenEndpoint": "https://issuer.example/token",
    "UserInfoEndpoint": "https://issuer.example/userinfo",
    "ClientId": "hello",
    "ClientSecret": "a secret",
}
TOKEN = {"Issuer": "https://issuer.example", "JwksEndpoint": "https://issuer.example/keys"}
FIELDS = "For actions of type '{}', you must specify the following fields: '{}'"
LOGIN_CONFIG, TOKEN_CONFIG = "AuthenticateOidcActionConfig", "JwtValidationActionConfig"


def oidc(**changed: Any) -> dict[str, Any]:
    return {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": OIDC | changed}


def token(**changed: Any) -> dict[str, Any]:
    return {"Type": "jwt-validation", "Order": 1, "JwtValidationConfig": TOKEN | changed}


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
        {"ListenerArn": "{busy.443}", "Priority": 7, "Conditions": PATH, "Actions": ordered},
        message,
        API + source,
        **{"code": "InvalidLoadBalancerAction"} | more,
    )


LOGINS: tuple[CallCase, ...] = (
    _refused(
        "two-logins",
        "A rule has one action that authenticates; the message is a guess.",
        [oidc(), token()],
        "A rule can have one action that authenticates",
        "CreateRule: Actions",
    ),
    _refused(
        "login-without-secret",
        "A login at an OpenID provider has a client secret where it is made; the message is a guess.",
        [oidc(ClientSecret=None)],
        FIELDS.format("authenticate-oidc", "ClientSecret"),
        LOGIN_CONFIG + ": ClientSecret",
    ),
    _refused(
        "login-without-endpoint",
        "It has each of the endpoints; the message is a guess.",
        [oidc(TokenEndpoint="")],
        FIELDS.format("authenticate-oidc", "TokenEndpoint"),
        LOGIN_CONFIG + ": TokenEndpoint",
    ),
    _refused(
        "login-in-the-clear",
        "Its endpoints are HTTPS, here but for this machine's own; the message is a guess.",
        [oidc(TokenEndpoint="http://issuer.example/token")],
        "The TokenEndpoint 'http://issuer.example/token' must be a URL that begins with https://",
        LOGIN_CONFIG + ": TokenEndpoint",
    ),
    _refused(
        "login-like-this-machine",
        "A name that begins as this machine's is not its own; the message is a guess.",
        [oidc(Issuer="http://localhost.example.com")],
        "The Issuer 'http://localhost.example.com' must be a URL that begins with https://",
        LOGIN_CONFIG + ": Issuer",
    ),
    _refused(
        "login-with-11-parameters",
        "Ten further parameters may be sent along; the message is a guess.",
        [oidc(AuthenticationRequestExtraParams={f"a{number}": "b" for number in range(11)})],
        "An action can only have '10' AuthenticationRequestExtraParams",
        LOGIN_CONFIG + ": AuthenticationRequestExtraParams",
    ),
    _refused(
        "login-of-eight-days",
        "A session lasts a week at most; the message is a guess.",
        [oidc(SessionTimeout=604801)],
        "The session timeout '604801' must be between '1-604800' inclusive",
        LOGIN_CONFIG + ": SessionTimeout",
    ),
    _refused(
        "token-in-the-clear",
        "A key set is fetched by HTTPS; the message is a guess.",
        [token(JwksEndpoint="http://issuer.example/keys")],
        "The JwksEndpoint 'http://issuer.example/keys' must be a URL that begins with https://",
        TOKEN_CONFIG + ": JwksEndpoint",
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
        TOKEN_CONFIG + ": AdditionalClaims",
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
