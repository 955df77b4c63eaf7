"""What a shell completes: commands, and the names of the functions that a cloud has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from fake_cloud import FakeCloud, cloud

from localalb.cli import main
from localalb.stacks.home import NAME, Home, Running

__all__ = ["cloud"]

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:"


@pytest.fixture
def project(tmp_path: Path, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The name of a directory with a cloud that has three functions."""
    monkeypatch.chdir(tmp_path)
    home = Home(tmp_path / "project" / NAME)
    home.prepare()
    home.claim(Running("mine", cloud.url, 1, "KEY"))
    cloud.otherwise = 200, json.dumps([ARN + name for name in ("web", "orders", "origins")]).encode()
    return Path("project")


def completed(*words: str) -> list[str]:
    *before, last = words
    return [each.value for each in ShellComplete(main, {}, "localalb", "_").get_completions(before, last)]


def test_commands() -> None:
    assert completed("re") == ["requests"]


@pytest.mark.parametrize("words", [("-C", "project", "logs", "or"), ("invoke", "-C", "project", "or")])
def test_functions(project: Path, words: tuple[str, ...]) -> None:
    assert completed(*words) == ["orders", "origins"]


def test_without_a_cloud_no_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert completed("invoke", "or") == []


def test_a_cloud_that_does_not_answer_is_no_error(project: Path, cloud: FakeCloud) -> None:
    cloud.otherwise = 500, b"no"
    assert completed("-C", "project", "invoke", "or") == []


def test_bash_completes(project: Path) -> None:
    """With the README's line, as a shell does it that somebody types in."""
    script = (
        'eval "$(_LOCALALB_COMPLETE=bash_source localalb)"; complete -p localalb >/dev/null; '
        "COMP_WORDS=(localalb -C project invoke or); COMP_CWORD=4; "
        '_localalb_completion localalb; echo "${COMPREPLY[@]}"'
    )
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    result = subprocess.run(
        ["bash", "-c", script], env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert result.stdout == "orders origins\n", result.stderr
