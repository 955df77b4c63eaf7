"""What is said while Terraform works, off a terminal, and what is told of a run that was stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from localalb.commands.applying import SPARSE, Applying, show
from localalb.stacks.home import NAME, Home


class Clock:
    """A time that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / NAME)


def run(applying: Applying, clock: Clock, *steps: tuple[float, str]) -> None:
    """Each line after so many seconds, with ten ticks a second meanwhile."""
    for seconds, line in steps:
        for _ in range(int(seconds * 10)):
            clock.now += 0.1
            applying.tick()
        applying.hear(line)


STEPS = (
    (2, "  # aws_lb.this will be created"),
    (0, "Plan: 2 to add, 0 to change, 0 to destroy."),
    (1, "aws_lb.this: Creating..."),
    (20, "aws_lb.this: Still creating... [20s elapsed]"),
    (10, "aws_lb.this: Creation complete after 30s [id=arn]"),
)


def test_off_a_terminal_a_line_now_and_then(
    home: Home, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with Applying(home, "lines", new=True, clock=clock) as applying:
        applying.begin("Terraform: planning")
        run(applying, clock, *STEPS)
        applying.over("Applied")
    assert SPARSE == 15
    assert capsys.readouterr().err == (
        "Terraform: planning ...\n"
        "Terraform: 2 s  0 of 2 done\n"
        "Terraform: 17 s  0 of 2 done  creating aws_lb.this 14 s of 60 s\n"
        "Terraform: 32 s  0 of 2 done  creating aws_lb.this 29 s of 60 s\n"
        f"Applied in 33 s: 1 added. Terraform's output: {home.path}/terraform.log\n"
    )


def test_the_next_time_it_says_how_long_that_took(
    home: Home, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        with Applying(home, "lines", new=True, clock=clock) as applying:
            run(applying, clock, *STEPS)
            applying.over("Applied")
    assert "Terraform: 2 s, usually 33 s  0 of 2 done\n" in capsys.readouterr().err
    with Applying(home, "lines", clock=clock) as applying:
        run(applying, clock, (2, "Plan: 0 to add, 1 to change, 0 to destroy."))
    assert capsys.readouterr().err == "Terraform: 2 s  0 of 1 done\n", "an edit is no first run"
    assert json.loads((home.path / "took.json").read_text()) == {"new": 33.0}


def test_quietly_nothing_is_said(home: Home, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with Applying(home, "nothing", clock=clock) as applying:
        applying.begin("Terraform: planning")
        run(applying, clock, *STEPS)
        applying.over("Applied")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"verbose": True}, "all"),
        ({"verbose": False, "quiet": True}, "nothing"),
        ({"verbose": False}, "lines"),  # this process has no terminal
        ({"verbose": False, "alone": False}, "few"),
    ],
)
def test_how_it_is_shown(asked: dict[str, bool], shown: str) -> None:
    assert show(**asked) == shown
