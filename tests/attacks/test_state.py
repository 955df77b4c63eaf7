"""A real state never meets the local cloud: whatever is run, and however it ends.

With the real Terraform, and resources that need no provider.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localalb.stacks.overlay import OVERRIDE
from localalb.stacks.terraform import command
from tests.waiting import Gate, until

STACK = """
variable "gate" {
  type    = string
  default = ""
}

resource "terraform_data" "real" {
  input = "billed"
}

resource "terraform_data" "slow" {
  count = var.gate == "" ? 0 : 1

  provisioner "local-exec" {
    command = "cat ${var.gate}"
  }
}

output "url" {
  value = terraform_data.real.output
}
"""


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """A directory that somebody applied, with a lock file and a workspace."""
    directory = tmp_path / "stack"
    directory.mkdir()
    (directory / "main.tf").write_text(STACK)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    for arguments in (
        ["init"],
        ["apply", "-auto-approve"],
        ["workspace", "new", "blue"],
        ["apply", "-auto-approve"],
    ):
        subprocess.run([*command(), *arguments], cwd=directory, env=environ, check=True, capture_output=True)
    # Whatever is in it: nobody may read it here.
    (directory / ".terraform.lock.hcl").write_text("no HCL at all {")
    return directory


Seen = dict[str, tuple[bytes, int, int]]


def seen(stack: Path) -> Seen:
    """Everything of the directory's own: bytes, time, inode."""
    found = {}
    for path in sorted(stack.rglob("*")):
        if path.is_file() and ".localalb" not in path.parts:
            status = path.stat()
            found[path.relative_to(stack).as_posix()] = (path.read_bytes(), status.st_mtime_ns, status.st_ino)
    assert {"terraform.tfstate", ".terraform.lock.hcl", ".terraform/environment"} <= set(found)
    assert "terraform.tfstate.d/blue/terraform.tfstate" in found
    return found


def terraform(stack: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "localalb", "terraform", "-C", str(stack), *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=120)


# Each begins in the state that the one before left: the order is what somebody might type.
COMMANDS: list[tuple[str, int, str]] = [
    ("destroy -auto-approve", 0, "0 destroyed"),
    ("plan -detailed-exitcode -no-color", 2, "1 to add"),
    ("validate -no-color", 0, "valid"),
    ("apply -auto-approve -no-color", 0, "1 added"),
    ("plan -detailed-exitcode -no-color", 0, "No changes"),
    ("state list", 0, "terraform_data.real"),
    ("output -raw url", 0, "billed"),
    ("workspace show", 0, "default"),
    ("apply -auto-approve -no-color -var=nothing=1", 1, "undeclared variable"),
    ("destroy -auto-approve -no-color", 0, "1 destroyed"),
]


def test_no_command_reads_or_changes_it(stack: Path) -> None:
    before = seen(stack)
    for line, status, words in COMMANDS:
        result = terraform(stack, *line.split())
        assert (result.returncode, words in result.stdout + result.stderr) == (status, True), (line, result)
        assert seen(stack) == before, line


REFUSED = [
    "apply -state=terraform.tfstate",
    "destroy -state terraform.tfstate",
    "plan --state=x",
    "apply -state-out=x",
    "apply -backup=x",
    "init -backend-config=path=terraform.tfstate",
    "init -migrate-state",
    "init -backend=false",
    "workspace new green",
    "workspace select blue",
    "workspace delete blue",
]


@pytest.mark.parametrize("line", REFUSED)
def test_what_would_lead_elsewhere_is_refused(tmp_path: Path, line: str) -> None:
    result = terraform(tmp_path, *line.split())
    assert result.returncode == 2
    assert "Usage:" in result.stderr
    assert list(tmp_path.iterdir()) == []


# One resource is made, then the next fails, as when a listener's port is taken.
HALF = """
resource "terraform_data" "made" {
  input = "made"
}

resource "terraform_data" "fails" {
  depends_on = [terraform_data.made]

  provisioner "local-exec" {
    command = "exit 1"
  }
}
"""


@pytest.mark.parametrize("broken", [False, True], ids=["at a resource", "at init, the second time"])
def test_a_command_after_an_up_that_failed(tmp_path: Path, broken: bool) -> None:
    """What `up` made before it failed is what every command sees; `destroy` removes it, and nothing else."""
    (tmp_path / "main.tf").write_text(HALF)
    localalb = [sys.executable, "-m", "localalb"]
    up = [*localalb, "up", str(tmp_path)]
    try:
        assert subprocess.run(up, capture_output=True, timeout=120).returncode == 1
        if broken:
            (tmp_path / "main.tf").write_text(HALF + "no HCL at all {")
            assert subprocess.run(up, capture_output=True, timeout=120).returncode == 1
            (tmp_path / "main.tf").write_text(HALF)
        listed = terraform(tmp_path, "state", "list")
        assert "terraform_data.made" in listed.stdout.splitlines(), listed
        assert "2 destroyed" in terraform(tmp_path, "destroy", "-auto-approve").stdout
        assert (tmp_path / ".localalb" / "terraform.tfstate").exists()
        assert {path.name for path in tmp_path.iterdir()} == {".localalb", "main.tf"}
    finally:
        subprocess.run([*localalb, "down", str(tmp_path)], capture_output=True, timeout=120)


def test_a_copy_of_a_directory_uses_its_own(tmp_path: Path) -> None:
    """Terraform's data name the state by its path, and a copy has them too."""
    (tmp_path / "stack").mkdir()
    (tmp_path / "stack" / "main.tf").write_text('resource "terraform_data" "mine" {}\n')
    assert terraform(tmp_path / "stack", "apply", "-auto-approve").returncode == 0
    state = tmp_path / "stack" / ".localalb" / "terraform.tfstate"
    before = state.read_bytes()
    shutil.copytree(tmp_path / "stack", tmp_path / "copy", symlinks=True)
    assert terraform(tmp_path / "copy", "destroy", "-auto-approve").returncode == 0
    assert state.read_bytes() == before
    assert "terraform_data.mine" in terraform(tmp_path / "stack", "state", "list").stdout
    assert terraform(tmp_path / "copy", "state", "list").stdout == ""


def hear_interrupts() -> None:
    """What a shell starts in the background ignores them, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def slow(stack: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Gate]]:
    """An apply that stands at a gate."""
    gate = Gate(tmp_path / "gate")
    line = [sys.executable, "-m", "localalb", "terraform", "-C", str(stack), "apply", "-auto-approve"]
    with subprocess.Popen(
        [*line, f"-var=gate={gate.path}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=hear_interrupts,
    ) as process:
        yield process, gate
        process.kill()


def test_two_commands_at_once(stack: Path, slow: tuple[subprocess.Popen[bytes], Gate]) -> None:
    process, gate = slow
    lock = stack / ".terraform.lock.hcl"
    with gate.held():
        assert (stack / OVERRIDE).exists()
        assert terraform(stack, "validate").returncode == 0
        assert (stack / OVERRIDE).exists(), "the other still runs"
        assert not lock.exists() or lock.read_text() != "no HCL at all {"
    assert process.wait(30) == 0
    assert lock.read_text() == "no HCL at all {"
    assert not (stack / OVERRIDE).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "SIGKILL"])
def test_a_command_that_is_killed(
    stack: Path, slow: tuple[subprocess.Popen[bytes], Gate], number: signal.Signals
) -> None:
    """Its Terraform, which nobody asked to stop, comes to its end; then the directory is as it was."""
    process, gate = slow
    with gate.held():
        process.send_signal(number)
        process.wait(30)
    assert until(lambda: not (stack / OVERRIDE).exists())
    assert until(lambda: (stack / ".terraform.lock.hcl").exists())
    assert (stack / ".terraform.lock.hcl").read_text() == "no HCL at all {"
