"""What a client sees of an application behind each library, in both modes of the target group."""

from __future__ import annotations

import json
from http.client import HTTPConnection

import pytest
import requests

from tests.handlers.conftest import Deployed
from tests.handlers.libraries import ALL_COOKIES
from tests.sites import Sites

BINARY = bytes(range(256)) * 40


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_methods_and_bodies(app: Deployed, method: str) -> None:
    body = "" if method == "GET" else "caf\u00e9"
    headers = {"Content-Type": "text/plain; charset=utf-8"} if body else {}
    response = app.site.ask("/echo", method, data=body.encode(), headers=headers)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/json")
    echo = response.json()
    assert (echo["method"], echo["path"], echo["body"]) == (method, "/echo", body)


def test_the_query(app: Deployed) -> None:
    """Of a key sent twice the last value is left in single-value mode; names and values are decoded."""
    query = "a=1&a=2&b=x%20y%26z&c%5B%5D=d%2Fe&empty=&plus=1+2&%C3%A9=%C3%BC"
    assert app.site.ask(f"/echo?{query}").json()["query"] == {
        "a": ["1", "2"] if app.multi_value else ["2"],
        "b": ["x y&z"],
        "c[]": ["d/e"],
        "empty": [""],
        "plus": [app.library.plus],
        "\u00e9": ["\u00fc"],
    }


def test_no_query(app: Deployed) -> None:
    assert app.site.ask("/echo").json()["query"] == {}


def test_a_header_that_is_sent_twice(app: Deployed) -> None:
    client = HTTPConnection(*app.site.address, timeout=30)
    client.putrequest("GET", "/echo")
    for value in ("1", "2"):
        client.putheader("X-One", value)
    client.endheaders()
    found = json.loads(client.getresponse().read())["x-one"]
    client.close()
    values = found.split(",") if isinstance(found, str) else found
    assert values == (["1", "2"] if app.multi_value else ["2"])


def test_the_path(app: Deployed) -> None:
    for sent, expected in app.library.files.items():
        response = app.site.ask(f"/files/{sent}")
        assert (response.status_code, response.content.decode()) == (200, expected)


def test_binary_both_ways(app: Deployed) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    response = app.site.ask("/reverse", "POST", data=BINARY, headers=headers)
    assert response.content == BINARY[::-1]
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_json(app: Deployed) -> None:
    document = {"a": ["\u00e9", None, 1.5], "b": {"c": True}}
    assert app.site.ask("/json", "POST", json=document).json() == {"got": document}


def test_cookies_that_come(app: Deployed) -> None:
    echo = app.site.ask("/echo", headers={"Cookie": "a=1; b=2"}).json()
    cookies = echo["cookie"]
    assert cookies in ("a=1; b=2", ["a=1; b=2"])


def test_cookies_that_are_set(app: Deployed) -> None:
    """In single-value mode a library has one value a name, and makes of that what it can."""
    response = app.site.ask("/cookies")
    values = response.raw.headers.getlist("set-cookie")
    expected = ALL_COOKIES if app.multi_value else app.library.single_cookies
    assert {value.partition(";")[0] for value in values} == expected
    assert len(values) == len(expected)


def test_a_session_with_cookies(app: Deployed) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.get(f"{app.site.url}/cookies", timeout=30)
        cookies = session.get(f"{app.site.url}/echo", timeout=30).json()["cookie"]
    (header,) = [cookies] if isinstance(cookies, str) else cookies
    assert set(header.split("; ")) == (ALL_COOKIES if app.multi_value else app.library.single_cookies)


def test_a_redirect(app: Deployed) -> None:
    response = app.site.ask("/moved")
    assert (response.status_code, response.headers["Location"]) == (302, "/echo?moved=yes")
    with requests.Session() as session:
        session.trust_env = False
        followed = session.get(f"{app.site.url}/moved", timeout=30)
    assert followed.json()["query"] == {"moved": ["yes"]}


def test_not_found(app: Deployed) -> None:
    response = app.site.ask("/nowhere")
    assert response.status_code == 404
    assert app.library.not_found.lower() in response.text.lower()
    assert response.headers["Server"] == "awselb/2.0"


def test_an_empty_response(app: Deployed) -> None:
    """Powertools once made its body null, which is a 502 (powertools-lambda-python#4671)."""
    response = app.site.ask("/empty", "POST")
    assert (response.status_code, response.content) == (204, b"")


def test_head(app: Deployed) -> None:
    response = app.site.ask("/echo", "HEAD")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Type"].startswith("application/json")


def test_nothing_was_refused(app: Deployed, cloud: Sites) -> None:
    assert [record for record in cloud.requests(app.site) if record["why"]] == []
