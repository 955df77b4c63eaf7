"""The README's stack and the README's test of it, for somebody who fetched the module: no cloud is asked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from localalb.stacks.terraform import Terraform

ROOT = Path(__file__).parents[2]
PROVIDER = 'provider "aws" {\n  region = "eu-west-1"\n}\n'  # every stack says where it is


def snippet(heading: str) -> str:
    """The first HCL below a heading of the README."""
    found = re.search(rf"^#+ {heading}$.*?^```hcl\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    assert found, heading
    return found[1]


def fetched(place: Path) -> Path:
    """The module as git has it, without what was made here."""
    for name in ("modules", "handler", "tests/mocks"):
        shutil.copytree(ROOT / name, place / name)
    for path in ROOT.glob("*.tf"):
        shutil.copy(path, place)
    return place


def test_a_stack_is_tested_with_no_cloud(tmp_path: Path) -> None:
    module = fetched(tmp_path / "module")
    stack = tmp_path / "stack"
    for folder in ("src", "tests", "home/terraform"):
        (stack / folder).mkdir(parents=True)
    text, fetches = re.subn(r"github\.com/[^\"]*", str(module), snippet("Usage"))
    assert fetches == 1
    (stack / "main.tf").write_text(PROVIDER + text)
    (stack / "src/app.py").write_text("def handler(event, context):\n    return {'statusCode': 200}\n")
    (stack / "tests/stack.tftest.hcl").write_text(snippet("Testing your own stack"))
    (stack / ".terraform").symlink_to("home/terraform")  # where Terraform's data are, without localalb
    terraform = Terraform(stack, stack / "home")
    terraform.init()
    result = terraform.run("test", "-no-color", capture=True)
    assert "1 passed, 0 failed" in result.stdout, result.stdout
