"""What a changed file asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from localalb.dev.changes import differs, digests, roots, work
from localalb.dev.packages import Package, Stack

EXCLUDED = r"^(?:(?:.*/)?tests|(?:.*/)?[^/]*\.pyc)(?:/.*)?$"


def package(name: str, source: Path) -> Package:
    return Package(
        arn=f"arn:aws:lambda:eu-west-1:123456789012:function:{name}",
        name=name,
        handler="app.handler",
        runtime="python3.13",
        publishes=False,
        elsewhere=False,
        directory=source.parent,
        source=source,
        command=("python3", "package.py"),
        order={"exclude": EXCLUDED, "content": ""},
        sha256=None,
    )


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """Two functions of one source and a third of another, one made of an archive, one of a zip, and a module
    beside the stack."""
    for name in ("stack/shared", "stack/alone", "stack/archived", "module"):
        (tmp_path / name).mkdir(parents=True)
    here = tmp_path / "stack"
    return Stack(
        (package("one", here / "shared"), package("two", here / "shared"), package("three", here / "alone")),
        (here / "archived", here / "built.zip"),
        (here, tmp_path / "module"),
    )


CASES = [
    ("stack/alone/app.py", False, ["three"]),
    ("stack/alone/deep/er/data.json", False, ["three"]),
    ("stack/shared/app.py", False, ["one", "two"]),
    ("stack/alone", False, ["three"]),  # the folder itself was renamed
    ("stack/alone/tests/test_app.py", False, []),  # excluded
    ("stack/alone/app.pyc", False, []),
    ("stack/alone/requirements.txt", True, ["three"]),
    ("stack/alone/deep/requirements.txt", False, ["three"]),  # nobody installs it
    ("stack/requirements.txt", False, []),
    ("stack/main.tf", True, []),
    ("stack/main.tf.json", True, []),
    ("stack/terraform.tfvars", True, []),
    ("stack/x.auto.tfvars.json", True, []),
    ("stack/other/main.tf", False, []),  # of no module
    ("stack/alone/main.tf", False, ["three"]),  # nor is this
    ("module/main.tf", True, []),
    ("module/README.md", False, []),
    ("stack/README.md", False, []),
    ("stack/archived/app.py", True, []),
    ("stack/built.zip", True, []),
    ("stack/other.zip", False, []),
    # What tools write, localalb and Terraform among them.
    ("stack/zz_localalb_override.tf", False, []),
    ("stack/.terraform.lock.hcl", False, []),
    ("stack/terraform.tfstate", False, []),
    ("stack/.localalb/terraform/modules/x/main.tf", False, []),
    ("stack/.package/one-0.zip", False, []),
    ("stack/.git/index", False, []),
    ("stack/alone/__pycache__/app.py", False, []),
    ("stack/alone/.app.py.swp", False, []),
    ("stack/alone/app.py~", False, []),
    ("stack/alone/4913", False, []),  # vim tries whether it may write here
]


@pytest.mark.parametrize(("path", "apply", "packages"), CASES, ids=[case[0] for case in CASES])
def test_a_changed_file(stack: Stack, tmp_path: Path, path: str, apply: bool, packages: list[str]) -> None:
    found = work([tmp_path / path], stack)
    assert found.apply == ((tmp_path / path,) if apply else ())
    assert [each.name for each in found.packages] == packages


def test_a_folder_above_the_stack_hides_nothing(tmp_path: Path) -> None:
    """Somebody's whole work may lie below a `.venv` or `node_modules`."""
    here = tmp_path / "node_modules" / "stack"
    (here / "src").mkdir(parents=True)
    stack = Stack((package("one", here / "src"),), (), (here,))
    assert work([here / "src" / "app.py"], stack).packages
    assert not work([here / "node_modules" / "main.tf"], stack).apply


def test_what_lies_inside_another_is_watched_once(stack: Stack, tmp_path: Path) -> None:
    assert roots(stack) == (tmp_path / "module", tmp_path / "stack")


def test_configuration_that_is_saved_as_it_was_is_no_change(tmp_path: Path) -> None:
    for name in ("main.tf", "gone.tf", "other.tfvars", "app.py"):
        (tmp_path / name).write_text(name)
    before = digests([tmp_path, tmp_path / "none"])
    (tmp_path / "main.tf").write_text("main.tf")
    (tmp_path / "gone.tf").unlink()
    (tmp_path / "other.tfvars").write_text("other")
    (tmp_path / "new.tf").touch()
    names = ("main.tf", "gone.tf", "other.tfvars", "new.tf", "app.py", "came and went.tf")
    found = {name for name in names if differs(tmp_path / name, before)}
    assert found == {"gone.tf", "other.tfvars", "new.tf", "app.py"}
    assert differs(tmp_path / "main.tf", {})
