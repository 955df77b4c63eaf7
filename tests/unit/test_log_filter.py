"""Developer guide, "Log-level filtering"."""

from __future__ import annotations

import pytest

from localalb.runtime.log_filter import level

LEVELS = {
    '{"level": "debug", "msg": "my debug log"}': "DEBUG",  # the guide's own example
    '{"level": "WARNING", "message": "logging\'s name"}': "WARN",
    '{"level": "CRITICAL"}': "FATAL",
    '{"level": "trace"}': "TRACE",
    '{"level": "loud"}': "INFO",
    '{"level": 30}': "INFO",
    '{"message": "none"}': "INFO",
    '{"level": "ERROR"': "INFO",
    "[ERROR] text": "INFO",
    "": "INFO",
}


@pytest.mark.parametrize(("line", "wanted"), LEVELS.items())
def test_level(line: str, wanted: str) -> None:
    assert level(line) == wanted
