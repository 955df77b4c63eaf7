"""Stacks that name a profile come in unchanged, by the real Terraform and provider; no real file is read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from localalb.stacks.isolation import isolated
from localalb.stacks.terraform import Terraform, TerraformError
from tests.sites import Sites

ROOT = """
variable "environment" { default = "prod" }

provider "aws" {
  region                   = "eu-west-1"
  profile                  = "acme-${var.environment}"
  shared_config_files      = ["${path.module}/real"]
  shared_credentials_files = ["${path.module}/real"]
}

resource "aws_sns_topic" "here" { name = "profile-here" }

module "there" { source = "./there" }

resource "terraform_data" "script" {
  provisioner "local-exec" {
    command     = "grep -q \\"profile $AWS_PROFILE\\" $AWS_CONFIG_FILE"
    environment = { AWS_PROFILE = "scripts" }
  }
}
"""
MODULE = """
variable "profile" { default = "module.profile" }

provider "aws" {
  region  = "us-east-2"
  profile = var.profile
}

resource "aws_sns_topic" "this" { name = "profile-there" }
"""


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    (tmp_path / "there").mkdir()
    (tmp_path / "main.tf").write_text(ROOT)
    (tmp_path / "there/main.tf").write_text(MODULE)
    process = f"credential_process = touch {tmp_path / 'read'}\n"
    names = ("default", "profile acme-prod", "profile module.profile", "acme-prod", "module.profile")
    (tmp_path / "real").write_text("".join(f"[{name}]\n{process}" for name in names))
    return tmp_path


def topics(cloud: Sites, region: str) -> list[str]:
    listed = cloud.client("sns", region).list_topics()["Topics"]
    return [each["TopicArn"].rpartition(":")[2] for each in listed]


def test_any_profile_of_a_stack_is_this_cloud(cloud: Sites, stack: Path) -> None:
    shell = {**os.environ, "AWS_PROFILE": "shells", "AWS_CONFIG_FILE": str(stack / "real")}
    terraform = Terraform(stack, stack / ".localalb", isolated(shell, cloud.endpoint))
    terraform.init()
    terraform.apply(capture=True)
    assert "profile-here" in topics(cloud, "eu-west-1")
    assert "profile-there" in topics(cloud, "us-east-2")
    assert terraform.plan().returncode == 0
    assert "zz_localalb" not in terraform.run("fmt", "-check", capture=True).stdout
    assert not (stack / "read").exists()
    (config,) = stack.rglob("aws.config")
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    terraform.destroy(capture=True)


def test_a_modules_own_files_with_credentials_are_refused(cloud: Sites, stack: Path) -> None:
    (stack / "there/main.tf").write_text(MODULE.replace("var.profile", '"x"\n  shared_config_files = ["y"]'))
    terraform = Terraform(stack, stack / ".localalb", isolated(os.environ, cloud.endpoint))
    terraform.init()
    with pytest.raises(TerraformError, match=r"module .*there sets shared_config_files, .* pass it on"):
        terraform.plan()
    terraform.init()
