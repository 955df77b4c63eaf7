"""A clone that was moved or copied works: what `.venv` has of its old place is made anew."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Stands for `python3`. Its virtual environments do as real ones: their scripts name their own place, and the
# program in them is the one of the clone in which it was installed.
PYTHON = """#!/bin/sh
case "$*" in *venv*)
  for place; do :; done
  case "$*" in *--clear*) rm -rf "$place" ;; esac
  [ -d "$place/bin" ] && exit
  mkdir -p "$place/bin"
  here=$(pwd -P)
  script="$place/bin/localalb"
  cp /bin/sh "$place/bin/interpreter"
  printf '#!/bin/sh\\n' > "$place/bin/python"
  printf '#!%s/%s/bin/interpreter\\necho "the localalb of %s"\\n' "$here" "$place" "$here" > "$script"
  chmod +x "$place/bin/python" "$script"
esac
"""


class Clone:
    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def make(self) -> list[str]:
        """What `make url` printed."""
        environ = {"PATH": os.environ["PATH"]}
        result = subprocess.run(
            ["make", "PYTHON=./python", "url"],
            cwd=self.directory,
            env=environ,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout.splitlines()

    @property
    def own(self) -> str:
        return f"the localalb of {self.directory}"


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    directory = tmp_path.resolve() / "clone"
    directory.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, directory)
    python = directory / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    return Clone(directory)


def test_it_is_set_up_once(clone: Clone) -> None:
    first, second = clone.make(), clone.make()
    assert first[-1] == clone.own
    assert second == [clone.own]


def test_one_that_was_moved(clone: Clone) -> None:
    clone.make()
    moved = Clone(clone.directory.with_name("moved"))
    clone.directory.rename(moved.directory)
    said = moved.make()
    assert said[-1] == moved.own
    assert said[0] == ".venv was made in another place: making it anew"
    assert moved.make() == [moved.own]


def test_one_that_was_copied(clone: Clone) -> None:
    """Its scripts work, and would run the other clone's code."""
    clone.make()
    copy = Clone(clone.directory.with_name("copy"))
    shutil.copytree(clone.directory, copy.directory)
    assert copy.make()[-1] == copy.own
    assert clone.make() == [clone.own]
