"""Target group stickiness: which of a rule's weighted groups a client was given before.

User guide, "Sticky sessions": the cookie AWSALBTG is encrypted, and AWSALBTGCORS is its twin for requests
from other origins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import formatdate
from http.cookies import CookieError, SimpleCookie

from cryptography.fernet import Fernet, InvalidToken

from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.message import Headers

_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
NAMES = ("AWSALBTG", "AWSALBTGCORS")


class Sticky:
    """Makes and reads the cookies of one cloud."""

    def __init__(self) -> None:
        self._cipher = Fernet(Fernet.generate_key())

    def group(self, cookies: Iterable[str], now: int, seconds: int) -> str | None:
        """The target group's ARN in a client's Cookie headers, None where there is none that holds.

        Raises `Fault` where what there is was URL-encoded: the access log has a word for a request that fails
        so ("Error reason codes"). Guess: that the status is 400.
        """
        encoded = False
        for header in cookies:
            try:
                jar = SimpleCookie(header)
            except CookieError:
                continue
            for name in NAMES:
                if name not in jar:
                    continue
                if arn := self._read(jar[name].value, now, seconds):
                    return arn
                encoded = encoded or _ENCODED.search(jar[name].value) is not None
        if encoded:
            raise Fault(400, "the cookie AWSALBTG came URL-encoded", faults.COOKIE_INVALID)
        return None

    def _read(self, value: str, now: int, seconds: int) -> str | None:
        try:
            return self._cipher.decrypt_at_time(value.encode(), seconds, now).decode()
        except (InvalidToken, UnicodeError):
            return None

    def cookies(self, arn: str, now: int, seconds: int) -> Headers:
        """The Set-Cookie headers that give a client its target group."""
        value = self._cipher.encrypt_at_time(arn.encode(), now).decode()
        common = f"={value}; Expires={formatdate(now + seconds, usegmt=True)}; Path=/"
        return (
            ("Set-Cookie", NAMES[0] + common),
            ("Set-Cookie", NAMES[1] + common + "; SameSite=None; Secure"),
        )
