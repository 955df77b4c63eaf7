"""Tokens of jwt-validation, good ones and of every broken kind: the rows of tests/cases/login.py."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry
from logins import BALANCER, RULE, Fake, without_none

from localalb.http.faults import Fault
from localalb.http.message import Request
from localalb.login import bearer
from localalb.login.gate import Gate, Passed, Visit
from localalb.login.settings import Claim, Token
from localalb.login.tokens import Answer
from tests.cases import login as rows
from tests.cases.login import ISSUER, NOW, TokenCase

GOOD, OTHER = (RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"}) for _ in range(2))
KEYS = {"keys": [GOOD.as_dict(private=False)]}
WANTED = Token(
    ISSUER,
    f"{ISSUER}/keys",
    (
        Claim("aud", "single-string", ("api", "apis")),
        Claim("scope", "space-separated-values", ("read", "write")),
        Claim("groups", "string-array", ("admins",)),
    ),
)
CLAIMS = {
    "iss": ISSUER,
    "exp": NOW + 60,
    "nbf": NOW,
    "iat": NOW,
    "aud": "api",
    "scope": "read",
    "groups": ["admins"],
}


def token(case: TokenCase) -> str:
    header = without_none({"alg": "RS256", "kid": "1", **case.header})
    if header.get("jwk") == "own":
        header["jwk"] = OTHER.as_dict(private=False)
    payload: Any = case.claims[""] if "" in case.claims else without_none({**CLAIMS, **case.claims})
    begun = ".".join(_encoded(json.dumps(part).encode()) for part in (header, payload))
    match case.key:
        case "none":
            return f"{begun}."
        case "secret":
            secret = GOOD.as_pem(private=False)
            return f"{begun}.{_encoded(hmac.new(secret, begun.encode(), hashlib.sha256).digest())}"
    key = RSAKey.import_key((GOOD if case.key == "good" else OTHER).as_pem(private=True))
    # Signed as it stands: the library would refuse to sign some of these headers.
    return f"{begun}.{_encoded(JWSRegistry.algorithms[header['alg']].sign(begun.encode(), key))}"


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def ask(gate: Gate, sent: str | None) -> tuple[int, str]:
    """The status and the reason, 0 where the request goes on."""
    headers = (("Host", "a"), *((("Authorization", sent),) if sent is not None else ()))
    request = Request("GET", "/", headers, port=443, secure=True)
    try:
        found = asyncio.run(gate.passes(WANTED, RULE, BALANCER, request, Visit()))
    except Fault as fault:
        return fault.status, fault.reason
    assert isinstance(found, Passed)
    assert found.request == request, "the token goes on as it is"
    return 0, ""


def gate(keys: rows.Sent = (200, KEYS), now: Sequence[float] = (NOW,)) -> tuple[Gate, Fake]:
    provider = Fake()
    provider.user = keys
    return Gate(provider, clock=lambda: now[0]), provider


@pytest.mark.parametrize("case", rows.TOKENS, ids=lambda case: case.id)
def test_a_token(case: TokenCase) -> None:
    made = token(case)
    sent = f"Bearer {made}" if case.sent == "" else case.sent and case.sent.format(token=made)
    assert ask(gate()[0], sent) == (case.status, case.reason)


GOOD_ONE = TokenCase(id="", fact="", source="", confidence="guess")


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (None, "JWKSRequestTimeout"),
        ((404, KEYS), "JWKSResponseInvalid"),
        ((200, "no JSON"), "JWKSResponseInvalid"),
        ((200, {"keys": 1}), "JWKSResponseInvalid"),
        ((200, {"keys": [{"kty": "RSA", "kid": "1"}]}), "JWKSResponseInvalid"),
        ((200, {"keys": KEYS["keys"] * 11}), "JWKSResponseInvalid"),
        ((200, {**KEYS, "padding": "x" * 150 * 1024}), "JWKSResponseInvalid"),
    ],
    ids=["down", "404", "text", "number", "half a key", "11 keys", "over 150 KB"],
)
def test_a_key_set_that_is_none(keys: rows.Sent, reason: str) -> None:
    """User guide, "Verify JWTs", for the limits; oecalc, ADR 0002, for the 500."""
    assert ask(gate(keys)[0], f"Bearer {token(GOOD_ONE)}") == (500, reason)


def test_ten_keys_of_150_kilobytes_are_taken() -> None:
    others = [RSAKey.generate_key(2048, {"kid": f"o{number}"}).as_dict(private=False) for number in range(2)]
    ec = {"kty": "EC", "kid": "e", "crv": "P-256", "x": "a", "y": "b"}
    keys = {"keys": [*others, *[ec] * 7, *KEYS["keys"]]}
    assert ask(gate((200, keys))[0], f"Bearer {token(GOOD_ONE)}") == (0, "")


def test_a_key_for_encryption_signs_nothing() -> None:
    key = {**GOOD.as_dict(private=False), "use": "enc"}
    assert (
        ask(gate((200, {"keys": [key]}))[0], f"Bearer {token(GOOD_ONE)}")[1] == "JWTSignatureValidationError"
    )


def test_keys_are_asked_for_once_in_a_while() -> None:
    now = [float(NOW)]
    asked, provider = gate(now=now)
    for _ in range(3):
        assert ask(asked, f"Bearer {token(GOOD_ONE)}") == (0, "")
    assert len(provider.asked) == 1
    now[0] += bearer.KEPT + 1
    case = replace(GOOD_ONE, claims={"exp": NOW + 1000})
    assert ask(asked, f"Bearer {token(case)}") == (0, "")
    assert len(provider.asked) == 2


def test_a_new_key_is_found_but_not_for_everybody_who_makes_one_up() -> None:
    now = [float(NOW)]
    asked, provider = gate((200, {"keys": []}), now)
    sent = f"Bearer {token(GOOD_ONE)}"
    assert ask(asked, sent)[0] == 401
    provider.user = (200, KEYS)
    for _ in range(10):
        assert ask(asked, sent)[0] == 401
    assert len(provider.asked) == 1
    now[0] += bearer.AT_MOST_EVERY + 1
    assert ask(asked, sent) == (0, "")


def test_a_header_that_is_long_and_has_what_nobody_registered() -> None:
    """Entra ID's has x5t and rh, others a chain of certificates."""
    case = replace(GOOD_ONE, header={"x5t": "a" * 40, "rh": "1.a", "x5c": ["b" * 3000]})
    assert ask(gate()[0], f"Bearer {token(case)}") == (0, "")


def test_nobody_is_asked_for_what_is_no_token() -> None:
    asked, provider = gate()
    for sent in (None, "Bearer x", "Bearer a.b.c"):
        assert ask(asked, sent)[0] == 401
    assert provider.asked == []


def test_a_failure_reaches_all_who_wait() -> None:
    asked, provider = gate(None)

    async def crowd() -> list[BaseException | object]:
        request = Request("GET", "/", (("Authorization", f"Bearer {token(GOOD_ONE)}"),))
        calls = (asked.passes(WANTED, RULE, BALANCER, request, Visit()) for _ in range(10))
        return await asyncio.gather(*calls, return_exceptions=True)

    assert {found.status for found in asyncio.run(crowd()) if isinstance(found, Fault)} == {500}
    assert len(provider.asked) == 1


def test_the_key_set_is_read_as_published() -> None:
    keys = KeySet([GOOD]).as_dict(private=False)
    assert set(bearer.read(Answer(200, json.dumps(keys).encode()))) == {"1"}
