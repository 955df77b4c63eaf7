"""Code from elsewhere: a zip that somebody else built, and one in S3."""

from __future__ import annotations

from pathlib import Path

import pytest

from localalb.stacks.session import Stacks
from localalb.stacks.stack import Stack
from tests.integration.conftest import ROOT, code


@pytest.fixture(scope="session")
def from_file(terraform_stack: Stacks, package_file: Path) -> Stack:
    return terraform_stack(ROOT, name="localalb-file", package_file=str(package_file))


@pytest.fixture(scope="session")
def from_s3(terraform_stack: Stacks, package_s3: dict[str, str]) -> Stack:
    return terraform_stack(ROOT, name="localalb-s3", package_s3=package_s3)


def test_both_answer(from_file: Stack, from_s3: Stack) -> None:
    assert from_file.http.get(from_file.outputs["url"]).text == "from a file"
    assert from_s3.http.get(from_s3.outputs["url"]).text == "from S3"


def test_nothing_was_packaged_here(from_file: Stack, from_s3: Stack) -> None:
    assert from_file.outputs["package"] == {"path": None, "digest": None}
    assert from_s3.outputs["package"] == {"path": None, "digest": None}


def test_second_plan_is_empty(from_file: Stack, from_s3: Stack) -> None:
    for stack in (from_file, from_s3):
        plan = stack.plan()
        assert plan.returncode == 0, plan.stdout
        assert "code_is_what_was_built" not in plan.stdout


def test_changed_file_is_uploaded_and_a_changed_function_reported(
    from_file: Stack, package_file: Path, tmp_path: Path
) -> None:
    client = from_file.client("lambda")
    client.update_function_code(
        FunctionName="localalb-file", ZipFile=code(tmp_path / "other.zip", "from elsewhere")
    )
    client.get_waiter("function_updated_v2").wait(FunctionName="localalb-file")
    plan = from_file.plan()
    assert plan.returncode == 0, plan.stdout
    assert 'in check "code_is_what_was_built"' in plan.stdout
    before = package_file.read_bytes()
    code(package_file, "from a newer file")
    try:
        plan = from_file.plan()
        assert plan.returncode == 2, plan.stdout
        assert "code_is_what_was_built" not in plan.stdout
        from_file.apply()
        assert from_file.http.get(from_file.outputs["url"]).text == "from a newer file"
        plan = from_file.plan()
        assert plan.returncode == 0, plan.stdout
        assert "code_is_what_was_built" not in plan.stdout
    finally:
        package_file.write_bytes(before)
        from_file.apply()
