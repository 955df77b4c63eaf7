"""Who may speak to the inspector."""

from __future__ import annotations

import pytest

from localalb.inspector import doors

PORT = 8123
HOST = "127.0.0.1:8123"
ASKED = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/requests", "HTTP_HOST": HOST}
FOLLOWED = {
    "PATH_INFO": "/",
    "HTTP_SEC_FETCH_SITE": "cross-site",
    "HTTP_SEC_FETCH_MODE": "navigate",
    "HTTP_SEC_FETCH_DEST": "document",
}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"HTTP_HOST": "localhost:8123", "HTTP_ORIGIN": "http://localhost:8123"},
        {"HTTP_ORIGIN": f"http://{HOST}", "HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        FOLLOWED,
    ],
)
def test_who_is_no_stranger(more: dict[str, str]) -> None:
    assert doors.stranger(ASKED | more, PORT) == ""


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"HTTP_HOST": "rebound.example:8123"}, "Host"),
        ({"HTTP_HOST": "127.0.0.1"}, "Host"),
        ({"HTTP_HOST": "127.0.0.1:80"}, "Host"),
        ({"HTTP_HOST": ""}, "Host"),
        ({"HTTP_ORIGIN": "http://127.0.0.1:8080", "HTTP_SEC_FETCH_SITE": "same-site"}, "another origin"),
        ({"HTTP_ORIGIN": "http://localhost:8123"}, "another origin"),
        ({"HTTP_ORIGIN": "null"}, "another origin"),
        ({"HTTP_ORIGIN": "https://127.0.0.1:8123"}, "another origin"),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, "another site"),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, "another site"),
        (FOLLOWED | {"PATH_INFO": "/api/requests"}, "another site"),
        (FOLLOWED | {"REQUEST_METHOD": "POST"}, "another site"),
        (FOLLOWED | {"HTTP_SEC_FETCH_DEST": "iframe"}, "another site"),
        (FOLLOWED | {"HTTP_SEC_FETCH_MODE": "no-cors", "HTTP_SEC_FETCH_DEST": "image"}, "another site"),
    ],
)
def test_who_is_a_stranger(more: dict[str, str], word: str) -> None:
    assert word in doors.stranger(ASKED | more, PORT)


def test_the_key_is_another_than_the_run_s() -> None:
    """AWS's clients are let in by the run's."""
    key = doors.page_key("LKIARUN")
    assert key == doors.page_key("LKIARUN") != doors.page_key("LKIAOTHER")
    assert "LKIA" not in key
    assert doors.known(ASKED | {"HTTP_X_LOCALALB": key}, key)
    for shown in ("", "LKIARUN", key[:-1], key + "0"):
        assert not doors.known(ASKED | {"HTTP_X_LOCALALB": shown}, key)
    assert not doors.known(ASKED, key)
