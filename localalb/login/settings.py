"""What a rule asks of a client before its action is performed. Values only; `control_plane/discovery` makes
them of the API's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SESSION_COOKIE = "AWSELBAuthSessionCookie"
WEEK = 604800  # seconds
CALLBACK = "/oauth2/idpresponse"

Unauthenticated = Literal["authenticate", "allow", "deny"]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider: its name for itself, and its addresses. `pool` says that it is a user pool of
    Cognito, which exists in the local cloud alone, whoever has its addresses on the internet."""

    issuer: str
    authorization: str
    token: str
    user_info: str
    pool: bool = False


@dataclass(frozen=True, slots=True)
class Login:
    """`authenticate-oidc`, and `authenticate-cognito` as what it comes to (ELBv2 API,
    AuthenticateOidcActionConfig). The client's secret is in no topology: `Gate` is told it by rule."""

    provider: Provider
    client: str
    scope: str = "openid"
    cookie: str = SESSION_COOKIE
    timeout: int = WEEK
    extra: Pairs = ()
    unauthenticated: Unauthenticated = "authenticate"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that a token must have, with one of `values` at least (JwtValidationActionAdditionalClaim)."""

    name: str
    format: Literal["single-string", "string-array", "space-separated-values"]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """`jwt-validation` (ELBv2 API, JwtValidationActionConfig)."""

    issuer: str
    keys: str
    claims: tuple[Claim, ...] = ()


Authentication = Login | Token
