"""`down --all` where a cloud does not end by itself, `ps` where one does not answer."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from notes import folder, holding

from localalb.cli import main
from localalb.commands import clouds
from localalb.stacks.home import NAME, Home

__all__ = ["folder"]


def localalb(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_one_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clouds, "TO_STOP", 0.1)
    home = Home(tmp_path / NAME)
    home.prepare()
    home.state.write_text("{}")
    with holding(directory=str(tmp_path)) as process:
        result = localalb("down", "--all")
        assert process.wait(10) == -9
    assert result.exit_code == 0
    assert f"ended the cloud of {tmp_path} (process {process.pid})" in result.stderr
    assert not home.state.exists()


def test_nobody_else_is_told_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clouds, "TO_STOP", 0.1)
    with subprocess.Popen(["sleep", "60"]) as bystander:
        with holding(bystander.pid):
            result = localalb("down", "--all")
        assert result.exit_code == 1
        assert f"(process {bystander.pid}) does not end" in result.stderr
        assert bystander.poll() is None
        bystander.kill()


def test_ps_of_one_that_does_not_answer() -> None:
    with holding(directory="/a\x1b[2Jb") as process:
        line = localalb("ps").stdout
    assert line.split()[2:] == [
        str(process.pid), "http://127.0.0.1:1", "does", "not", "answer", r"/a\x1b[2Jb",
    ]  # fmt: skip


def test_where_there_is_none() -> None:
    assert localalb("ps").stderr == "no cloud of yours is running\n"
    assert localalb("down", "--all").exit_code == 0
