"""What a Terraform state says of packages, and the packager asked for the same again."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from localalb.dev import packages
from localalb.dev.packages import Package, Refused
from tests.hcl import ROOT

PACKAGER = ROOT / "modules" / "package" / "package.py"
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:"
EXCLUDED = r"^(?:(?:.*/)?__pycache__|(?:.*/)?[^/]*\.pyc)(?:/.*)?$"
OUTPUT = "./.package/hello-0.zip"


def function(name: str, **more: Any) -> dict[str, Any]:
    known = {"arn": ARN + name, "function_name": name, "filename": None, "handler": "app.handler"}
    return {**known, "runtime": "python3.13", "publish": False, "layers": None, "environment": [], **more}


def built(directory: Path) -> dict[str, Any]:
    """terraform_data.built of modules/package: a value of any type stands under `value` in a state."""
    order = {
        "source_dir": "./src", "exclude": EXCLUDED, "content": "c", "runtime": "python3.13",
        "architecture": "arm64", "compress": False, "output": OUTPUT, "owner": "me",
    }  # fmt: skip
    command = [sys.executable, "-I", "-S", "-B", "-X", "utf8", str(PACKAGER), json.dumps(order)]
    return {"input": {"value": {"planned": "then", "sha256": "abc=", "command": command}}}


def state(*resources: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "version": 4,
        "resources": [{"type": kind, "instances": [{"attributes": each}]} for kind, each in resources],
    }


def package(directory: Path, **more: Any) -> Package:
    (directory / "src").mkdir(exist_ok=True)
    uploaded = function("hello", filename=OUTPUT, **more)
    made = state(("terraform_data", built(directory)), ("aws_lambda_function", uploaded))
    (found,) = packages.read(made, directory).packages
    return found


def test_a_function_is_known_by_its_zip(tmp_path: Path) -> None:
    found = package(tmp_path, publish=True)
    assert (found.arn, found.name, found.sha256) == (ARN + "hello", "hello", "abc=")
    assert found.source == tmp_path / "src"
    assert found.publishes
    assert not found.elsewhere


@pytest.mark.parametrize(
    "more", [{"layers": [ARN + "layer:1"]}, {"environment": [{"variables": {"PYTHONPATH": "/opt"}}]}]
)
def test_modules_may_come_from_elsewhere(tmp_path: Path, more: dict[str, Any]) -> None:
    assert package(tmp_path, **more).elsewhere


@pytest.mark.parametrize(
    ("filename", "archive", "inputs"),
    [
        ("./mine.zip", {}, ["mine.zip"]),
        ("./out.zip", {"output_path": "./out.zip", "source_dir": "./code", "source_file": None}, ["code"]),
        ("./out.zip", {"output_path": "./out.zip", "source_file": "./code.py"}, ["code.py"]),
        ("./out.zip", {"output_path": "./out.zip", "source": [{"content": "x = 1"}]}, ["."]),
        (OUTPUT, {}, ["."]),  # of a module whose state does not say how it was built
        (None, {}, []),  # from S3, or an image
    ],
)
def test_what_other_code_is_made_of(
    tmp_path: Path, filename: str | None, archive: dict[str, Any], inputs: list[str]
) -> None:
    archives = [("archive_file", archive)] if archive else []
    found = packages.read(
        state(("aws_lambda_function", function("other", filename=filename)), *archives), tmp_path
    )
    assert found.packages == ()
    assert found.inputs == tuple(tmp_path / name for name in inputs)


def test_the_packager_sees_the_same_files(tmp_path: Path) -> None:
    """Its own digest of them must be ours, or it writes nothing."""
    mine = package(tmp_path)
    for name in ("app.py", "ü/data.json", "__pycache__/app.pyc", "deep/er/x.pyc", "a b.txt"):
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "src" / "link.py").symlink_to("app.py")
    found = packages.files(mine)
    assert list(found) == ["a b.txt", "app.py", "link.py", "ü/data.json"]
    archive = zipfile.ZipFile(io.BytesIO(packages.build(mine, packages.content(found))))
    assert {name: archive.read(name) for name in archive.namelist()} == found
    assert not list((tmp_path / ".package").glob("*.zip"))


def test_files_that_changed_meanwhile_are_not_packaged(tmp_path: Path) -> None:
    mine = package(tmp_path)
    (tmp_path / "src" / "app.py").write_text("x = 1\n")
    digest = packages.content(packages.files(mine))
    (tmp_path / "src" / "app.py").write_text("x = 2\n")
    with pytest.raises(Refused, match="are not those of the plan"):
        packages.build(mine, digest)
