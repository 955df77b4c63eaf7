"""What a provider answers: tokens, and the claims about a user. Pure.

OpenID Connect Core, sections 3.1.3 and 5.3; RFC 6749, sections 5 and 6. The load balancer is told no keys of
the provider, so it cannot check the ID token's signature: it has the token from the provider itself, which
section 3.1.3.7 (6) lets stand for that.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from localalb.http.faults import Fault
from localalb.login import reasons
from localalb.login.settings import Login

CLAIMS_LIMIT = 11 * 1024  # bytes of claims and access token together (user guide, "Authentication flow")
MAX_ANSWER = 1024 * 1024
LONGEST = 200  # characters of what a provider says that stand in a log
_VISIBLE = re.compile(r"[!-~]+")  # what a header can carry (RFC 6750, section 2.1)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response of a provider's. `body` is cut behind `MAX_ANSWER` bytes."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Tokens:
    """`lasts` is how many seconds the access token does, None where the provider does not say."""

    access: str
    id: str = ""
    refresh: str = ""
    lasts: int | None = None


def tokens(answer: Answer) -> Tokens:
    """What the token endpoint gave. Raises `Fault`: 561 where it refused (user guide, "HTTP 561")."""
    found = _json(answer)
    if not 200 <= answer.status < 300:
        error = str(found.get("error", "")) if found else ""
        grant = error == "invalid_grant"
        reason = reasons.INVALID_GRANT if grant else reasons.TOKEN_FAILED
        said = " ".join(filter(None, (error, str((found or {}).get("error_description", "")))))[:LONGEST]
        raise Fault(561, f"the token endpoint answered with {answer.status}{said and ': '}{said}", reason)
    access = found.get("access_token") if found else None
    if not isinstance(access, str) or not _VISIBLE.fullmatch(access):
        # Guess: 561, here and below, where the provider answers with what is no answer.
        why = "the token endpoint sent no JSON with an access_token"
        raise Fault(561, why, reasons.INVALID_TOKEN_RESPONSE)
    assert found is not None
    kind = found.get("token_type", "Bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        why = f"the token endpoint sent a token of type {kind!r}; only Bearer is known"
        raise Fault(561, why, reasons.INVALID_TOKEN_RESPONSE)
    lasts = found.get("expires_in")
    return Tokens(
        access=access,
        id=_text(found.get("id_token")),
        refresh=_text(found.get("refresh_token")),
        lasts=int(lasts) if isinstance(lasts, (int, float, str)) and str(lasts).isdecimal() else None,
    )


def check_id_token(token: str, login: Login, now: float) -> str:
    """The subject of an ID token. Raises `Fault`: a 401 where the scope returns none (user guide, "HTTP
    401"), or the issuer or the client is another (re:Post, see `reasons`). Guess: the reason of a missing
    one."""
    if not token:
        why = f"the provider sent no ID token for the scope {login.scope!r}: it must have openid"
        raise Fault(401, why, reasons.INVALID_ID_TOKEN)
    claims = _claims_of(token)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    expires, subject = claims.get("exp"), claims.get("sub")
    if claims.get("iss") != login.provider.issuer:
        why = f"the ID token's issuer is {claims.get('iss')!r}; the rule's is {login.provider.issuer!r}"
    elif login.client not in audiences:
        why = f"the ID token is for {audience!r}; the rule's client is {login.client!r}"
    elif not isinstance(expires, (int, float)) or expires <= now:
        why = f"the ID token has expired: exp is {expires!r}"
    elif not isinstance(subject, str) or not subject:
        why = "the ID token has no sub"
    else:
        return subject
    raise Fault(401, why, reasons.INVALID_ID_TOKEN)


def claims(answer: Answer, access: str) -> dict[str, Any]:
    """The claims that the user info endpoint gave. Raises `Fault`: 561 where it refused."""
    if not 200 <= answer.status < 300:
        why = f"the user info endpoint answered with {answer.status}"
        raise Fault(561, why, reasons.USER_INFO_FAILED)
    size = len(answer.body) + len(access)
    if size > CLAIMS_LIMIT:
        # User guide, "Authentication flow". "Troubleshoot" has 401.
        why = f"claims and access token are {size} bytes; ALB takes {CLAIMS_LIMIT}"
        raise Fault(500, why, reasons.CLAIMS_TOO_LARGE)
    found = _json(answer)
    subject = found.get("sub") if found else None
    if found is None or not isinstance(subject, str) or _CONTROL.search(subject):
        why = "the user info endpoint sent no JSON object with a sub"
        raise Fault(561, why, reasons.INVALID_USER_INFO)
    return found


def _claims_of(token: str) -> dict[str, Any]:
    parts = token.split(".")
    try:
        raw = base64.b64decode(parts[1] + "=" * (-len(parts[1]) % 4), b"-_", validate=True)
        found = json.loads(raw, parse_constant=_no_constant)
    except (IndexError, binascii.Error, ValueError, RecursionError):
        found = None
    if len(parts) != 3 or not isinstance(found, dict):
        raise Fault(401, "the ID token is no JWT", reasons.INVALID_ID_TOKEN)
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _json(answer: Answer) -> dict[str, Any] | None:
    if len(answer.body) > MAX_ANSWER:
        return None
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
