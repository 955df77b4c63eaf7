"""requests over HTTP/1.1 and httpx over HTTP/2."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import httpx
import pytest
import requests

from tests.clients.conftest import Pair
from tests.sites import Sites
from tests.waiting import until


@pytest.fixture
def session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def test_a_session_keeps_its_connection(session: requests.Session, cloud: Sites, sites: Pair) -> None:
    with session:
        for _ in range(10):
            assert session.get(f"{sites.http.url}/kept", timeout=10).ok
    assert until(lambda: sum(record["target"] == "/kept" for record in cloud.requests(sites.http)) == 10)
    clients = {record["client"] for record in cloud.requests(sites.http) if record["target"] == "/kept"}
    assert len(clients) == 1, "so many addresses and ports did it come from"


@pytest.mark.parametrize(("path", "method"), [("/next", "GET"), ("/see-other", "GET")])
def test_redirects(session: requests.Session, sites: Pair, path: str, method: str) -> None:
    with session:
        response = session.post(sites.http.url + path, data=b"x", timeout=10)
    assert [each.status_code for each in response.history] == [302 if path == "/next" else 303]
    event = response.json()
    assert (event["path"], event["httpMethod"]) == ("/last", method)


def cookies(event: dict[str, Any]) -> set[str]:
    """Those of an event's one Cookie header. In which order several were set is not kept (section 3)."""
    (header,) = event["multiValueHeaders"]["cookie"]
    return set(header.split("; "))


def test_cookies(session: requests.Session, sites: Pair) -> None:
    with session:
        session.get(f"{sites.http.url}/cookies", timeout=10)
        assert dict(session.cookies) == {"one": "1", "two": "2"}
        event = session.get(sites.http.url, timeout=10).json()
    assert cookies(event) == {"one=1", "two=2"}


def test_a_body_of_unknown_length(session: requests.Session, sites: Pair) -> None:
    chunks = (b"x" * 1000 for _ in range(500))
    with session:
        assert session.put(f"{sites.http.url}/size", data=chunks, timeout=20).text == "500000"


def test_files(session: requests.Session, sites: Pair) -> None:
    with session:
        event = session.post(sites.http.url, files={"file": ("n.bin", b"\x00\xff")}, timeout=10).json()
    assert event["isBase64Encoded"] is True
    assert event["multiValueHeaders"]["content-type"][0].startswith("multipart/form-data; boundary=")


def secure(sites: Pair) -> tuple[str, ssl.SSLContext, dict[str, str]]:
    """The address of the HTTPS site, a context, and the name that httpx is to ask for."""
    url = "https://{}:{}".format(*sites.https.address)
    return url, sites.authority.context(), {"sni_hostname": sites.name}


def test_http_2_with_httpx(sites: Pair) -> None:
    url, context, extensions = secure(sites)
    with httpx.Client(http2=True, verify=context, trust_env=False, timeout=20) as client:
        response = client.get(f"{url}/a?b=1&b=2", headers={"Host": sites.name}, extensions=dict(extensions))
        assert response.http_version == "HTTP/2"
        event = response.json()
        assert event["multiValueQueryStringParameters"] == {"b": ["1", "2"]}
        assert event["multiValueHeaders"]["host"] == [sites.name]
        client.get(f"{url}/cookies", extensions=dict(extensions))
        again = client.get(url, extensions=dict(extensions)).json()
        assert cookies(again) == {"one=1", "two=2"}
        size = client.post(f"{url}/size", content=b"x" * 900_000, extensions=dict(extensions))
        assert size.text == "900000"


def test_100_requests_at_once_with_httpx(sites: Pair) -> None:
    """One connection carries them all."""
    url, context, extensions = secure(sites)

    async def ask() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=1)
        async with httpx.AsyncClient(
            http2=True, verify=context, trust_env=False, timeout=30, limits=limits
        ) as client:
            return await asyncio.gather(
                *(client.get(f"{url}/n/{n}", extensions=dict(extensions)) for n in range(100))
            )

    responses = asyncio.run(ask())
    assert [response.json()["path"] for response in responses] == [f"/n/{n}" for n in range(100)]
    assert {response.http_version for response in responses} == {"HTTP/2"}
