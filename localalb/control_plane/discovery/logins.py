"""The actions of DescribeRules that ask something of a client before the last one is performed."""

from __future__ import annotations

from collections.abc import Iterable

from localalb.control_plane.discovery.api import Api
from localalb.login.settings import SESSION_COOKIE, WEEK, Authentication, Claim, Login, Provider, Token

AUTHENTICATE = ("authenticate-oidc", "authenticate-cognito", "jwt-validation")


def authentication(actions: Iterable[Api]) -> Authentication | None:
    """What a rule's actions ask of a client; the API takes one such action a rule."""
    for each in actions:
        match each["Type"]:
            case "authenticate-oidc":
                config = each["AuthenticateOidcConfig"]
                return _login(config, _oidc(config), config["ClientId"])
            case "authenticate-cognito":
                config = each["AuthenticateCognitoConfig"]
                return _login(config, _cognito(config), config["UserPoolClientId"])
            case "jwt-validation":
                return _token(each["JwtValidationConfig"])
    return None


def _login(config: Api, provider: Provider, client: str) -> Login:
    return Login(
        provider=provider,
        client=client,
        scope=config.get("Scope") or "openid",
        cookie=config.get("SessionCookieName") or SESSION_COOKIE,
        timeout=int(config.get("SessionTimeout") or WEEK),
        extra=tuple((config.get("AuthenticationRequestExtraParams") or {}).items()),
        unauthenticated=config.get("OnUnauthenticatedRequest") or "authenticate",
    )


def _oidc(config: Api) -> Provider:
    return Provider(
        issuer=config["Issuer"],
        authorization=config["AuthorizationEndpoint"],
        token=config["TokenEndpoint"],
        user_info=config["UserInfoEndpoint"],
    )


def _cognito(config: Api) -> Provider:
    """The addresses of a user pool (Cognito developer guide, "User pool endpoints and managed login"). A
    domain with a dot is the pool's own."""
    *_, region, _, pool = config["UserPoolArn"].split(":", 5)
    domain = config["UserPoolDomain"]
    host = domain if "." in domain else f"{domain}.auth.{region}.amazoncognito.com"
    return Provider(
        issuer=f"https://cognito-idp.{region}.amazonaws.com/{pool.removeprefix('userpool/')}",
        authorization=f"https://{host}/oauth2/authorize",
        token=f"https://{host}/oauth2/token",
        user_info=f"https://{host}/oauth2/userInfo",
        pool=True,
    )


def _token(config: Api) -> Token:
    claims = tuple(
        Claim(each["Name"], each["Format"], tuple(each["Values"]))
        for each in config.get("AdditionalClaims") or ()
    )
    return Token(config["Issuer"], config["JwksEndpoint"], claims)
