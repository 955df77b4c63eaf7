"""`jwt-validation`: a request shows a JSON Web Token, signed by one of the keys that an issuer publishes.

User guide, "Verify JWTs using an Application Load Balancer": RS256 alone; iss and exp must be there, nbf and
iat hold where they are; a key set is 150 KB and 10 keys at most. A token that does not hold is a 401: the
guide says that it is rejected, not with what (ai-gateway, ADR-005, has 401; so has RFC 6750, section 3.1).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from localalb.http.faults import Fault
from localalb.http.message import Request
from localalb.login import reasons
from localalb.login.endpoints import Endpoints, Unreachable
from localalb.login.settings import Claim, Token
from localalb.login.shared import Shared
from localalb.login.tokens import Answer

ALGORITHM = "RS256"
MAX_KEY_SET, MAX_KEYS = 150 * 1024, 10
KEPT = 300.0  # seconds; guess: how long ALB keeps a key set
AT_MOST_EVERY = 5.0  # seconds between two looks for a key that is not in the set


class _Registry(JWSRegistry):
    """Headers as issuers make them: as long as a request's may be, with parameters that nobody registered."""

    max_header_length = 16 * 1024


_REGISTRY = _Registry(algorithms=[ALGORITHM], strict_check_header=False)


def token(request: Request) -> str:
    """The token of the Authorization header. Raises `Fault`."""
    found = request.first("authorization")
    if found is None:
        raise Fault(401, "there is no Authorization header with a token", reasons.JWT_HEADER)
    scheme, _, value = found.partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        why = "the Authorization header has no Bearer token"
        raise Fault(401, why, reasons.JWT_FORMAT)
    return value.strip()


def key_id(text: str) -> str | None:
    """The `kid` of a token's header, None where it has none. Raises `Fault` for what is no RS256 token."""
    try:
        header = jws.extract_compact(text.encode(), registry=_REGISTRY).headers()
    except (JoseError, ValueError, RecursionError):
        raise Fault(401, "what the Authorization header has is no JWT", reasons.JWT_FORMAT) from None
    if header.get("alg") != ALGORITHM:
        why = f"the token's alg is {header.get('alg')!r}; ALB takes RS256 alone"
        raise Fault(401, why, reasons.JWT_FORMAT)
    if "crit" in header:
        raise Fault(401, "the token's header has crit, and nothing here is known", reasons.JWT_FORMAT)
    kid = header.get("kid")
    return kid if isinstance(kid, str) else None


def check(wanted: Token, text: str, keys: Mapping[str, RSAKey], now: float) -> None:
    """Raises `Fault` unless a token is signed by one of `keys`, by their ids, and has the claims it must."""
    kid = key_id(text)
    if kid is None or kid not in keys:  # guess: a token that names no key is refused, even with one key there
        why = f"the token's kid is {kid!r}; the key set has {', '.join(sorted(keys)) or 'none'}"
        raise Fault(401, why, reasons.JWT_SIGNATURE)
    try:
        found = jws.deserialize_compact(text.encode(), keys[kid], registry=_REGISTRY)
    except (JoseError, ValueError):
        raise Fault(401, "the token's signature is not the key's", reasons.JWT_SIGNATURE) from None
    try:
        claims = json.loads(found.payload, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise Fault(401, "the token's payload is no JSON object", reasons.JWT_FORMAT)
    _times(claims, now)
    _issuer(wanted, claims)
    for claim in wanted.claims:
        _has(claim, claims)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _times(claims: Mapping[str, Any], now: float) -> None:
    for name in ("exp", "nbf", "iat"):
        if name not in claims:
            if name == "exp":
                raise Fault(401, "the token has no exp", reasons.JWT_CLAIM_MISSING)
            continue
        value = claims[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Fault(401, f"the token's {name} is {value!r}, no number", reasons.JWT_CLAIM_FORMAT)
        # Guess: no clock is given any leeway.
        if (value <= now) if name == "exp" else (value > now):
            why = f"the token's {name} is {value}, and it is {int(now)} now"
            raise Fault(401, why, reasons.JWT_CLAIM_VALUE)


def _issuer(wanted: Token, claims: Mapping[str, Any]) -> None:
    if "iss" not in claims:
        raise Fault(401, "the token has no iss", reasons.JWT_CLAIM_MISSING)
    if claims["iss"] != wanted.issuer:
        why = f"the token's iss is {claims['iss']!r}; the rule's issuer is {wanted.issuer!r}"
        raise Fault(401, why, reasons.JWT_CLAIM_VALUE)


def _has(wanted: Claim, claims: Mapping[str, Any]) -> None:
    """Guess: one of the rule's values suffices, as among the values of a condition."""
    if wanted.name not in claims:
        raise Fault(401, f"the token has no {wanted.name}", reasons.JWT_CLAIM_MISSING)
    value = claims[wanted.name]
    match wanted.format, value:
        case "single-string", str():
            found = [value]
        case "space-separated-values", str():
            found = value.split(" ")
        case "string-array", list() if all(isinstance(each, str) for each in value):
            found = value
        case _:
            why = f"the token's {wanted.name} is {value!r}, which is no {wanted.format}"
            raise Fault(401, why, reasons.JWT_CLAIM_FORMAT)
    if not set(found) & set(wanted.values):
        why = f"the token's {wanted.name} is {value!r}; the rule wants one of {', '.join(wanted.values)}"
        raise Fault(401, why, reasons.JWT_CLAIM_VALUE)


def read(answer: Answer) -> dict[str, RSAKey]:
    """The RSA keys of a key set, by their ids; others are not for RS256. Raises `Fault`: guess, a 500 as
    where the endpoint does not answer."""
    if answer.status != 200:
        raise Fault(500, f"the key set's endpoint answered with {answer.status}", reasons.JWKS_INVALID)
    if len(answer.body) > MAX_KEY_SET:
        raise Fault(500, f"the key set is over {MAX_KEY_SET} bytes", reasons.JWKS_INVALID)
    try:
        parsed = json.loads(answer.body)
        listed = parsed["keys"]
        if len(listed) > MAX_KEYS:
            why = f"the key set has {len(listed)} keys; ALB takes {MAX_KEYS}"
            raise Fault(500, why, reasons.JWKS_INVALID)
        found = [RSAKey.import_key(each) for each in listed if each.get("kty") == "RSA"]
    except (JoseError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Fault(500, "the key set's endpoint sent no JSON Web Key Set", reasons.JWKS_INVALID) from None
    return {key.kid: key for key in found if key.kid and _signs(key)}


def _signs(key: RSAKey) -> bool:
    return key.get("use") in (None, "sig") and key.get("alg") in (None, ALGORITHM)


@dataclass(slots=True)
class _Kept:
    keys: dict[str, RSAKey] = field(default_factory=dict)
    asked: float = float("-inf")


class KeySets:
    """Key sets by their addresses, asked for once in a while."""

    def __init__(self, endpoints: Endpoints, clock: Callable[[], float]) -> None:
        self._endpoints = endpoints
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._asking: Shared[None] = Shared()

    async def of(self, wanted: Token, request: Request) -> Mapping[str, RSAKey]:
        """The keys that may have signed a request's token. A key that is new to us is looked for, though not
        for everybody who makes one up. Raises `Fault`."""
        kid = key_id(token(request))
        address = self._endpoints.keys(wanted.keys)
        kept = self._kept.setdefault(address, _Kept())
        age = self._clock() - kept.asked
        if age > KEPT or (kid not in kept.keys and age > AT_MOST_EVERY):
            await self._asking(address, lambda: self._ask(address, kept))
        return kept.keys

    async def _ask(self, address: str, kept: _Kept) -> None:
        try:
            answer = await self._endpoints.get(address)
        except Unreachable as error:
            # 500 with this reason: seen by oecalc, "ADR 0002".
            why = f"the key set {address} cannot be asked for: {error}"
            raise Fault(500, why, reasons.JWKS_TIMEOUT) from None
        kept.keys, kept.asked = read(answer), self._clock()
