"""The way of a login through the load balancer, without the world: to the provider, and back.

User guide, "Authenticate users", "Authentication flow". The order in which the way back is checked is a
guess, but for one thing that was seen: the nonce is checked before the code is spent (psr-lakehouse,
auth.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from localalb.http import faults
from localalb.http.faults import Fault
from localalb.http.message import Headers, Request, Response
from localalb.login import cookies, reasons
from localalb.login.seal import Broken, Foreign, Seal
from localalb.login.settings import CALLBACK, Login
from localalb.login.tokens import LONGEST

TIME_TO_LOG_IN = 15 * 60  # seconds (user guide, "Client login timeout")
PURPOSE = "state"


@dataclass(frozen=True, slots=True)
class State:
    """What the parameter `state` carries: which rule sent the client to log in, from where, and when. `back`
    is the redirect URI."""

    rule: str
    issuer: str
    client: str
    url: str
    back: str
    nonce: str
    began: int


def host(request: Request) -> str:
    """The name, with its port, under which the client came. Raises `Fault` where it gave none: HTTP/1.0 lets
    it (user guide, "HTTP 401: Unauthorized")."""
    found = request.authority or request.first("host")
    if not found:
        why = "there is no Host header to send the client back to"
        raise Fault(401, why, reasons.MISSING_HOST)
    return found


def begin(login: Login, rule: str, request: Request, nonce: str, now: float) -> State:
    came_to = host(request)
    query = f"?{request.query}" if request.query else ""
    # Seen in browsers: the URL to which a login leads back has the port, https://<name>:443/. A port that the
    # client gave is the one by which it finds back.
    place = came_to if came_to.rpartition(":")[2].isdecimal() else f"{came_to}:{request.port}"
    return State(
        rule=rule,
        issuer=login.provider.issuer,
        client=login.client,
        url=f"https://{place}{request.path}{query}",
        back=f"https://{came_to}{CALLBACK}",
        nonce=nonce,
        began=int(now),
    )


def to_provider(login: Login, state: State, seal: Seal) -> Response:
    """The redirect to the authorization endpoint. The order of the parameters is that of published URLs."""
    parameters = [
        ("client_id", login.client),
        ("redirect_uri", state.back),
        ("response_type", "code"),
        ("scope", login.scope),
        ("state", seal.close(PURPOSE, asdict(state))),
        *login.extra,
    ]
    # Guess: an endpoint with a query of its own keeps it.
    joint = "&" if "?" in login.provider.authorization else "?"
    return redirect(
        f"{login.provider.authorization}{joint}{urlencode(parameters)}", cookies.nonce(state.nonce)
    )


def redirect(url: str, more: Headers = ()) -> Response:
    """A 302 with further headers."""
    headers = (("Content-Type", "text/html"), ("Location", url), *more)
    return Response(302, headers, faults.page(302), faults.phrase(302))


def came_back(request: Request, jar: Mapping[str, str], seal: Seal, now: float) -> tuple[State, str]:
    """The state and the code that a client brings from the provider. Raises `Fault`."""
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    host(request)
    state = _state(query, seal, now)
    if cookies.NONCE not in jar:
        why = f"the client has no cookie {cookies.NONCE}: another browser began this login"
        raise Fault(401, why, reasons.MISSING_NONCE)
    if jar[cookies.NONCE] != state.nonce:
        why = f"the cookie {cookies.NONCE} is of another login, begun later in the same browser"
        raise Fault(401, why, reasons.INVALID_NONCE)
    if "code" not in query:
        said = " ".join(query[key] for key in ("error", "error_description") if key in query)[:LONGEST]
        # User guide, "HTTP 401: Unauthorized": the IdP denied access.
        raise Fault(401, f"the provider sent no code: {said or 'and says not why'}", reasons.MISSING_CODE)
    return state, query["code"]


def _state(query: Mapping[str, str], seal: Seal, now: float) -> State:
    if "state" not in query:
        why = "there is no parameter state: a login begins at the load balancer, not at the provider"
        raise Fault(401, why, reasons.MISSING_STATE)
    try:
        state = State(**opened(seal, query["state"]))
    except Foreign:
        why = "another cloud began this login, such as one that ran here before: begin again"
        raise Fault(401, why, reasons.INVALID_STATE) from None
    except Broken:
        raise Fault(
            401, "the parameter state is not one of this load balancer's", reasons.INVALID_STATE
        ) from None
    if now > state.began + TIME_TO_LOG_IN:
        # Guess: the reason; the status is documented.
        why = f"the login took {int(now - state.began)} seconds; ALB waits {TIME_TO_LOG_IN}"
        raise Fault(401, why, reasons.INVALID_STATE)
    return state


def opened(seal: Seal, state: str) -> dict[str, Any]:
    """What is in a `state`. Raises `Broken`."""
    found: dict[str, Any] = seal.open(PURPOSE, state)
    return found
