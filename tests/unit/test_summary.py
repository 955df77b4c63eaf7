"""What `up` says at the end: how to go on, in words that work where they are typed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from localalb.commands.summary import next_steps
from localalb.commands.where import localalb

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:{}"


def commands(steps: list[str]) -> list[str]:
    return [step.partition("  ")[0].removeprefix("python -m localalb ") for step in steps]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "my stack").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["/somewhere/localalb/__main__.py"])
    return tmp_path


def test_with_a_listener() -> None:
    assert commands(next_steps(Path())) == ["logs", "requests", "explain GET /", "down"]


def test_without_one() -> None:
    one = commands(next_steps(Path(), [ARN.format("orders")], served=False))
    assert one == ["invoke orders", "logs", 'eval "$(python -m localalb env)"', "down"]
    two = commands(next_steps(Path(), [ARN.format("orders"), ARN.format("web")], served=False))
    assert two[0] == "invoke NAME"


def test_in_another_directory() -> None:
    assert commands(next_steps(Path("my stack")))[-1] == "down -C 'my stack'"


def test_the_program_is_the_one_that_runs(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `make up` it is not on PATH."""
    program = here / ".venv/bin/localalb"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o700)
    monkeypatch.setattr(sys, "argv", [str(program)])
    assert localalb("logs") == ".venv/bin/localalb logs"
    monkeypatch.setenv("PATH", str(program.parent))
    assert localalb("logs") == "localalb logs"
