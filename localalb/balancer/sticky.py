"""Target group stickiness: which of a rule's weighted groups a client was given before.

User guide, "Sticky sessions": the cookie AWSALBTG is encrypted, and AWSALBTGCORS is its twin for requests
from other origins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import formatdate

from cryptography.fernet import Fernet, InvalidToken

from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.message import Headers

_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
NAMES = ("AWSALBTG", "AWSALBTGCORS")


class Sealed:
    """Values of cookies that nobody else can read or make."""

    def __init__(self) -> None:
        self._cipher = Fernet(Fernet.generate_key())

    def write(self, text: str, now: int) -> str:
        return self._cipher.encrypt_at_time(text.encode(), now).decode()

    def read(self, value: str, now: int, seconds: int) -> str | None:
        """What was written; None where it is none of ours, or older than so many seconds."""
        try:
            return self._cipher.decrypt_at_time(value.encode(), seconds, now).decode()
        except (InvalidToken, UnicodeError):
            return None


def cookies_of(headers: Iterable[str]) -> dict[str, str]:
    """The cookies in Cookie headers, by name; the first of a name counts. Values stay as sent: "Application
    Load Balancers do not support cookie values that are URL encoded"."""
    found: dict[str, str] = {}
    for header in headers:
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            found.setdefault(name, value.strip('"'))
    return found


class Sticky:
    """Makes and reads the cookies of one cloud."""

    def __init__(self) -> None:
        self._sealed = Sealed()

    def group(self, cookies: Iterable[str], now: int, seconds: int) -> str | None:
        """The target group's ARN in a client's Cookie headers, None where there is none that holds.

        Raises `Fault` where what there is was URL-encoded: the access log has a word for a request that fails
        so ("Error reason codes"). Guess: that the status is 400.
        """
        jar = cookies_of(cookies)
        known = [jar[name] for name in NAMES if name in jar]
        for value in known:
            if arn := self._sealed.read(value, now, seconds):
                return arn
        if any(_ENCODED.search(value) for value in known):
            raise Fault(400, "the cookie AWSALBTG came URL-encoded", faults.COOKIE_INVALID)
        return None

    def cookies(self, arn: str, now: int, seconds: int) -> Headers:
        """The Set-Cookie headers that give a client its target group."""
        value = self._sealed.write(arn, now)
        common = f"={value}; Expires={formatdate(now + seconds, usegmt=True)}; Path=/"
        return (
            ("Set-Cookie", NAMES[0] + common),
            ("Set-Cookie", NAMES[1] + common + "; SameSite=None; Secure"),
        )
