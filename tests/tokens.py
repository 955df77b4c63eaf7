"""Reading what a load balancer signs."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


def verified(token: str, pem: str) -> tuple[Any, Any]:
    """The header and the claims of an x-amzn-oidc-data. Raises `InvalidSignature`."""
    parts = token.split(".")
    assert all(len(part) % 4 == 0 for part in parts), "with padding, which other JWTs have not"
    header, payload, signature = (base64.urlsafe_b64decode(part) for part in parts)
    key = serialization.load_pem_public_key(pem.encode())
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signed = token.rpartition(".")[0].encode()
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    return json.loads(header), json.loads(payload)
