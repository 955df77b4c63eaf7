"""What `dev` says of code that is live."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from localalb.commands.dev import told
from localalb.dev.live import Outcome
from localalb.dev.packages import Package

NOWHERE = Package("arn", "hello", "app.handler", "python3.13", True, False, Path(), Path(), (), {}, None)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (("app.py",), "app.py is live"),
        (("app.py", "gone.py"), "app.py and 1 more are live"),
        (("gone.py",), "gone.py is gone, which is live"),
        (("gone.py", "too.py"), "gone.py and 1 more are gone, which is live"),
        ((), "its code is live"),
    ],
)
def test_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").touch()
    outcome = Outcome(replace(NOWHERE, source=tmp_path), changed)
    assert told(outcome, 0.314) == [f"{words} after 0.31 s"]
