"""The addresses of OpenID providers: which of them are reached, and how they are asked."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from ipaddress import ip_address
from typing import Literal, get_args
from urllib.parse import quote, urlsplit

import requests
import urllib3

from localalb.http.faults import Fault
from localalb.login.settings import Provider
from localalb.login.tokens import MAX_ANSWER, Answer

Mode = Literal["loopback", "local", "real"]
"""`loopback`: providers on this machine are asked, others are not. `local`: localalb's own provider stands in
for every one. `real`: the ones that rules name are asked, wherever they are."""
MODES: tuple[Mode, ...] = get_args(Mode)

PATIENCE = 10.0  # seconds for an answer; guess: how long ALB waits is not documented
ASKED_AT_ONCE = 8
_CHOICES = (
    "`--login local` puts a provider of localalb's own in its place, `--login real` asks the real one, with "
    "the rule's client secret"
)


class Unreachable(Exception):
    """An endpoint did not answer; the message says how."""


def mode(text: str) -> Mode:
    """Raises `LookupError` for a text that names none."""
    for each in MODES:
        if each == text:
            return each
    raise LookupError(f"{text!r} is no way to log in: write one of {', '.join(MODES)}")


class Endpoints:
    """Asks providers, in threads of its own. `own` is the address of localalb's own provider."""

    def __init__(self, mode: Mode = "loopback", own: str = "") -> None:
        self.switch(mode, own)
        self._threads = ThreadPoolExecutor(ASKED_AT_ONCE, "login")
        # A provider on this machine has a certificate of nobody's; see `_send`.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def switch(self, mode: Mode, own: str = "") -> None:
        self.mode, self._own = mode, own

    @property
    def stands_in(self) -> bool:
        """Whether localalb's own provider stands in for every one."""
        return self.mode == "local"

    def reached(self, provider: Provider) -> Provider:
        """The provider as it is reached from here. Raises `Fault` where it may not be."""
        if self.stands_in:
            return replace(
                provider,
                authorization=f"{self._own}/authorize",
                token=f"{self._own}/token",
                user_info=f"{self._own}/userinfo",
            )
        if provider.pool:
            why = (
                f"the user pool {provider.issuer} is one of the local cloud's and has no page to log in: "
                "`--login local` has one"
            )
            raise Fault(500, why)
        self.check(provider.authorization, provider.token, provider.user_info)
        return provider

    def keys(self, address: str) -> str:
        """The address of a key set as it is reached from here. Raises `Fault` where it may not be."""
        if self.stands_in:
            return f"{self._own}/keys"
        self.check(address)
        return address

    def check(self, *addresses: str) -> None:
        """Raises `Fault` for an address that this mode does not reach."""
        for address in addresses:
            if self.mode != "real" and not on_loopback(address):
                host = urlsplit(address).hostname
                raise Fault(500, f"{host} is not on this machine, so it is not asked: {_CHOICES}")

    async def post(self, address: str, form: Mapping[str, str], client: tuple[str, str]) -> Answer:
        """POST a form, as the client with this id and secret. Raises `Unreachable`."""
        # Guess: the secret goes by Authorization, which every provider must know (RFC 6749, section 2.3.1).
        return await self._asked(partial(_send, "POST", address, data=dict(form), auth=client))

    async def get(self, address: str, token: str = "") -> Answer:
        """GET, with a bearer token if there is one. Raises `Unreachable`."""
        return await self._asked(partial(_send, "GET", address, bearer=token))

    async def _asked(self, ask: partial[Answer]) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE):
                return await loop.run_in_executor(self._threads, ask)
        except TimeoutError:
            raise Unreachable(f"no answer within {PATIENCE:.0f} seconds") from None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def on_loopback(address: str) -> bool:
    """Whether a URL leads no further than this machine: 127.0.0.0/8, ::1 and localhost. Names below localhost
    are none: what does not know RFC 6761 asks the network for them."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _send(
    method: str,
    address: str,
    *,
    data: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    bearer: str = "",
) -> Answer:
    """One request, whose answer is read to `MAX_ANSWER` bytes and for `PATIENCE` seconds."""
    here = on_loopback(address)
    # AWS wants a certificate of a public authority. On this machine nobody is between: none is asked for.
    verify = False if here else (os.environ.get("SSL_CERT_FILE") or True)
    end = time.monotonic() + PATIENCE
    with requests.Session() as session:
        session.trust_env = False  # a .netrc would put its own password in place of the client's
        session.proxies = {} if here else dict(requests.utils.get_environ_proxies(address))
        headers = {"Accept": "application/json", "User-Agent": "localalb"}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        try:
            with session.request(
                method,
                address,
                data=data,
                auth=_escaped(auth),
                headers=headers,
                timeout=PATIENCE,
                allow_redirects=False,
                verify=verify,
                stream=True,
            ) as response:
                body = b""
                for piece in response.iter_content(16 * 1024):
                    body += piece
                    if len(body) > MAX_ANSWER:
                        break
                    if time.monotonic() > end:
                        raise Unreachable(f"the answer was not there within {PATIENCE:.0f} seconds")
                return Answer(response.status_code, body)
        except (requests.RequestException, UnicodeError) as error:
            raise Unreachable(f"{type(error).__name__}: {_reason(error)}") from None


def _escaped(client: tuple[str, str] | None) -> tuple[str, str] | None:
    """Id and secret are form-encoded before they are put together (RFC 6749, section 2.3.1)."""
    return client and (quote(client[0], safe=""), quote(client[1], safe=""))


def _reason(error: BaseException) -> str:
    """The innermost reason, which is the shortest."""
    inner = error.args[0] if error.args else error
    found = getattr(inner, "reason", None) or error
    return str(found).rpartition(": ")[2] or str(found)
