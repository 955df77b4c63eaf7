"""The inspector of a test's cloud, as its page asks it."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import requests

from localalb.stacks.home import ask
from localalb.stacks.isolation import Endpoint
from tests.waiting import PATIENCE, until


class Page:
    """`url` ends with a slash; `key` is the page's."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.url, _, self.key = ask(endpoint, "inspector")["entrance"].partition("#")
        self._before: int = self.get("/api/requests")["last"]  # of other tests, in the same cloud

    @property
    def port(self) -> int:
        return int(self.url.rstrip("/").rpartition(":")[2])

    def request(self, method: str, path: str, key: str | None = None, **more: Any) -> requests.Response:
        headers = {"X-Localalb": self.key if key is None else key} | more.pop("headers", {})
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method, self.url + path.removeprefix("/"), headers=headers, timeout=PATIENCE, **more
            )

    def get(self, path: str) -> Any:
        response = self.request("GET", path)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, **sent: Any) -> Any:
        response = self.request("POST", path, json=sent)
        assert response.status_code == 200, response.text
        return response.json()

    def error(self, method: str, path: str, status: int, **more: Any) -> str:
        """The sentence that comes with a status."""
        response = self.request(method, path, **more)
        assert response.status_code == status, response.text
        return str(response.json()["error"])

    def listed(self, target: str, count: int = 1) -> list[dict[str, Any]]:
        """The requests of a target, once there are so many: a record is made when its response is written."""

        def found() -> list[dict[str, Any]]:
            every = self.get(f"/api/requests?after={self._before}")["requests"]
            of_target = [each for each in every if each["target"] == target]
            return of_target if len(of_target) >= count else []

        return until(found)

    def of(self, target: str) -> dict[str, Any]:
        """The one request of a target, opened."""
        (found,) = self.listed(target)
        opened: dict[str, Any] = self.get(f"/api/requests/{found['id']}")
        return opened

    def events(self, after: int) -> Generator[tuple[str, Any], None, None]:
        """The kinds of a stream's events and their data, as they come."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", f"/api/stream?after={after}", headers={"X-Localalb": self.key})
            response = connection.getresponse()
            assert response.status == 200
            kind = ""
            while line := response.readline():
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    yield kind, json.loads(value)
