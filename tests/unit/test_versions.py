"""Which Terraform and which provider this repository asks for: one answer, wherever it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hcl2
import pytest

from tests.hcl import ROOT

TERRAFORM = ">= 1.9"
AWS = {"source": "hashicorp/aws", "version": ">= 5.100, < 7.0"}
# The tests' own stacks ask in main.tf.
FILES = sorted(
    path
    for path in ROOT.rglob("*.tf")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    and "required_version" in path.read_text()
)


def plain(value: Any) -> Any:
    """The parser's values, their strings without quotes, and without what it adds."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if not name.startswith("__")}
    return value.strip('"') if isinstance(value, str) else value


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_asks_for_the_same(file: Path) -> None:
    (asked,) = hcl2.loads(file.read_text())["terraform"]
    assert plain(asked["required_version"]) == TERRAFORM
    for providers in asked.get("required_providers", ()):
        assert plain(providers) == {"aws": AWS}, "no other provider, and the module's own floor"


@pytest.mark.parametrize("folder", ["", "modules/*/", "examples/*/"])
def test_what_people_call_says_what_it_needs(folder: str) -> None:
    callable_ = {path.parent for path in ROOT.glob(f"{folder}main.tf")}
    assert callable_ == {path.parent for path in ROOT.glob(f"{folder}versions.tf")} != set()


def test_the_readme_says_the_same() -> None:
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert "Terraform 1.9 or newer, hashicorp/aws 5.100 up to 6.x" in readme
