"""A fork's workflows on GitHub do what `.ci/run` does, and no action in them changes unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def made(text: str) -> set[str]:
    """The targets that a script makes."""
    lines = re.findall(r"^make ((?:[a-z0-9-]+ ?)+)$", text, re.M)
    return {target for line in lines for target in line.split()}


def matrix(text: str) -> set[str]:
    """The targets that a workflow's jobs make, one a line of the matrix `targets`."""
    (block,) = re.findall(r"^        targets:\n((?: {10}- .*\n)+)", text, re.M)
    return {target for line in block.splitlines() for target in line.split()[1:]}


def test_a_fork_s_workflow_runs_every_part_of_ci() -> None:
    parts = made((ROOT / ".ci/run").read_text())
    assert parts
    assert matrix((ROOT / ".github/workflows/tests.yml").read_text()) == parts


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_an_action_is_a_commit_not_a_tag(path: Path) -> None:
    uses = re.findall(r"uses: (\S+)", path.read_text())
    assert uses
    assert [each for each in uses if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_may_read_only_and_has_no_secret(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"^ *permissions:\n((?: +.*\n)+)", text, re.M) == ["  contents: read\n"]
    assert "secrets." not in text
    assert text.count("persist-credentials: false") == text.count("actions/checkout@")


@pytest.mark.parametrize(
    "place", [".github/workflows/tests.yml", ".pre-commit-config.yaml", ".devcontainer/devcontainer.json"]
)
def test_a_target_that_is_made_exists(place: str) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"make (?:--[a-z-]+ )*([a-z0-9-]+)", (ROOT / place).read_text()))
    assert named - {"no-print-directory"} <= targets
    assert named
