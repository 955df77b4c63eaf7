"""Logins at an OpenID provider, and tokens: who passes, and why another does not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.cases import LOGS, NO_SOURCE, TROUBLE, Case, Confidence

GUIDE = "user guide, Authenticate users using an Application Load Balancer"
JWT_GUIDE = "user guide, Verify JWTs using an Application Load Balancer"
REPOST = "re:Post, How do I troubleshoot authentication issues in my Application Load Balancer?"
NONCE_SEEN = "aws-log-parser #37, an access log entry"
ALB_LOGS = f"{LOGS}, Error reason codes"
D: Confidence = "documented"
G: Confidence = "guess"

ISSUER = "https://issuer.example"
CLIENT = "hello"
SUBJECT = "1234567890"
NOW = 1_800_000_000  # when the tests are


@dataclass(frozen=True, kw_only=True)
class BackCase(Case):
    """A client that comes back from the provider, and the refusal it gets. Where a name is in `query` or
    `cookies` it replaces what was sent, or with None takes it away; `after` is how many seconds the login
    took."""

    query: Mapping[str, str | None] = field(default_factory=dict)
    cookies: Mapping[str, str | None] = field(default_factory=dict)
    after: int = 60
    headers: Literal["", "no host"] = ""
    status: int = 401
    reason: str


BACK = (
    BackCase(
        id="login-no-state",
        fact="A callback without `state` is refused with 401: a login begins at the load balancer.",
        source=f"{ALB_LOGS}; {REPOST}",
        confidence=D,
        query={"state": None},
        reason="AuthMissingStateParam",
    ),
    BackCase(
        id="login-other-state",
        fact="A `state` that the load balancer did not make is refused with 401.",
        source=f"{ALB_LOGS}; {REPOST}",
        confidence=D,
        query={"state": "x" * 64},
        reason="AuthInvalidStateParam",
    ),
    BackCase(
        id="login-15-minutes",
        fact="Who takes longer than 15 minutes to log in gets a 401.",
        source=f"{GUIDE}, Client login timeout",
        confidence=D,
        after=15 * 60 + 1,
        reason="AuthInvalidStateParam",  # a guess
    ),
    BackCase(
        id="login-no-nonce",
        fact="A callback without the cookie `AWSALBAuthNonce` is refused with 401: another browser began it.",
        source=f"{NONCE_SEEN}; {REPOST}",
        confidence="observed",
        cookies={"AWSALBAuthNonce": None},
        reason="AuthMissingAWSALBAuthNonce",
    ),
    BackCase(
        id="login-other-nonce",
        fact="A callback with the cookie `AWSALBAuthNonce` of another login is refused with 401.",
        source=REPOST,
        confidence=D,
        cookies={"AWSALBAuthNonce": "abcdefghijklmnop"},
        reason="AuthInvalidAWSALBAuthNonce",
    ),
    BackCase(
        id="login-no-code",
        fact="A callback without `code` is refused with 401.",
        source=f"{ALB_LOGS}, for the reason",
        confidence=G,
        query={"code": None},
        reason="AuthMissingCodeParam",
    ),
    BackCase(
        id="login-denied",
        fact="Where the provider denies access (`error=access_denied`) the client gets a 401.",
        source=f"{TROUBLE}, HTTP 401",
        confidence=D,
        query={"code": None, "error": "access_denied", "error_description": "no"},
        reason="AuthMissingCodeParam",  # a guess
    ),
    BackCase(
        id="login-no-host",
        fact="HTTP/1.0 without Host is refused with 401, as there is nowhere to redirect to.",
        source=f"{TROUBLE}, HTTP 401",
        confidence=D,
        headers="no host",
        reason="AuthMissingHostHeader",
    ),
)


def id_token(**changed: Any) -> str:
    """An ID token as the load balancer reads it: nobody looks at the signature."""
    claims = {"iss": ISSUER, "aud": CLIENT, "sub": SUBJECT, "exp": NOW + 3600, "iat": NOW} | changed
    return unsigned({key: value for key, value in claims.items() if value is not None})


def unsigned(claims: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> str:
    from base64 import urlsafe_b64encode

    parts = (json.dumps(header or {"alg": "RS256", "kid": "1"}), json.dumps(claims), "signature")
    return ".".join(urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)


def tokens(**changed: Any) -> dict[str, Any]:
    """What a token endpoint answers; a value of None takes a field away."""
    given = {"access_token": "access", "token_type": "Bearer", "expires_in": 3600, "id_token": id_token()}
    return {key: value for key, value in (given | changed).items() if value is not None}


USER = {"sub": SUBJECT, "name": "name", "email": "alias@example.com"}
Sent = tuple[int, Any] | None
"""A status with JSON, or with text; None where nothing answers."""


@dataclass(frozen=True, kw_only=True)
class ProviderCase(Case):
    """What the provider answers, and what the client gets; `reason` is empty where it is let in."""

    token: Sent = (200, tokens())
    user: Sent = (200, USER)
    status: int
    reason: str = ""


PROVIDER = (
    ProviderCase(
        id="login-whole",
        fact="Behind the login the client is redirected to where it began, with the session in cookies.",
        source=f"{GUIDE}, Authentication flow",
        confidence=D,
        status=302,
    ),
    ProviderCase(
        id="login-audiences",
        fact="An ID token may be for several clients, of which the rule's is one.",
        source="OpenID Connect Core, 3.1.3.7",
        confidence="computed",
        token=(200, tokens(id_token=id_token(aud=["other", CLIENT]))),
        status=302,
    ),
    ProviderCase(
        id="login-token-down",
        fact="A token endpoint that cannot be reached is a 500.",
        source=f"{TROUBLE}, HTTP 500",
        confidence=D,
        token=None,
        status=500,
        reason="AuthTokenEpRequestTimeout",
    ),
    ProviderCase(
        id="login-user-info-down",
        fact="A user info endpoint that cannot be reached is a 500.",
        source=f"{TROUBLE}, HTTP 500",
        confidence=D,
        user=None,
        status=500,
        reason="AuthUserinfoEpRequestTimeout",
    ),
    ProviderCase(
        id="login-token-refused",
        fact="An error of the token endpoint is a 561.",
        source=f"{TROUBLE}, HTTP 561; {ALB_LOGS}",
        confidence=D,
        token=(401, {"error": "invalid_client"}),
        status=561,
        reason="AuthTokenEpRequestFailed",
    ),
    ProviderCase(
        id="login-grant-refused",
        fact="A code that the provider does not know, or that was used before, is a 561.",
        source=f"{TROUBLE}, HTTP 561; {ALB_LOGS}",
        confidence=D,
        token=(400, {"error": "invalid_grant", "error_description": "used"}),
        status=561,
        reason="AuthInvalidGrantError",
    ),
    ProviderCase(
        id="login-user-info-refused",
        fact="An error of the user info endpoint is a 561.",
        source=f"{TROUBLE}, HTTP 561; {ALB_LOGS}",
        confidence=D,
        user=(403, {}),
        status=561,
        reason="AuthUserinfoEpRequestFailed",
    ),
    ProviderCase(
        id="login-no-id-token",
        fact="A scope that returns no ID token is a 401.",
        source=f"{TROUBLE}, HTTP 401",
        confidence=D,
        token=(200, tokens(id_token=None)),
        status=401,
        reason="AuthInvalidIdToken",  # a guess
    ),
    *(
        ProviderCase(
            id=f"login-id-token-{id}",
            fact=fact,
            source=f"{REPOST}; {ALB_LOGS}",
            confidence=D,
            token=(200, tokens(id_token=token)),
            status=401,
            reason="AuthInvalidIdToken",
        )
        for id, fact, token in (
            ("issuer", "An ID token of another issuer is a 401.", id_token(iss="https://other.example")),
            ("client", "An ID token for another client is a 401.", id_token(aud="other")),
        )
    ),
    *(
        ProviderCase(
            id=f"login-id-token-{id}",
            fact=fact,
            source="OpenID Connect Core, 3.1.3.7, for what is wrong with it",
            confidence=G,
            token=(200, tokens(id_token=token)),
            status=401,
            reason="AuthInvalidIdToken",
        )
        for id, fact, token in (
            ("none", "What is no ID token is a 401.", "x.y"),
            ("expired", "An ID token that has expired is a 401.", id_token(exp=NOW)),
            ("no-exp", "An ID token without `exp` is a 401.", id_token(exp=None)),
            ("no-sub", "An ID token without `sub` is a 401.", id_token(sub=None)),
        )
    ),
    ProviderCase(
        id="login-token-text",
        fact="A token endpoint that answers with what is no JSON, or has no access token, is a 561.",
        source=f"{ALB_LOGS}, for the reason",
        confidence=G,
        token=(200, "<html>"),
        status=561,
        reason="AuthInvalidTokenResponse",
    ),
    ProviderCase(
        id="login-token-empty",
        fact="So is one whose answer has no access token.",
        source=f"{ALB_LOGS}, for the reason",
        confidence=G,
        token=(200, tokens(access_token=None)),
        status=561,
        reason="AuthInvalidTokenResponse",
    ),
    ProviderCase(
        id="login-token-no-header",
        fact="So is one whose access token no header could carry.",
        source=NO_SOURCE,
        confidence=G,
        token=(200, tokens(access_token="a\r\nx-amzn-oidc-identity: b")),
        status=561,
        reason="AuthInvalidTokenResponse",
    ),
    ProviderCase(
        id="login-token-kind",
        fact="So is one whose token is no Bearer token.",
        source=NO_SOURCE,
        confidence=G,
        token=(200, tokens(token_type="DPoP")),
        status=561,
        reason="AuthInvalidTokenResponse",
    ),
    ProviderCase(
        id="login-user-info-text",
        fact="A user info endpoint that answers with what is no JSON object with a `sub` is a 561.",
        source=f"{ALB_LOGS}, for the reason",
        confidence=G,
        user=(200, ["sub"]),
        status=561,
        reason="AuthInvalidUserinfoResponse",
    ),
    ProviderCase(
        id="login-user-info-no-sub",
        fact="So are claims without `sub`.",
        source="OpenID Connect Core, 5.3.2, for what is wrong with it",
        confidence=G,
        user=(200, {"email": "a@example.com"}),
        status=561,
        reason="AuthInvalidUserinfoResponse",
    ),
    ProviderCase(
        id="login-user-info-other",
        fact="So are claims about another user than the ID token's.",
        source="OpenID Connect Core, 5.3.2, for what is wrong with it",
        confidence=G,
        user=(200, {**USER, "sub": "another"}),
        status=561,
        reason="AuthInvalidUserinfoResponse",
    ),
    ProviderCase(
        id="login-claims-11k",
        fact="Claims and access token of more than 11 KB are a 500.",
        source=f"{GUIDE}, Authentication flow; Troubleshoot has 401",
        confidence=D,
        user=(200, {**USER, "groups": ["x" * 100] * 110}),
        status=500,
        reason="AuthUserinfoResponseSizeExceeded",
    ),
)


@dataclass(frozen=True, kw_only=True)
class GuestCase(Case):
    """A request of somebody who is not logged in, by the rule's OnUnauthenticatedRequest. `status` is 0 where
    the request goes on."""

    unauthenticated: Literal["authenticate", "allow", "deny"]
    cookies: Mapping[str, str] = field(default_factory=dict)
    status: int
    reason: str = ""


GUESTS = (
    GuestCase(
        id="guest-authenticate",
        fact="By default who is not logged in is redirected to the provider.",
        source=f"{GUIDE}, Configure user authentication",
        confidence=D,
        unauthenticated="authenticate",
        status=302,
    ),
    GuestCase(
        id="guest-deny",
        fact="With `deny` the answer is 401.",
        source=f"{GUIDE}, Configure user authentication",
        confidence=D,
        unauthenticated="deny",
        status=401,
    ),
    GuestCase(
        id="guest-allow",
        fact="With `allow` the request goes on without claims.",
        source=f"{GUIDE}, Configure user authentication",
        confidence=D,
        unauthenticated="allow",
        status=0,
    ),
    GuestCase(
        id="guest-logged-out",
        fact="A session's cookies that the application has emptied are none.",
        source=f"{GUIDE}, Authentication logout",
        confidence=D,
        unauthenticated="authenticate",
        cookies={"AWSELBAuthSessionCookie-0": ""},
        status=302,
    ),
    GuestCase(
        id="guest-forged",
        fact="A session's cookie that no load balancer made is refused with 401.",
        source=f"{ALB_LOGS}; {REPOST}",
        confidence=D,
        unauthenticated="authenticate",
        cookies={"AWSELBAuthSessionCookie-0": "x" * 80},
        status=401,
        reason="AuthInvalidCookie",
    ),
    GuestCase(
        id="guest-forged-allow",
        fact="So it is with `allow`.",
        source=NO_SOURCE,
        confidence=G,
        unauthenticated="allow",
        cookies={"AWSELBAuthSessionCookie-0": "x"},
        status=401,
        reason="AuthInvalidCookie",
    ),
)


@dataclass(frozen=True, kw_only=True)
class TokenCase(Case):
    """A token, and what becomes of the request: `status` is 0 where it goes on. `claims` and `header` replace
    what a good token has, and with None take it away; `key` signs it: `good`, `other` (of the same id), none,
    or `secret`: HS256 with the public key as the secret. `sent` is the Authorization header in its stead."""

    claims: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    key: Literal["good", "other", "none", "secret"] = "good"
    sent: str | None = ""
    status: int = 401
    reason: str = ""


def _token(
    id: str, fact: str, reason: str = "", source: str = JWT_GUIDE, confidence: Confidence = D, **more: Any
) -> TokenCase:
    """`confidence` is about whether it is refused: for the status see the row jwt-status."""
    return TokenCase(id=f"jwt-{id}", fact=fact, source=source, confidence=confidence, reason=reason, **more)


SIGNATURE = "JWTSignatureValidationError"
TOKENS = (
    _token("good", "A token with a good signature, `iss` and `exp` passes.", status=0),
    _token(
        "no-header",
        "A request without the header Authorization is refused.",
        "JWTHeaderNotPresent",
        sent=None,
    ),
    _token("basic", "So is one with another scheme.", "JWTRequestFormatInvalid", sent="Basic YTpi"),
    _token("empty", "So is one with a scheme alone.", "JWTRequestFormatInvalid", sent="Bearer "),
    _token("words", "So is what is no token.", "JWTRequestFormatInvalid", sent="Bearer a.b.c"),
    _token("two-parts", "So is a token without its signature.", "JWTRequestFormatInvalid", sent="Bearer a.b"),
    _token(
        "status",
        "What a token is refused with is a 401.",
        "JWTRequestFormatInvalid",
        "ai-gateway, ADR-005; RFC 6750, 3.1",
        G,
        sent="Bearer x",
    ),
    _token(
        "scheme-case",
        "The scheme's letters may be small.",
        source="RFC 9110, 11.1",
        confidence="computed",
        sent="bearer {token}",
        status=0,
    ),
    _token(
        "other-key",
        "A token that another key has signed, under the same id, is refused.",
        SIGNATURE,
        key="other",
    ),
    _token(
        "none",
        "A token with `alg` none is refused.",
        "JWTRequestFormatInvalid",
        header={"alg": "none"},
        key="none",
    ),
    _token(
        "none-big",
        "However none is written.",
        "JWTRequestFormatInvalid",
        header={"alg": "nOnE"},
        key="none",
    ),
    _token(
        "hs256",
        "A token by HS256, with the public key as its secret, is refused.",
        "JWTRequestFormatInvalid",
        header={"alg": "HS256"},
        key="secret",
    ),
    *(
        _token(
            algorithm.lower(),
            f"A token by {algorithm} is refused: RS256 alone is known.",
            "JWTRequestFormatInvalid",
            header={"alg": algorithm},
        )
        for algorithm in ("RS384", "PS256")
    ),
    _token("no-kid", "A token that names no key is refused.", SIGNATURE, NO_SOURCE, G, header={"kid": None}),
    _token(
        "other-kid",
        "A token that names a key which is not in the set is refused.",
        SIGNATURE,
        header={"kid": "other"},
    ),
    _token(
        "crit",
        "A token whose header has `crit` is refused.",
        "JWTRequestFormatInvalid",
        "RFC 7515, 4.1.11",
        "computed",
        header={"crit": ["x"], "x": 1},
    ),
    _token(
        "own-key",
        "A key in the token's own header (`jwk`) is not looked at.",
        SIGNATURE,
        header={"jwk": "own"},
        key="other",
    ),
    _token("expired", "A token that has expired is refused.", "JWTClaimValueInvalid", claims={"exp": NOW}),
    _token("no-exp", "A token without `exp` is refused.", "JWTClaimNotPresent", claims={"exp": None}),
    _token("exp-text", "So is one whose `exp` is a text.", "JWTClaimFormatInvalid", claims={"exp": "soon"}),
    _token(
        "exp-nan",
        "So is one whose `exp` is NaN, which is no JSON.",
        "JWTRequestFormatInvalid",
        "RFC 8259, 6",
        "computed",
        claims={"exp": float("nan")},
    ),
    _token(
        "nbf-future",
        "A token that is not valid yet (`nbf`) is refused.",
        "JWTClaimValueInvalid",
        claims={"nbf": NOW + 60},
    ),
    _token(
        "iat-future",
        "So is one that is issued in the future (`iat`).",
        "JWTClaimValueInvalid",
        claims={"iat": NOW + 60},
    ),
    _token("no-times", "`nbf` and `iat` may be missing.", claims={"nbf": None, "iat": None}, status=0),
    _token(
        "iss", "A token of another issuer is refused.", "JWTClaimValueInvalid", claims={"iss": "https://x"}
    ),
    _token(
        "iss-slash",
        "The issuer is compared as it is written.",
        "JWTClaimValueInvalid",
        "RFC 7519, 4.1.1",
        "computed",
        claims={"iss": ISSUER + "/"},
    ),
    _token("no-iss", "A token without `iss` is refused.", "JWTClaimNotPresent", claims={"iss": None}),
    _token(
        "no-aud", "A claim that the rule wants must be there.", "JWTClaimNotPresent", claims={"aud": None}
    ),
    _token(
        "aud", "It must have one of the rule's values.", "JWTClaimValueInvalid", claims={"aud": "another"}
    ),
    _token(
        "aud-array",
        "A single string is no array.",
        "JWTClaimFormatInvalid",
        confidence=G,
        claims={"aud": ["api"]},
    ),
    _token(
        "scope",
        "Space-separated values hold where one of them is the rule's.",
        claims={"scope": "other read"},
        confidence=G,
        status=0,
    ),
    _token(
        "scope-part",
        "A part of a value is none.",
        "JWTClaimValueInvalid",
        claims={"scope": "reader"},
    ),
    _token(
        "groups",
        "An array holds where one of its texts is the rule's.",
        claims={"groups": ["other", "admins"]},
        confidence=G,
        status=0,
    ),
    _token(
        "groups-text",
        "A text is no array.",
        "JWTClaimFormatInvalid",
        confidence=G,
        claims={"groups": "admins"},
    ),
    _token(
        "payload",
        "A payload that is no object is refused.",
        "JWTRequestFormatInvalid",
        "RFC 7519, 7.2",
        "computed",
        claims={"": "text"},
    ),
)

SECTIONS = {
    "Who is not logged in": GUESTS,
    "The way back from the provider": BACK,
    "What the provider answers": PROVIDER,
    "Tokens (`jwt-validation`)": TOKENS,
}
