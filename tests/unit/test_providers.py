"""What stands in a stack's provider blocks leads to no account, whatever form it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from localalb.stacks.overlay import OVERRIDE
from localalb.stacks.providers import override, possible_profiles

NOTHING: dict[str, str] = {
    "no provider block": 'resource "aws_sns_topic" "this" { profile = "x" }',
    "a block without an account": 'provider "aws" {\n  region = "eu-west-1"\n}',
    "another provider's": 'provider "google" {\n  access_key = "x"\n}',
    "a comment": '# provider "aws" { profile = "x" }\n/* provider "aws" { profile = "x" } */\n',
    "a heredoc": 'locals {\n  a = <<-EOT\n    provider "aws" { profile = "x" }\n  EOT\n}',
    "a string": 'locals {\n  a = "}} ${"b"} provider \\"aws\\" {"\n}',
    "an argument of a block in it": (
        'provider "aws" {\n  default_tags {\n    tags = { profile = "x", token = "y" }\n  }\n}'
    ),
    "no HCL": 'provider "aws" { profile = "x',
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_nothing_is_overridden(tmp_path: Path, text: str) -> None:
    """An override of a block that is not there would be an error (Terraform, "Override Files")."""
    (tmp_path / "main.tf").write_text(text)
    assert override(tmp_path) == ""


def test_each_argument_that_leads_to_an_account_is_null(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
provider "aws" {
  region                   = var.region # profile
  profile                  = "${var.a["b"]}-prod"
  shared_config_files      = ["~/.aws/config"]
  shared_credentials_files = [for each in ["a"] : each]
  access_key               = "AKIA"
  endpoints { s3 = "https://real" }
}
provider aws {
  alias   = "east"
  profile = local.profile
}
provider "aws" {
  alias = "west"
}
""")
    assert override(tmp_path) == (
        'provider "aws" {\n'
        "  access_key               = null\n"
        "  profile                  = null\n"
        "  shared_config_files      = null\n"
        "  shared_credentials_files = null\n"
        "  endpoints {}\n"
        "}\n"
        'provider "aws" {\n'
        '  alias   = "east"\n'
        "  profile = null\n"
        "}\n"
    )


def test_a_dynamic_block_of_endpoints_goes_too(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'provider "aws" {\n  dynamic "endpoints" {\n    for_each = [1]\n    content { s3 = "x" }\n  }\n}\n'
    )
    assert override(tmp_path) == 'provider "aws" {\n  endpoints {}\n}\n'


@pytest.mark.parametrize("form", ['{"profile": "x"}', '[{"profile": "x"}]'])
def test_json(tmp_path: Path, form: str) -> None:
    (tmp_path / "main.tf.json").write_text(f'{{"provider": {{"aws": {form}}}}}')
    (tmp_path / "other.tf.json").write_text('{"locals": {}}')
    assert override(tmp_path) == 'provider "aws" {\n  profile = null\n}\n'


def test_what_the_stacks_own_override_files_say_counts_where_there_is_a_block(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('provider "aws" {\n  region = "eu-west-1"\n}\n')
    (tmp_path / "provider_override.tf").write_text(
        'provider "aws" {\n  profile = "x"\n}\nprovider "aws" {\n  alias   = "b"\n  profile = "x"\n}\n'
    )
    assert override(tmp_path) == 'provider "aws" {\n  profile = null\n}\n'


def test_what_another_command_has_laid_over_the_directory_is_not_read(tmp_path: Path) -> None:
    """It may be gone before it is read: two stacks of one directory are applied at once."""
    (tmp_path / "main.tf").write_text('provider "aws" {}')
    (tmp_path / OVERRIDE).write_text('provider "aws" {\n  profile = "theirs"\n}')
    assert override(tmp_path) == ""
    assert possible_profiles(tmp_path) == {"aws"}
