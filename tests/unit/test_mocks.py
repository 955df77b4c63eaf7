"""tests/mocks, with which consumers test their own stacks: for all that the module makes."""

from __future__ import annotations

from collections.abc import Iterator

import hcl2
import pytest

from tests.hcl import MODULES, ROOT

# What AWS says of these is nothing that anything else is made of.
NO_MOCK = {
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_lambda_permission",
    "aws_lambda_provisioned_concurrency_config",
    "aws_lb_listener_certificate",
    "aws_lb_target_group_attachment",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_wafv2_web_acl_association",
}


def labels(kind: str, text: str) -> set[str]:
    """The first label of every block of a kind: data or resource, mock_data or mock_resource."""
    return {label.strip('"') for block in hcl2.loads(text).get(kind, ()) for label in block}


def used(kind: str) -> Iterator[str]:
    for module in MODULES:
        for path in module.glob("*.tf"):
            yield from labels(kind, path.read_text())


@pytest.mark.parametrize("kind", ["resource", "data"])
def test_all_that_the_module_uses_has_a_mock(kind: str) -> None:
    files = (ROOT / "tests/mocks").glob("*.tfmock.hcl")
    mocked = {label for path in files for label in labels(f"mock_{kind}", path.read_text())}
    assert set(used(kind)) - mocked - NO_MOCK - {"terraform_data"} == set()
