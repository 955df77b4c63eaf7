"""The pytest plugin in a project of somebody's: who applies a stack, in which cloud, and what is left behind.

The stacks hold nothing of AWS, so that each takes Terraform a moment; they write down when they are made and
destroyed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.cloud.commands import localalb
from tests.waiting import until

STACK = """\
variable "word" {
  type    = string
  default = "hello"
}

variable "notes" {
  type    = string
}

resource "terraform_data" "this" {
  input = { word = var.word, notes = var.notes }

  provisioner "local-exec" {
    command = "echo made ${self.input.word} >> ${self.input.notes}"
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo destroyed ${self.input.word} >> ${self.input.notes}"
  }
}

output "word" {
  value = terraform_data.this.output.word
}
"""

CONFTEST = """\
import os
import pytest

@pytest.fixture(autouse=True)
def note():
    def write(line):
        with open(os.environ["TF_VAR_notes"], "a") as notes:
            notes.write(line + "\\n")
    write(f"worker {os.environ.get('PYTEST_XDIST_WORKER')}")
    return write
"""

# Four tests, each of which uses two stacks.
BOTH = """\
import os
import pytest

@pytest.mark.parametrize("number", range(4))
def test_both(terraform_stack, note, number):
    assert terraform_stack("stack").outputs["word"] == "hello"
    assert terraform_stack("stack", word="bye").outputs["word"] == "bye"
    note(f"cloud {os.environ.get('AWS_ENDPOINT_URL')}")
"""


class Project:
    """A directory under git with a stack and tests, of somebody who has installed localalb."""

    def __init__(self, place: Path) -> None:
        self.root = place / "project"
        self.notes = place / "notes"
        self._environ = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "XDG_STATE_HOME": str(place / "clouds"),  # no cloud but this project's
            "TF_VAR_notes": str(self.notes),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        (self.root / "stack").mkdir(parents=True)
        (self.root / "stack/main.tf").write_text(STACK)
        (self.root / "conftest.py").write_text(CONFTEST)
        (self.root / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
        self._git("init", "-q")

    def tests(self, text: str = BOTH) -> None:
        (self.root / "test_stack.py").write_text(text)
        self._git("add", "-A")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", *arguments],
            cwd=self.root,
            env=self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pytest(self, *arguments: str) -> str:
        with self.start(*arguments) as process:
            try:
                said, _ = process.communicate(timeout=300)
            finally:
                process.kill()
        return said

    def noted(self, word: str) -> list[str]:
        """What stands behind a word in the notes."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        return [line.partition(" ")[2] for line in lines if line.startswith(word + " ")]

    def left(self) -> list[str]:
        """What was not there before, ignored files and empty directories too, and what is not as it was."""
        known = self._git("ls-files").split()
        there = [path.relative_to(self.root).as_posix() for path in self.root.rglob("*")]
        new = [
            path for path in there if not path.startswith(".git/") and path not in (".git", "stack", *known)
        ]
        return new + self._git("ls-files", "--modified").split()

    def untracked(self) -> str:
        """What git would show to its user."""
        return self._git("ls-files", "--others", "--exclude-standard")

    def _git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def localalb(self, *arguments: str) -> str:
        done = localalb(*arguments, environ=self._environ)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    yield project
    project.localalb("down", "--all")


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=10).status_code > 0
    except requests.ConnectionError:
        return False


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["one process", "two workers"])
def test_a_cloud_of_the_sessions_own(project: Project, workers: tuple[str, ...]) -> None:
    project.tests()
    said = project.pytest(*workers)
    assert "4 passed" in said, said
    assert sorted(project.noted("made")) == ["bye", "hello"]
    (cloud,) = set(project.noted("cloud"))
    assert not answers(cloud)
    assert project.left() == []


def test_a_worker_that_is_killed(project: Project) -> None:
    """pytest-xdist starts another in its place, for which nothing is applied again."""
    project.tests(BOTH + "    if number == 1:\n        os.kill(os.getpid(), 9)\n")
    said = project.pytest("-n2")
    assert "1 failed, 3 passed" in said, said
    assert sorted(project.noted("made")) == ["bye", "hello"]
    (cloud,) = set(project.noted("cloud"))
    assert not answers(cloud)
    assert project.left() == []


def test_a_session_that_is_killed(project: Project) -> None:
    project.tests(BOTH + "    os.kill(os.getppid(), 9)\n")
    project.pytest("-n2")
    (cloud,) = set(project.noted("cloud"))
    assert until(lambda: not answers(cloud))


# The stacks hold nothing of AWS, so with `--cloud=aws` nobody asks an account.


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["one process", "two workers"])
def test_on_aws_the_last_process_destroys(project: Project, workers: tuple[str, ...]) -> None:
    project.tests(BOTH + "    terraform_stack.afterwards(lambda: note('destroyed what they were given'))\n")
    said = project.pytest("--cloud=aws", *workers)
    assert "4 passed" in said, said
    assert sorted(project.noted("made")) == ["bye", "hello"]
    assert sorted(project.noted("destroyed")[:2]) == ["bye", "hello"]
    assert set(project.noted("destroyed")[2:]) == {"what they were given"}
    assert len(project.noted("destroyed")) == 2 + 4
    assert project.left() == []


def test_on_aws_what_a_killed_worker_made_is_destroyed(project: Project) -> None:
    project.tests(BOTH + "    if number < 2:\n        os.kill(os.getpid(), 9)\n")
    said = project.pytest("--cloud=aws", "-n2")
    assert "2 failed, 2 passed" in said, said
    assert sorted(project.noted("made")) == sorted(project.noted("destroyed")) == ["bye", "hello"]
    assert project.left() == []


def test_a_value_that_is_made_once(project: Project) -> None:
    project.tests("""\
import pytest

@pytest.mark.parametrize("number", range(4))
def test_value(terraform_stack, note, number):
    def make():
        note("made it")
        return ["of", "JSON"]
    assert terraform_stack.once("a name, any: /", make) == ["of", "JSON"]
    assert terraform_stack.once("another", lambda: 2) == 2
""")
    said = project.pytest("-n2")
    assert "4 passed" in said, said
    assert project.noted("made") == ["it"]


# --cloud=up

UP = "--cloud=up"


def test_a_cloud_that_stays_is_found_again(project: Project) -> None:
    project.tests()
    first, second, third = project.pytest(UP), project.pytest(UP), project.pytest(UP, "-n2")
    assert [("4 passed" in each) for each in (first, second, third)] == [True] * 3, first + second + third
    (cloud,) = set(project.noted("cloud"))
    assert answers(cloud)
    end = f"a cloud was started that stays, at {cloud}; `localalb down {project.root}` ends it"
    assert [(end in each) for each in (first, second, third)] == [True, False, False]
    assert sorted(project.noted("made")) == ["bye", "hello"]
    assert project.noted("destroyed") == []
    assert {path.partition(".localalb")[0] for path in project.left()} == {"", "stack/"}
    assert project.untracked() == ""


def test_what_changed_is_applied(project: Project) -> None:
    project.tests()
    project.pytest(UP)
    main = project.root / "stack/main.tf"
    main.write_text(main.read_text().replace("  value = ", '  value = "" == "x" ? "" : '))
    said = project.pytest(UP)
    assert "4 passed" in said, said
    main.write_text(main.read_text() + 'module "more" {\n  source = "./more"\n}\n')
    (project.root / "stack/more").mkdir()
    (project.root / "stack/more/main.tf").write_text('resource "terraform_data" "more" {}\n')
    said = project.pytest(UP)
    assert "4 passed" in said, said
    assert sorted(project.noted("made")) == ["bye", "hello"]


def test_the_stack_of_up_is_used_in_its_directory(project: Project) -> None:
    """Where the variables are those that `up` had; with others a stack is the tests' own."""
    stack = project.root / "stack"
    project.localalb("up", str(stack), "--var", "word=bye")
    project.tests()
    said = project.pytest(UP)  # finds the only cloud in the project
    assert "4 passed" in said, said
    assert "was started" not in said
    assert project.noted("made") == ["bye", "hello"]
    project.localalb("down", str(stack))
    assert project.noted("destroyed") == ["bye"]
    assert not (stack / ".localalb/run").exists()


def test_of_several_clouds_one_is_named(project: Project) -> None:
    other = project.root / "other"
    other.mkdir()
    (other / "main.tf").write_text(STACK)
    for directory in ("other", "stack"):
        project.localalb("up", str(project.root / directory))
    project.tests()
    said = project.pytest(UP)
    assert "say which is meant with --cloud-dir=other or --cloud-dir=stack" in said
    said = project.pytest(UP, "--cloud-dir=other")
    assert "4 passed" in said, said
    assert f"{project.root / 'nowhere'}, where there is no directory" in project.pytest(
        UP, "--cloud-dir=nowhere"
    )
