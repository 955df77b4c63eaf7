"""The values of secret query keys do not stand in logs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.http.masking import KEYS, masked

CASES = {
    "/login?user=ann&password=hunter2": "/login?user=ann&password=***",
    "/?Token=abc": "/?Token=***",
    "/?pass%77ord=abc": "/?pass%77ord=***",
    "/callback?code=1&state=2": "/callback?code=***&state=***",
    "/x?X-Amz-Signature=00ff&X-Amz-Date=1": "/x?X-Amz-Signature=***&X-Amz-Date=1",
    "/token=abc": "/token=abc",
    "/?page=2&monkey=3&token": "/?page=2&monkey=3&token",
    "the request line b'GET /?token=abc' is no": "the request line b'GET /?token=***' is no",
}


@pytest.mark.parametrize("text", CASES)
def test_masked(text: str) -> None:
    assert masked(text) == CASES[text]


@given(st.sampled_from(sorted(KEYS)), st.from_regex(r"[A-Za-z0-9%+/=_.-]{9,20}", fullmatch=True))
def test_no_secret_is_left(key: str, value: str) -> None:
    assert value not in masked(f"/path?a=1&{key}={value}&b=2")
