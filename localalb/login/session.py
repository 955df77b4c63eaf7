"""A session: who logged in, and until when. It stands, sealed, in the client's cookies and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from localalb.http.faults import Fault
from localalb.http.message import Headers
from localalb.login import cookies, reasons
from localalb.login.seal import Broken, Foreign, Seal
from localalb.login.settings import Login
from localalb.login.tokens import Tokens

PURPOSE = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """`fresh` is until when the access token holds, None where the provider does not say; `ends` is when the
    session does, whatever the token's life. Both in seconds since the epoch."""

    issuer: str
    client: str
    claims: Mapping[str, Any]
    access: str
    refresh: str
    fresh: float | None
    ends: float

    def stale(self, now: float) -> bool:
        """Whether the claims are to be asked for again (user guide, "Session timeout")."""
        return bool(self.refresh) and self.fresh is not None and now >= self.fresh


def begun(login: Login, tokens: Tokens, claims: Mapping[str, Any], now: float) -> Session:
    return Session(
        issuer=login.provider.issuer,
        client=login.client,
        claims=claims,
        access=tokens.access,
        refresh=tokens.refresh,
        fresh=None if tokens.lasts is None else now + tokens.lasts,
        ends=now + login.timeout,
    )


def renewed(session: Session, tokens: Tokens, claims: Mapping[str, Any], now: float) -> Session:
    """The session behind a refresh: it ends when it would have. Without a new refresh token the old one holds
    (RFC 6749, section 6)."""
    return replace(
        session,
        claims=claims,
        access=tokens.access,
        refresh=tokens.refresh or session.refresh,
        fresh=None if tokens.lasts is None else now + tokens.lasts,
    )


def kept(session: Session, login: Login, seal: Seal, now: float, jar: Mapping[str, str]) -> Headers:
    """The Set-Cookie headers of a session."""
    return cookies.keep(login.cookie, seal.close(PURPOSE, asdict(session)), now, jar)


def found(jar: Mapping[str, str], login: Login, seal: Seal, now: float) -> Session | None:
    """The session in a client's cookies, None where there is none that holds. Raises `Fault` for cookies that
    no load balancer made.

    Guess: a session is of one client at one provider, and opens no rule of another.
    """
    sealed = cookies.session(jar, login.cookie)
    if not sealed:
        return None
    try:
        session = Session(**seal.open(PURPOSE, sealed))
    except Foreign:
        return None
    except Broken:
        why = f"the cookies {login.cookie}-0 ... are not what this load balancer set"
        raise Fault(401, why, reasons.INVALID_COOKIE) from None
    mine = (session.issuer, session.client) == (login.provider.issuer, login.client)
    return session if mine and now < session.ends else None
