"""What `dev --debug` refuses before it begins."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest

from localalb.commands import debug


def test_without_debugpy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debug, "find_spec", lambda name: None)
    with pytest.raises(click.ClickException) as refused:
        debug.check("", Path())
    install = f"{sys.executable} -m pip install debugpy"
    assert refused.value.message == f"--debug needs debugpy, which is not installed: {install}"


def test_a_directory_in_the_place_of_a_function_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`localalb dev --debug stack` would apply another directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stack").mkdir()
    (tmp_path / "stack/main.tf").touch()
    with pytest.raises(click.UsageError) as refused:
        debug.check("stack", Path())
    assert refused.value.message == "stack is a directory: write it first, `localalb dev stack --debug`"
    debug.check("stack", Path("stack"))
    debug.check("src", Path())
    debug.check("", Path())
