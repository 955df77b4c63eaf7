"""`.localalb/`: which cloud runs there, what is left of a dead one, who may work in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import requests
from fake_cloud import FakeCloud, cloud

from localalb.stacks import home as homes
from localalb.stacks.home import NAME, Home, Running, ask, find
from localalb.stacks.isolation import Endpoint

__all__ = ["cloud"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / NAME)
    home.prepare()
    return home


def claimed(home: Home, cloud: FakeCloud, id: str = "mine") -> Running:
    running = Running(id, cloud.url, 1, "KEY")
    home.claim(running)
    return running


def test_the_cloud_that_runs_here(home: Home, cloud: FakeCloud) -> None:
    assert home.running() is None
    running = claimed(home, cloud)
    assert home.running() == running
    assert cloud.seen == [("GET", "/_localalb/status", "KEY")]
    assert running.ask("stop", "POST")["id"] == "mine"
    assert cloud.seen[-1] == ("POST", "/_localalb/stop", "KEY")


def test_a_copy_of_a_directory_has_no_cloud(home: Home, cloud: FakeCloud, tmp_path: Path) -> None:
    """`down` in it would end the other's."""
    claimed(home, cloud)
    shutil.copytree(home.path, tmp_path / "copy" / NAME)
    assert Home(tmp_path / "copy" / NAME).running() is None
    (tmp_path / "link").symlink_to(tmp_path)
    assert Home(tmp_path / "link" / NAME).running() is not None


def test_a_proxy_does_not_come_between(home: Home, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert claimed(home, cloud).is_alive()


STALE = {
    "another cloud has its port": (200, b'{"id": "other"}'),
    "something else has its port": (200, b"<html>"),
    "something that says no": (403, b'{"id": "mine"}'),
    "a list": (200, b"[]"),
    "no id": (200, b"{}"),
    "null": (200, b"null"),
}


@pytest.mark.parametrize(("status", "body"), STALE.values(), ids=STALE)
def test_what_a_dead_cloud_left_is_recognised(home: Home, cloud: FakeCloud, status: int, body: bytes) -> None:
    claimed(home, cloud)
    cloud.status, cloud.body = status, body
    assert home.running() is None


def test_a_dead_cloud_whose_port_is_free(home: Home, cloud: FakeCloud) -> None:
    home.claim(Running("mine", "http://127.0.0.1:1", 1))
    assert home.running() is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"id": "mine"}', '{"other": 1}'])
def test_a_cloud_json_that_is_none(home: Home, text: str) -> None:
    (home.path / "cloud.json").write_text(text)
    assert home.running() is None


def test_claim_replaces_at_once(home: Home, cloud: FakeCloud) -> None:
    claimed(home, cloud, "old")
    claimed(home, cloud, "new")
    assert json.loads((home.path / "cloud.json").read_text())["id"] == "new"
    assert not (home.path / "cloud.json.new").exists()


def test_the_variables_of_what_is_applied(home: Home) -> None:
    assert home.variables() == []
    home.note(("name=x", "secret=s"))
    assert home.variables() == ["name=x", "secret=s"]
    assert (home.path / "variables.json").stat().st_mode & 0o077 == 0
    home.clear()
    assert home.variables() == []


def test_clear_keeps_plugins_and_nothing_of_a_cloud(home: Home, cloud: FakeCloud) -> None:
    claimed(home, cloud)
    kept = [home.path / ".gitignore", home.path / "terraform.rc", home.path / "terraform/providers/aws"]
    gone = [home.state, home.path / "terraform.tfstate.backup", home.path / ".terraform.tfstate.lock.info"]
    gone += [home.path / "cloud.json.new", home.run / "code" / "x"]
    for path in kept + gone:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("*\n")
    home.log.write_text("what it said")
    home.clear()
    assert sorted(path for path in home.path.rglob("*") if path.is_file()) == sorted([*kept, home.log])
    assert not home.run.exists()
    home.clear()


def test_prepare(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / NAME)
    home.prepare()
    assert (home.path / ".gitignore").read_text() == "*\n"
    (home.run / "left").write_text("")
    home.state.write_text("{}")
    home.prepare()
    assert list(home.run.iterdir()) == []
    assert not home.state.exists()


def test_one_at_a_time(home: Home) -> None:
    with home.locked(), pytest.raises(BlockingIOError), Home(home.path).locked():
        pass
    with home.locked():
        pass


def test_a_lock_ends_with_what_failed_under_it(tmp_path: Path) -> None:
    home = Home(tmp_path / NAME)
    with pytest.raises(ValueError, match="inside"), home.locked():
        raise ValueError("inside")
    with home.locked():
        assert home.path.is_dir()


def test_find_prefers_the_cloud_of_the_directory(
    tmp_path: Path, home: Home, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = claimed(home, cloud)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert find(tmp_path) == running


@pytest.mark.parametrize("suffix", ["", "/"])
def test_find_takes_the_one_the_shell_names(
    tmp_path: Path, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.url + suffix)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "KEY")
    assert find(tmp_path) == Running("mine", cloud.url, 0, "KEY")
    assert cloud.seen[-1][2] == "KEY"
    cloud.body = b"not a cloud"
    assert find(tmp_path) is None


@pytest.mark.parametrize(
    "endpoint", ["", "https://elb.amazonaws.com", "http://10.0.0.1:80", "http://127.0.0.1.x"]
)
def test_find_asks_nobody_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    def never(*_: str) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(homes, "ask", never)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert find(tmp_path) is None


def test_ask_raises_for_what_is_refused(cloud: FakeCloud) -> None:
    cloud.status = 404
    with pytest.raises(requests.HTTPError):
        ask(Endpoint(cloud.url, ""), "absent")
