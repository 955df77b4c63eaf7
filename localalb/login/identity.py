"""Who a user is, as the load balancer tells the target: three headers, one of them signed.

User guide, "User claims encoding and signature verification". The fields of the token's header and their
order are those of a published one (quarkus-ecs-example).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from localalb.http.message import Headers, octets
from localalb.login.session import Session

PREFIX = "x-amzn-oidc-"
LASTS = 120  # seconds; guess: how long a signed header holds


class Signer:
    """The key of one cloud. `pem` is what a verifier asks for."""

    def __init__(self) -> None:
        self.key = str(uuid4())
        self._private = ec.generate_private_key(ec.SECP256R1())
        public = self._private.public_key()
        self.pem = public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()

    def signed(self, header: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
        """A JWT by ES256, each part with padding, which other JWTs have not (user guide)."""
        begun = f"{_encoded(_json(header))}.{_encoded(_json(payload))}"
        r, s = decode_dss_signature(self._private.sign(begun.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{begun}.{_encoded(r.to_bytes(32) + s.to_bytes(32))}"


def headers(session: Session, signer: Signer, load_balancer: str, now: float) -> Headers:
    """The headers of a session's user, for the target of a load balancer."""
    expires = int(now) + LASTS
    token = {
        "typ": "JWT",
        "kid": signer.key,
        "alg": "ES256",
        "iss": session.issuer,
        "client": session.client,
        "signer": load_balancer,
        "exp": expires,
    }
    # Guess: the claims are followed by exp and iss, as applications see them.
    payload = {**session.claims, "exp": expires, "iss": session.issuer}
    return (
        (f"{PREFIX}accesstoken", octets(session.access)),
        (f"{PREFIX}identity", octets(str(session.claims["sub"]))),
        (f"{PREFIX}data", signer.signed(token, payload)),
    )


def without(headers: Headers) -> Headers:
    """Headers without those that only the load balancer may set.

    Guess: where a rule authenticates, what a client sends under their names does not pass. Where none does it
    passes, on AWS too: a function that can be reached past the login must verify the signature.
    """
    return tuple(_others(headers))


def _others(headers: Headers) -> Iterator[tuple[str, str]]:
    return (pair for pair in headers if not pair[0].lower().startswith(PREFIX))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
