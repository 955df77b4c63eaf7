"""Target group stickiness: which of a rule's weighted groups a client was given before.

User guide, "Sticky sessions": the cookie AWSALBTG is encrypted, and AWSALBTGCORS is its twin for requests
from other origins.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import formatdate
from http.cookies import CookieError, SimpleCookie

from cryptography.fernet import Fernet, InvalidToken

from localalb.http.message import Headers

NAMES = ("AWSALBTG", "AWSALBTGCORS")


class Sticky:
    """Makes and reads the cookies of one cloud."""

    def __init__(self) -> None:
        self._cipher = Fernet(Fernet.generate_key())

    def group(self, cookies: Iterable[str], now: int, seconds: int) -> str | None:
        """The target group's ARN in a client's Cookie headers, None where there is none that holds."""
        for header in cookies:
            try:
                jar = SimpleCookie(header)
            except CookieError:
                continue
            for name in NAMES:
                if name in jar and (arn := self._read(jar[name].value, now, seconds)):
                    return arn
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
