"""localalb's own OpenID provider, for `--login local`: it stands in for the one a rule names.

Its page asks who to be, and believes it. It knows the logins that this cloud's load balancers began, by the
state they sealed, and no others: nobody is sent on to an address that a link has made up. What it signs is
worth something to this cloud alone.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from localalb.login import flow, page
from localalb.login.flow import State
from localalb.login.page import Choice, Wrong
from localalb.login.seal import Broken, Seal
from localalb.login.settings import CALLBACK

LASTS = 3600  # seconds of a token
CODE_LASTS = 60  # seconds
MAX_CODES = 1000
FORM, REFRESH = "form", "refresh"  # what is sealed for
# Claims about a token rather than about a user.
_OF_TOKENS = ("iss", "aud", "exp", "iat", "client_id", "scope", "token_use")
_BACK = re.compile(rf"https://[A-Za-z0-9.:\[\]_-]+{CALLBACK}")


class Refused(Exception):
    """A request that this provider does not take; the message is for whoever made it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Who was chosen, for which login. `until` is when the code has no worth any more."""

    state: State
    scope: str
    claims: Mapping[str, Any]
    until: float


class LocalProvider:
    """A WSGI application. `seal` is the load balancers' own."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"})
        self._grants: dict[str, Grant] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = 64 * 1024
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        port = request.environ["SERVER_PORT"]
        if request.host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            return _text(403, f"the Host is {request.host!r}, which is not mine")
        origin = request.headers.get("Origin")
        try:
            match request.method, request.path:
                case "GET", "/authorize":
                    return self._ask(request)
                case "POST", "/authorize" if origin == f"http://{request.host}":
                    return self._chosen(request)
                case "POST", "/token" if origin is None:
                    return _json(200, self._tokens(request))
                case "GET", "/userinfo" if origin is None:
                    return _json(200, self._user(request))
                case "GET", "/keys" if origin is None:
                    return _json(200, {"keys": [self._key.as_dict(private=False)]})
                case _:
                    return _text(404, "nothing is here, or nothing for a page of another origin")
        except (Refused, Wrong) as error:
            if request.path == "/authorize":
                return _text(400, str(error))
            return _json(400, {"error": "invalid_grant", "error_description": str(error)})
        except HTTPException as error:  # a body that is too large
            return _text(error.code or 400, str(error))

    def _ask(self, request: Request) -> Response:
        """The page that asks who to be. Raises `Refused`."""
        state = self._state(request.args.get("state", ""))
        given = {name: request.args.get(name, "") for name in ("client_id", "redirect_uri", "response_type")}
        wanted = {"client_id": state.client, "redirect_uri": state.back, "response_type": "code"}
        for name, value in wanted.items():
            if given[name] != value:
                raise Refused(
                    f"{name} is {given[name]!r}; the load balancer that began this login has {value!r}"
                )
        form = {"state": request.args["state"], "scope": request.args.get("scope", "")}
        return self._page(state, self._seal.close(FORM, form), Choice())

    def _page(self, state: State, sealed: str, choice: Choice, wrong: str = "") -> Response:
        response = Response(
            page.render(state, sealed, choice, wrong), 400 if wrong else 200, mimetype="text/html"
        )
        # Browsers hold form-action against where the form's answer leads, too.
        where = f"'self' {state.back.removesuffix(CALLBACK)}"
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action {where}"
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def _chosen(self, request: Request) -> Response:
        """On to the load balancer, with a code. Raises `Refused`."""
        sealed = request.form.get("request", "")
        try:
            form = self._seal.open(FORM, sealed)
        except Broken:
            raise Refused("this page is of another run: begin at the load balancer") from None
        state = self._state(form["state"])
        if "deny" in request.form:
            return _onwards(state, error="access_denied", state=form["state"])
        choice = Choice.of(request.form)
        try:
            claims = choice.claims()
        except Wrong as error:
            return self._page(state, sealed, choice, str(error))
        code = self._grant(Grant(state, form["scope"], claims, time.monotonic() + CODE_LASTS))
        return _onwards(state, code=code, state=form["state"])

    def _grant(self, grant: Grant) -> str:
        now = time.monotonic()
        for code, old in list(self._grants.items()):
            if old.until < now or len(self._grants) >= MAX_CODES:
                self._grants.pop(code, None)
        code = secrets.token_urlsafe(24)
        self._grants[code] = grant
        return code

    def _state(self, text: str) -> State:
        try:
            state = State(**flow.opened(self._seal, text))
        except Broken:
            raise Refused(
                "no load balancer of this cloud began this login: open its URL, not this one"
            ) from None
        if not _BACK.fullmatch(state.back):
            raise Refused(f"{state.back!r} is no address to go back to")
        return state

    def _tokens(self, request: Request) -> dict[str, Any]:
        """What /token gives. Raises `Refused`."""
        form = request.form
        match form.get("grant_type"):
            case "authorization_code":
                grant = self._grants.pop(form.get("code", ""), None)
                if grant is None or grant.until < time.monotonic():
                    raise Refused("the code is not known, was used before, or is over a minute old")
                if form.get("redirect_uri") != grant.state.back:
                    raise Refused("the redirect_uri is another than that of the login")
                return self._made(grant.state.issuer, grant.state.client, grant.scope, grant.claims)
            case "refresh_token":
                try:
                    kept = self._seal.open(REFRESH, form.get("refresh_token", ""))
                except Broken:
                    raise Refused("the refresh token is not one of this run's") from None
                return self._made(**kept)
            case "client_credentials":
                claims = Choice.of(form).more()
                scope, client = form.get("scope", ""), form.get("client_id", "localalb")
                return self._access(form.get("issuer", ""), client, scope, {"sub": client, **claims})
            case other:
                raise Refused(f"the grant_type is {other!r}")

    def _made(self, issuer: str, client: str, scope: str, claims: Mapping[str, Any]) -> dict[str, Any]:
        """Tokens for a user."""
        now = int(time.time())
        about = {"iss": issuer, "aud": client, "iat": now, "exp": now + LASTS}
        kept = {"issuer": issuer, "client": client, "scope": scope, "claims": claims}
        return self._access(issuer, client, scope, claims) | {
            "id_token": self._signed({**claims, **about}),
            "refresh_token": self._seal.close(REFRESH, kept),
        }

    def _access(self, issuer: str, client: str, scope: str, claims: Mapping[str, Any]) -> dict[str, Any]:
        now = int(time.time())
        about = {"iss": issuer, "client_id": client, "iat": now, "exp": now + LASTS, "token_use": "access"}
        token = self._signed({**claims, **about, "scope": scope} if scope else {**claims, **about})
        return {"access_token": token, "token_type": "Bearer", "expires_in": LASTS}

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key)

    def _user(self, request: Request) -> dict[str, Any]:
        """What /userinfo gives. Raises `Refused`."""
        _, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            claims = jwt.decode(token, self._key, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            raise Refused("the access token is not one of this run's") from None
        if claims["exp"] < time.time():
            raise Refused("the access token has expired")
        return {name: value for name, value in claims.items() if name not in _OF_TOKENS}


def _onwards(to: State, **query: str) -> Response:
    return Response(
        status=303, headers={"Location": f"{to.back}?{urlencode(query)}", "Cache-Control": "no-store"}
    )


def _text(status: int, sentence: str) -> Response:
    return Response(
        f"{sentence}\n", status, mimetype="text/plain", headers={"X-Content-Type-Options": "nosniff"}
    )


def _json(status: int, value: Mapping[str, Any]) -> Response:
    return Response(
        json.dumps(value), status, mimetype="application/json", headers={"Cache-Control": "no-store"}
    )
