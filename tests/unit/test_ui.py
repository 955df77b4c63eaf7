"""Where the inspector is, as `up` and `dev` say it."""

from __future__ import annotations

import json
import sys

import pytest
from fake_cloud import FakeCloud, cloud

from localalb.commands import ui
from localalb.stacks.home import Running

__all__ = ["cloud"]

FOUND = {"url": "http://127.0.0.1:9/", "entrance": "http://127.0.0.1:9/#key", "door": "file:///door"}


@pytest.mark.parametrize(
    ("terminal", "line"),
    [
        (True, "inspector: http://127.0.0.1:9/#key\n"),
        (False, "inspector: http://127.0.0.1:9/ (`localalb ui` prints its key)\n"),
    ],
)
def test_the_key_is_told_to_a_terminal_alone(
    cloud: FakeCloud,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,
    line: str,
) -> None:
    """What is piped is kept, such as CI's log."""
    cloud.body = json.dumps(FOUND).encode()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    ui.tell(Running("mine", cloud.url, 1, "KEY"))
    assert capsys.readouterr() == ("", line)
    assert cloud.seen == [("GET", "/_localalb/inspector", "KEY")]
