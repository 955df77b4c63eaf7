"""Who passes: in front of a rule's action, a client logs in or shows a token."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from localalb.http.faults import Fault
from localalb.http.message import Headers, Request, Response
from localalb.login import bearer, cookies, flow, identity, reasons, session, tokens
from localalb.login.endpoints import Endpoints, Unreachable
from localalb.login.identity import Signer
from localalb.login.seal import Seal
from localalb.login.session import Session
from localalb.login.settings import Authentication, Login, Token
from localalb.login.shared import Shared
from localalb.login.tokens import Tokens

logger = logging.getLogger("localalb.login")

Secret = Callable[[str], str]
"""The client secret of a rule, by the rule's ARN."""


@dataclass(slots=True)
class Visit:
    """What the logs are told of a client at the gate. `asked` is how many seconds providers were asked for,
    below 0 where none was; `outcome` is `success` where a login was whole, `refreshed` where a refresh was,
    `valid` for a token, else empty."""

    asked: float = -1.0
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A client that may go on: its request, and the Set-Cookie headers that its response shall have."""

    request: Request
    cookies: Headers = ()


class Gate:
    """The gate of one cloud."""

    def __init__(
        self,
        endpoints: Endpoints | None = None,
        secret: Secret = lambda rule: "",
        seal: Seal | None = None,
        signer: Signer | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.endpoints = endpoints or Endpoints()
        self.signer = signer or Signer()
        self._clock = clock
        self._secret = secret
        self._seal = seal or Seal()
        self._keys = bearer.KeySets(self.endpoints, clock)
        self._refreshing: Shared[Session | None] = Shared()

    async def passes(
        self, wanted: Authentication, rule: str, load_balancer: str, request: Request, visit: Visit
    ) -> Passed | Response:
        """The client's request as it goes on, or the response it gets instead. Raises `Fault`."""
        if isinstance(wanted, Token):
            keys = await self._keys.of(wanted, request)
            bearer.check(wanted, bearer.token(request), keys, self._clock())
            visit.outcome = "valid"
            return Passed(request)
        return await self._logged_in(wanted, rule, load_balancer, request, visit)

    async def _logged_in(
        self, login: Login, rule: str, load_balancer: str, request: Request, visit: Visit
    ) -> Passed | Response:
        now = self._clock()
        jar = cookies.read(request.values("cookie"))
        found, renewed = session.found(jar, login, self._seal, now), False
        if found is not None and found.stale(now):
            found, renewed = await self._refreshed(found, login, rule, visit), True
        headers = identity.without(request.headers)
        if found is not None:
            headers += identity.headers(found, self.signer, load_balancer, now)
            kept = session.kept(found, login, self._seal, now, jar) if renewed else ()
            return Passed(_with(request, headers), kept)
        match login.unauthenticated:
            case "allow":
                return Passed(_with(request, headers))
            case "deny":
                raise Fault(401, "nobody is logged in, and the rule's OnUnauthenticatedRequest is deny")
        there = self._there(login)
        # Guess: whatever the method is; the client comes back with GET.
        state = flow.begin(there, rule, request, secrets.token_urlsafe(12), now)
        return flow.to_provider(there, state, self._seal)

    async def back(
        self, login_of: Callable[[str], Authentication | None], request: Request, visit: Visit
    ) -> Response:
        """The response to a client that comes back from the provider: to where it began, with a session.

        `login_of` gives what a rule asks for now. Raises `Fault`.
        """
        now = self._clock()
        jar = cookies.read(request.values("cookie"))
        state, code = flow.came_back(request, jar, self._seal, now)
        login = login_of(state.rule)
        if not isinstance(login, Login) or login.client != state.client:
            why = "the rule that began this login is gone, or has another client now"
            raise Fault(401, why, reasons.INVALID_STATE)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": state.back}
        got, claims = await self._asked(login, state.rule, form, visit)
        visit.outcome = "success"
        made = session.begun(login, got, claims, now)
        return flow.redirect(state.url, session.kept(made, login, self._seal, now, jar))

    def _there(self, login: Login) -> Login:
        """A login whose provider is as it is reached from here."""
        return replace(login, provider=self.endpoints.reached(login.provider))

    async def _refreshed(self, stale: Session, login: Login, rule: str, visit: Visit) -> Session | None:
        """The session with fresh claims, None where the provider gives none: then the client logs in again.

        Requests that come together share one refresh, as a provider may take a refresh token once alone.
        """
        return await self._refreshing(stale.refresh, lambda: self._refresh(stale, login, rule, visit))

    async def _refresh(self, stale: Session, login: Login, rule: str, visit: Visit) -> Session | None:
        form = {"grant_type": "refresh_token", "refresh_token": stale.refresh}
        try:
            got, claims = await self._asked(login, rule, form, visit, subject=str(stale.claims["sub"]))
        except Fault as fault:
            # User guide, "Session timeout": where the refresh fails, the user logs in again.
            logger.info("a session ends, as its claims cannot be refreshed: %s", fault.why)
            return None
        visit.outcome = "refreshed"
        return session.renewed(stale, got, claims, self._clock())

    async def _asked(
        self, login: Login, rule: str, form: dict[str, str], visit: Visit, subject: str = ""
    ) -> tuple[Tokens, dict[str, object]]:
        """The tokens that the provider gives for a form, and the claims for those: about `subject`, else
        about whom the ID token is. Raises `Fault`."""
        began = time.perf_counter()
        try:
            got = await self._tokens(login, rule, form)
            about = subject or tokens.check_id_token(got.id, login, self._clock())
            claims = await self._claims(login, got.access)
        finally:
            visit.asked = time.perf_counter() - began
        if claims["sub"] != about:  # OpenID Connect Core, sections 5.3.2 and 12.2
            why = f"the claims are about {claims['sub']!r}, and {about!r} logged in"
            raise Fault(561, why, reasons.INVALID_USER_INFO)
        return got, claims

    async def _tokens(self, login: Login, rule: str, form: dict[str, str]) -> Tokens:
        address = self._there(login).provider.token
        secret = "" if self.endpoints.stands_in else self._secret(rule)
        try:
            return tokens.tokens(await self.endpoints.post(address, form, (login.client, secret)))
        except Unreachable as error:
            why = f"the token endpoint {address} cannot be asked: {error}"
            raise Fault(500, why, reasons.TOKEN_TIMEOUT) from None

    async def _claims(self, login: Login, access: str) -> dict[str, object]:
        address = self._there(login).provider.user_info
        try:
            return tokens.claims(await self.endpoints.get(address, access), access)
        except Unreachable as error:
            why = f"the user info endpoint {address} cannot be asked: {error}"
            raise Fault(500, why, reasons.USER_INFO_TIMEOUT) from None


def _with(request: Request, headers: Headers) -> Request:
    return replace(request, headers=headers)
