"""docs/testing.md: its project, made from the page, and the commands that it gives."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.examples.test_readme import fetched
from tests.hcl import ROOT

PAGE = (ROOT / "docs/testing.md").read_text()
# A block whose first line names a file is that file.
FILES = dict(re.findall(r"^```\w+\n# (\S+)\n(.*?)^```", PAGE, re.M | re.S))
COMMANDS = [line.split("#")[0].strip() for line in re.findall(r"^pytest .*$", PAGE, re.M)]


def project(place: Path) -> Path:
    module = fetched(place / "module")
    for name, text in FILES.items():
        path = place / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"github\.com/example/[^\"]*(?=\" #)", str(module), text))
    return place / "site"


def run(site: Path, *command: str) -> str:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environ |= {"XDG_STATE_HOME": str(site.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=site, env=environ, capture_output=True, text=True, timeout=300
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """A copy of the project for each command that needs no account."""
    made = {each: project(tmp_path_factory.mktemp("testing")) for each in COMMANDS if "aws" not in each}
    yield made
    for site in made.values():
        run(site, "localalb", "down")


@pytest.fixture(scope="module")
def said(sites: dict[str, Path]) -> dict[str, str]:
    """What each command said. All at once, as each waits a minute for its load balancer."""
    with ThreadPoolExecutor() as executor:
        runs = {each: executor.submit(run, site, *each.split()) for each, site in sites.items()}
        return {each: done.result() for each, done in runs.items()}


def test_the_layout_is_what_the_page_shows() -> None:
    layout = re.search(r"^site/\n(.*?)^```", PAGE, re.M | re.S)
    assert layout
    shown = re.findall(r"^  (\S+)", layout[1], re.M)
    assert [name for name in FILES if not name.startswith(".github")] == shown


@pytest.mark.parametrize("command", ["pytest", "pytest -n 2", "pytest --cloud=up"])
def test_its_tests_pass(said: dict[str, str], command: str) -> None:
    assert "5 passed" in said[command], said[command]


def test_every_command_is_run(said: dict[str, str]) -> None:
    assert [*said, "pytest --cloud=aws"] == COMMANDS
    assert "run: pytest -n 2\n" in FILES[".github/workflows/test.yml"]


def test_a_cloud_that_stays_is_found_again(said: dict[str, str], sites: dict[str, Path]) -> None:
    assert "a cloud was started that stays" in said["pytest --cloud=up"]
    again = run(sites["pytest --cloud=up"], "pytest", "--cloud=up", "-n", "2")
    assert "5 passed" in again, again
    assert "was started" not in again


def test_nothing_is_left_in_the_tree(said: dict[str, str], sites: dict[str, Path]) -> None:
    """But for the folders that git does not see: each says so itself."""
    for command, site in sites.items():
        left = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()} - {*FILES}
        hidden = {path.partition("/")[0] for path in left}
        assert hidden <= {".package", ".pytest_cache"} | ({".localalb"} if "up" in command else set())
        assert all((site / each / ".gitignore").read_text().endswith("*\n") for each in hidden)
