"""A gate, and a provider without a socket: each row of tests/cases/login.py can be told to them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from localalb.http.faults import Fault
from localalb.http.message import Headers, Request, Response
from localalb.login.endpoints import Endpoints, Unreachable
from localalb.login.gate import Gate, Passed, Visit
from localalb.login.settings import CALLBACK, Authentication, Login, Provider
from localalb.login.tokens import Answer
from tests.cases.login import CLIENT, ISSUER, NOW, USER, Sent, tokens

RULE = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/demo/1/2/3"
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/demo/1"
HOST = "www.example.com"
LOGIN = Login(Provider(ISSUER, f"{ISSUER}/authorize", f"{ISSUER}/token", f"{ISSUER}/userinfo"), CLIENT)


class Fake(Endpoints):
    """Answers with what it is told to; `asked` has the questions."""

    def __init__(self) -> None:
        super().__init__("real")
        self.token: Sent = (200, tokens())
        self.user: Sent = (200, USER)
        self.asked: list[tuple[str, Any]] = []

    async def post(self, address: str, form: Mapping[str, str], client: tuple[str, str]) -> Answer:
        self.asked.append((address, {**form, "client": client}))
        return _answer(self.token)

    async def get(self, address: str, token: str = "") -> Answer:
        self.asked.append((address, token))
        return _answer(self.user)


def _answer(sent: Sent) -> Answer:
    if sent is None:
        raise Unreachable("nobody is there")
    status, body = sent
    return Answer(status, body.encode() if isinstance(body, str) else json.dumps(body).encode())


class Browser:
    """A client of one gate: it keeps its cookies, and the clock is its own."""

    def __init__(self, login: Authentication = LOGIN) -> None:
        self.login = login
        self.provider = Fake()
        self.now = float(NOW)
        self.gate = Gate(self.provider, lambda rule: "a secret", clock=lambda: self.now)
        self.jar: dict[str, str] = {}
        self.visit = Visit()

    def ask(self, target: str = "/app?a=1", headers: Headers = (("Host", HOST),)) -> Passed | Response:
        """A request in front of the rule. Raises `Fault`."""
        request = Request("GET", target, self._with_cookies(headers), port=443, secure=True)
        self.visit = Visit()
        found = asyncio.run(self.gate.passes(self.login, RULE, BALANCER, request, self.visit))
        self._keep(found.headers if isinstance(found, Response) else found.cookies)
        return found

    def back(self, query: Mapping[str, str], headers: Headers = (("Host", HOST),)) -> Response:
        """The callback. Raises `Fault`."""
        target = f"{CALLBACK}?{urlencode(query)}"
        request = Request("GET", target, self._with_cookies(headers), port=443, secure=True)
        self.visit = Visit()
        asks = {RULE: self.login}
        response = asyncio.run(self.gate.back(asks.get, request, self.visit))
        self._keep(response.headers)
        return response

    def begin(self) -> dict[str, str]:
        """Go to the provider; the parameters that it gets."""
        response = self.ask()
        assert isinstance(response, Response)
        return dict(parse_qsl(urlsplit(location(response)).query))

    def log_in(self) -> Response:
        return self.back({"code": "a code", "state": self.begin()["state"]})

    def _with_cookies(self, headers: Headers) -> Headers:
        sent = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        return (*headers, ("Cookie", sent)) if sent else headers

    def _keep(self, headers: Headers) -> None:
        for name, value in headers:
            if name == "Set-Cookie":
                cookie, _, rest = value.partition(";")
                key, _, text = cookie.partition("=")
                self.jar.pop(key, None)
                if "1970" not in rest:
                    self.jar[key] = text

    def shards(self) -> list[str]:
        return [name for name in self.jar if name.startswith("AWSELBAuthSessionCookie-")]


def outcome(call: Callable[[], Passed | Response]) -> tuple[Passed | Response | None, tuple[int, str]]:
    """What a call gives, if anything, and the status and the reason the client gets; 0 where it goes on."""
    try:
        found = call()
    except Fault as fault:
        return None, (fault.status, fault.reason)
    return found, (found.status if isinstance(found, Response) else 0, "")


def without_none(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None}


def location(response: Response) -> str:
    return dict(response.headers)["Location"]


def passed(found: Passed | Response) -> Request:
    assert isinstance(found, Passed)
    return found.request
