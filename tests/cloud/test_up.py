"""`localalb up` of a stack that serves nothing: it is applied, and says how to go on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localalb.stacks.home import NAME, Home
from tests.sites import ECHO, Sites

STACK = 'output "answer" {\n  value = 42\n}\n'


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "main.tf").write_text(STACK)
    try:
        yield tmp_path
    finally:
        localalb(tmp_path, "down")


def localalb(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "localalb", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120)


def test_up_without_a_listener_is_a_success(directory: Path) -> None:
    """A stack that is not finished yet, or one of functions alone."""
    first = localalb(directory, "up")
    assert first.returncode == 0, first.stderr
    assert "No load balancer has a listener, so there is no URL; the cloud runs at http://" in first.stderr
    assert "Functions" not in first.stderr
    running = Home(directory / NAME).running()
    assert running is not None
    cloud = Sites(running.endpoint, Home(directory / NAME).log)
    cloud.function(ECHO, name="alone", region="eu-west-1")
    again = localalb(directory, "up")
    assert again.returncode == 0, again.stderr
    assert "Functions: alone.\n" in again.stderr
    assert "localalb invoke alone " in again.stderr
    assert localalb(directory, "invoke", "alone").returncode == 0
