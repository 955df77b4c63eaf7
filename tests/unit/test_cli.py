"""What a command says where there is no cloud, a cloud that has ended, or no such name: a sentence."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fake_cloud import FakeCloud, cloud

from localalb.cli import main
from localalb.stacks import isolation
from localalb.stacks.home import NAME, Home, Running

__all__ = ["cloud"]

COMMANDS = [
    ["status"],
    ["url"],
    ["env"],
    ["logs"],
    ["logs", "-f"],
    ["requests"],
    ["requests", "-f"],
    ["invoke"],
    ["explain", "GET", "/"],
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty directory, in a shell that names no cloud."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    environ = dict(os.environ)
    yield tmp_path
    os.environ.clear()
    os.environ.update(environ)


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def refused(*arguments: str) -> str:
    """What a command says that is refused: a sentence."""
    result = ran(*arguments)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_without_a_cloud(arguments: list[str]) -> None:
    said = "Error: no cloud is running here; `localalb up` or `localalb serve` starts one\n"
    assert refused(*arguments) == said


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_with_a_cloud_that_ends(arguments: list[str], here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was there a moment ago."""
    gone = Running("gone", isolation.NOWHERE.url, 1, "KEY")
    monkeypatch.setattr("localalb.stacks.home.find", lambda directory: gone)
    assert refused(*arguments).startswith("Error: the cloud has ended, or does not answer: `localalb ps`")


def test_with_a_cloud_that_refuses(cloud: FakeCloud, here: Path) -> None:
    home = Home(here / NAME)
    home.prepare()
    home.claim(Running("mine", cloud.url, 1, "KEY"))
    cloud.otherwise = (500, b"ValueError: no\n")
    assert refused("requests") == "Error: the cloud answers 500: ValueError: no\n"


def test_ctrl_c_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(directory: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("localalb.commands.look.cloud_of", interrupted)
    result = ran("status")
    assert (result.exit_code, result.output) == (130, "\n")


def test_a_directory_without_a_configuration(here: Path) -> None:
    said = f"Error: {here} has no Terraform configuration: write the directory that has one\n"
    assert refused("up") == said
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("arguments", [["-C", "place", "url"], ["url", "-C", "place"]], ids=" ".join)
def test_a_directory_before_and_after_the_command(arguments: list[str], here: Path, cloud: FakeCloud) -> None:
    home = Home(here / "place" / NAME)
    home.prepare()
    home.claim(Running("mine", cloud.url, 1, "KEY"))
    listener = {"dns_name": "demo.elb", "url": "http://127.0.0.1:8080/"}
    cloud.body = json.dumps({"id": "mine", "listeners": [listener]}).encode()
    assert ran(*arguments).stdout == "http://127.0.0.1:8080/\n"


@pytest.mark.parametrize(
    "arguments",
    [["-C", "place", "up"], ["up", "-C", "place"], ["up", "place"], ["-C", ".", "up", "place"]],
    ids=" ".join,
)
def test_up_takes_a_directory_in_every_way(arguments: list[str], here: Path) -> None:
    (here / "place").mkdir()
    assert refused(*arguments).startswith(f"Error: {here}/place has no Terraform configuration")


@pytest.mark.parametrize("arguments", [["-C", "absent", "url"], ["url", "-C", "absent"], ["up", "absent"]])
def test_a_directory_that_is_not_there(arguments: list[str]) -> None:
    result = ran(*arguments)
    assert result.exit_code == 2
    assert "Directory 'absent' does not exist." in result.stderr
