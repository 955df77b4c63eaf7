"""Every command that the README and its page show, typed in a fresh clone in which `make up` has run; and
what a sentence mentions exists.

Shown is a line of a shell's block, a line after `$ ` of another, and what a table's row begins with.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hcl import ROOT

BIN = Path(sys.executable).parent
PAGES = [ROOT / "README.md", ROOT / "docs/localalb.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
PROGRAM = re.compile(r"(make|(?:\.venv/bin/)?localalb|pytest|python -m \S+) ")

# What is not typed here, and why.
ACCOUNT = "asks a real account"
ENDLESS = "goes on until Ctrl-C; tests/cloud holds it"
NOT_RUN = {
    "terraform init": ACCOUNT,
    "terraform apply": ACCOUNT,
    "terraform destroy": ACCOUNT,
    "terraform apply -replace='module.NAME.module.package[0].terraform_data.build' "
    "-replace='module.NAME.module.function.aws_lambda_function.this'": ACCOUNT,
    "make dev": ENDLESS,
    "make down": "is typed when all others are",
}


def shown(page: str) -> list[str]:
    """The commands to type, without comments, in order."""
    found: list[str] = []
    for language, block in BLOCK.findall(page):
        lines = re.sub(r"\\\n\s*", "", block).splitlines()
        if language not in ("sh", "bash"):
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        found += [re.sub(r"(^|\s+)#.*", "", line) for line in lines]
    rows = [row for row in ROW.findall(BLOCK.sub("", page)) if PROGRAM.match(row + " ")]
    return [each for each in (*found, *rows) if each]


def mentioned(page: str) -> list[str]:
    """The commands that stand in a sentence, each once."""
    spans = re.findall(r"`([^`]+)`", BLOCK.sub("", page))
    return [" ".join(span.split()) for span in spans if PROGRAM.match(span)]


def every(kind: Callable[[str], list[str]]) -> list[str]:
    return list(dict.fromkeys(command for page in PAGES for command in kind(page.read_text())))


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What git tracks, applied; the environment is the one that the tests run in."""
    directory = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, directory / name)
    (directory / ".venv").symlink_to(BIN.parent)
    typed(directory, "make up")
    yield directory
    typed(directory, "make down")


def typed(directory: Path, command: str) -> str:
    """What a command prints, in a shell whose `make` finds everything installed. It must succeed."""
    ready = f'make() {{ command make -o .venv/.ready -o .venv/.tools "$@"; }}; PATH="{BIN}:$PATH"\n'
    alone = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE")
    }  # this make's own
    result = subprocess.run(
        ["bash", "-c", ready + command],
        cwd=directory, env=alone, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
    return result.stdout


@pytest.mark.parametrize("command", [each for each in every(shown) if each not in NOT_RUN])
def test_a_command_that_is_shown_works(clone: Path, command: str) -> None:
    here = typed(clone, "make url").strip()  # other examples may have the first port
    typed(clone, command.replace("http://127.0.0.1:8080/", here))


@pytest.mark.parametrize("command", every(mentioned))
def test_what_is_mentioned_exists(command: str) -> None:
    program, *words = command.removeprefix(".venv/bin/").split()
    match program:
        case "make":
            assert re.search(rf"^{words[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
            return
        case "localalb" if not words[0].startswith("-"):
            asked = ["localalb", words.pop(0), "--help"]
        case "localalb":
            asked = ["localalb", "--help"]
        case "python":
            asked = [program, *words[:2], "--help"]
            del words[:2]
        case _:
            asked = [program, "--help"]
    result = subprocess.run([BIN / asked[0], *asked[1:]], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    assert [each for each in options if not re.search(rf"(^|[\s,]){each}\b", result.stdout)] == []


def test_what_is_not_run_is_shown() -> None:
    assert sorted(NOT_RUN.keys() - set(every(shown))) == []
