"""Sealing what a client keeps for the load balancer: the state of a login, and a session.

User guide, "Authenticate users": the cookie's value is encrypted. A client can neither read nor change what
is sealed, nor use one thing as another: what it is for is sealed with it.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MARK = b"\x01lb"  # what every cloud's begins with
_ID, _NONCE = 9, 12  # bytes


class Broken(Exception):
    """A text is not what was sealed for this purpose."""


class Foreign(Broken):
    """Another cloud sealed it, such as one that ran here before: its key is gone, and that is nobody's fault.
    On AWS the keys outlive a load balancer's nodes."""


class Seal:
    """The keys of one cloud."""

    def __init__(self) -> None:
        self._id = _MARK + secrets.token_bytes(_ID - len(_MARK))
        self._cipher = AESGCM(AESGCM.generate_key(256))

    def close(self, purpose: str, value: Any) -> str:
        """JSON -> text of letters, digits, - and _."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, json.dumps(value).encode(), purpose.encode())
        return base64.urlsafe_b64encode(self._id + nonce + sealed).rstrip(b"=").decode()

    def open(self, purpose: str, text: str) -> Any:
        """What was sealed. Raises `Broken`."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise Broken from None
        if len(raw) < _ID + _NONCE + 16 or not raw.startswith(_MARK):
            raise Broken
        if raw[:_ID] != self._id:
            raise Foreign
        try:
            opened = self._cipher.decrypt(raw[_ID : _ID + _NONCE], raw[_ID + _NONCE :], purpose.encode())
        except InvalidTag:
            raise Broken from None
        return json.loads(opened)
