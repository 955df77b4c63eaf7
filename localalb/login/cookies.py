"""The cookies of a login: the session, in as many as it takes, and the nonce of a login under way.

User guide, "Authenticate users", "Authentication flow": a cookie over 4 KB is cut into several, and each
expires after 7 days, however long the session lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import formatdate

from localalb.http.message import Headers
from localalb.login.settings import WEEK

NONCE = "AWSALBAuthNonce"
LIMIT = 4096  # bytes of a cookie's name and value together; browsers drop a longer one
SHARDS = 16  # more are nobody's: 11 KB of claims and tokens need five
# As in a published test (of "AWSALBAuthNonce": Path=/; Secure; HttpOnly). Guess: the session's has the same.
_COMMON = "Path=/; Secure; HttpOnly"
_PAST = "Thu, 01 Jan 1970 00:00:00 GMT"


def read(headers: Iterable[str]) -> dict[str, str]:
    """The cookies of Cookie headers, by name; of two with one name the first (RFC 6265 section 5.4)."""
    found: dict[str, str] = {}
    for header in headers:
        for part in header.split(";"):
            name, _, value = part.partition("=")
            found.setdefault(name.strip(), value.strip())
    return found


def session(jar: Mapping[str, str], name: str) -> str:
    """A session's sealed text, put together; empty where there is none."""
    return "".join(jar[each] for each in _shards(jar, name))


def keep(name: str, sealed: str, now: float, jar: Mapping[str, str]) -> Headers:
    """The Set-Cookie headers of a session. What the client still has of a longer one is taken back."""
    size = LIMIT - len(name) - len("-00=")
    parts = [sealed[start : start + size] for start in range(0, len(sealed), size)]
    expires = f"Expires={formatdate(now + WEEK, usegmt=True)}"
    kept = [f"{name}-{number}={part}; {expires}; {_COMMON}" for number, part in enumerate(parts)]
    gone = [each for each in _shards(jar, name) if int(each.rpartition("-")[2]) >= len(parts)]
    return (*(("Set-Cookie", each) for each in kept), *drop(gone))


def forget(jar: Mapping[str, str], name: str) -> Headers:
    """The Set-Cookie headers that end a session."""
    return drop(_shards(jar, name))


def drop(names: Iterable[str]) -> Headers:
    return tuple(("Set-Cookie", f"{name}=; Expires={_PAST}; {_COMMON}") for name in names)


def nonce(value: str) -> Headers:
    return (("Set-Cookie", f"{NONCE}={value}; {_COMMON}"),)


def _shards(jar: Mapping[str, str], name: str) -> list[str]:
    """The names of a session's cookies, in order, up to the first that is not there."""
    names = []
    for number in range(SHARDS):
        if not jar.get(f"{name}-{number}"):
            break
        names.append(f"{name}-{number}")
    return names
