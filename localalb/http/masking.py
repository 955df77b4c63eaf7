"""Values that look like secrets do not stand in logs: those in a query, by their keys."""

from __future__ import annotations

import re
from urllib.parse import unquote

MASK = "***"
KEYS = frozenset(
    {
        *("access_token", "api-key", "api_key", "apikey", "auth", "authorization", "client_secret", "code"),
        *("credential", "id_token", "jwt", "key", "pass", "passwd", "password", "pwd", "refresh_token"),
        *("secret", "session", "sig", "signature", "state", "token"),
        *("x-amz-credential", "x-amz-security-token", "x-amz-signature", "x-api-key"),
    }
)
"""The query keys, in lower case, whose values are masked. SECURITY.md says how to see the values."""

_PAIR = re.compile(r"""([?&])([^=&\s]*)=([^&\s'"]+)""")


def masked(text: str) -> str:
    """A request target, or a sentence that holds one, with the values of `KEYS` masked."""
    return _PAIR.sub(_mask, text) if "=" in text else text


def _mask(found: re.Match[str]) -> str:
    hidden = unquote(found[2]).lower() in KEYS
    return f"{found[1]}{found[2]}={MASK if hidden else found[3]}"
