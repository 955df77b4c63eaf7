"""`localalb up`, as somebody reads it who runs it the tenth time: on a terminal and off, failed, stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localalb.commands.where import terraform_of
from localalb.stacks.home import NAME, Home
from localalb.stacks.overlay import OVERRIDE
from tests.sites import ECHO, Sites
from tests.terminal import CTRL_C, Terminal
from tests.waiting import until

STACK = 'output "answer" {\n  value = 42\n}\n'
CHANGES = STACK + 'resource "terraform_data" "one" {\n  input = "first"\n}\n'
FAILS = 'resource "terraform_data" "one" {\n  provisioner "local-exec" {\n    command = "exit 3"\n  }\n}\n'
LASTS = """
resource "terraform_data" "one" {
  provisioner "local-exec" {
    when    = destroy
    command = "sleep 60"
  }
}
"""
BALANCER = """
data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

resource "aws_lb" "this" {
  name                       = "demo"
  subnets                    = slice(sort(data.aws_subnets.default.ids), 0, 2)
  drop_invalid_header_fields = true
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "hello"
      status_code  = "200"
    }
  }
}

output "url" {
  value = "http://${aws_lb.this.dns_name}/"
}
"""


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "main.tf").write_text(STACK)
    try:
        yield tmp_path
    finally:
        localalb(tmp_path, "down")


def localalb(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "localalb", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=180)


def on_a_terminal(directory: Path, *arguments: str, columns: int = 80) -> Terminal:
    command = [sys.executable, "-m", "localalb", *arguments]
    environ = {**os.environ, "TERM": "xterm"}
    return Terminal(command, directory, environ, columns=columns)


def test_up_without_a_listener_is_a_success(directory: Path) -> None:
    """A stack that is not finished yet, or one of functions alone."""
    first = localalb(directory, "up")
    assert first.returncode == 0, first.stderr
    assert "No load balancer has a listener, so there is no URL; the cloud runs at http://" in first.stderr
    assert "Functions" not in first.stderr
    running = Home(directory / NAME).running()
    assert running is not None
    cloud = Sites(running.endpoint, Home(directory / NAME).log)
    cloud.function(ECHO, name="alone", region="eu-west-1")
    again = localalb(directory, "up")
    assert again.returncode == 0, again.stderr
    assert "Functions: alone.\n" in again.stderr
    assert "localalb invoke alone " in again.stderr
    assert localalb(directory, "invoke", "alone").returncode == 0


def test_off_a_terminal_it_says_little_and_keeps_all(directory: Path) -> None:
    (directory / "main.tf").write_text(CHANGES)
    done = localalb(directory, "up")
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert lines[:3] == ["starting the cloud ...", "Terraform: initialising ...", "Terraform: planning ..."]
    assert any(line.startswith("Applied in ") and line.endswith(f": {NAME}/terraform.log") for line in lines)
    assert not any("terraform_data.one: Creation complete" in line for line in lines)
    assert "\x1b" not in done.stderr
    kept = directory / NAME / "terraform.log"
    assert "terraform_data.one: Creation complete" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    (directory / "main.tf").write_text(CHANGES.replace("first", "second"))
    shown = localalb(directory, "up", "-v")
    assert "terraform_data.one: Modifications complete" in shown.stdout
    took = json.loads((directory / NAME / "took.json").read_text())
    assert sorted(took) == ["edit", "new"]


@pytest.mark.parametrize("columns", [40, 200])
def test_on_a_terminal_a_line_changes(directory: Path, columns: int) -> None:
    (directory / "main.tf").write_text(CHANGES)
    terminal = on_a_terminal(directory, "up", columns=columns)
    assert terminal.ends() == 0, terminal.shown
    states = [line for line in terminal.drawn if "planning" in line or " done" in line]
    assert states
    assert max(map(len, states)) < columns
    # None of that stays.
    assert not [line for line in terminal.lines if "planning" in line or " done" in line]
    assert terminal.lines[0].startswith("Applied in ")


def test_a_failure_shows_the_error_first_and_then_all(directory: Path) -> None:
    (directory / "main.tf").write_text(FAILS)
    failed = localalb(directory, "up")
    assert failed.returncode == 1
    error, plan = (
        failed.stderr.index(words) for words in ("\nError: local-exec provisioner", "\nPlan: 1 to")
    )
    assert error < plan
    assert "All that Terraform printed:" in failed.stderr


def test_ctrl_c_keeps_the_load_balancer_that_is_under_way(directory: Path) -> None:
    """Terraform has the provider drop what it waits for, which taints it: all 60 s would be for nothing."""
    (directory / "main.tf").write_text(BALANCER)
    terminal = on_a_terminal(directory, "up", "--no-adopt")
    assert terminal.says("aws_lb.this 7 s"), terminal.shown
    terminal.type(CTRL_C)
    assert terminal.ends() == 130, terminal.shown
    assert "stopped; made so far: aws_lb.this" in terminal.lines
    running = Home(directory / NAME).running()
    assert running is not None
    assert f"the cloud runs on at {running.endpoint_url}: `" in terminal.shown
    terraform = terraform_of(directory, running)
    state = terraform.run("show", "-no-color", capture=True).stdout
    assert "# aws_lb.this:\n" in state  # "(tainted)" would stand there
    # Its attributes are set before the provider waits.
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in terraform.plan().stdout


def test_a_second_ctrl_c_ends_it_at_once(directory: Path) -> None:
    (directory / "main.tf").write_text(BALANCER)
    terminal = on_a_terminal(directory, "up", "--no-adopt")
    assert terminal.says("creating aws_lb.this"), terminal.shown
    terminal.type(CTRL_C)
    assert terminal.says("stopping as soon as Terraform has finished aws_lb.this; Ctrl-C again ends it")
    terminal.type(CTRL_C)
    assert terminal.ends() == 130, terminal.shown
    assert (
        "Terraform was ended in the midst of aws_lb.this: should the next `up` say that it" in terminal.shown
    )
    assert until(lambda: not (directory / OVERRIDE).exists())


def test_ctrl_c_during_down_ends_the_cloud_all_the_same(directory: Path) -> None:
    (directory / "main.tf").write_text(LASTS)
    assert localalb(directory, "up").returncode == 0
    terminal = on_a_terminal(directory, "down")
    assert terminal.says("destroying terraform_data.one"), terminal.shown
    terminal.type(CTRL_C)
    assert terminal.ends() == 0, terminal.shown
    assert "not all of it is destroyed; the rest goes with the cloud" in terminal.lines
    assert str(directory) not in localalb(directory, "ps").stdout
    assert not (directory / NAME / "cloud.json").exists()
