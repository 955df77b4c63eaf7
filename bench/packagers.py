"""The packagers that `bench.packaging` compares. Each gets a folder with `src` in it, builds a zip of that as
Terraform would have it, and is `Built`.

    modules/package        this project's
    terraform-aws-lambda   of terraform-aws-modules, cloned into a cache of the bench's own
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.contestants import Unavailable
from bench.figures import cache

PACKAGE_PY = Path(__file__).parents[1] / "modules" / "package" / "package.py"
PEER, VERSION = "terraform-aws-lambda", "8.8.1"
SOURCE = "https://github.com/terraform-aws-modules/terraform-aws-lambda"

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Built:
    """What a build took with all that it started, and the bytes of its zip."""

    seconds: float
    processor: float  # seconds
    zip: int


Packager = Callable[[Path, Files], Built]


def excluded() -> str:
    """What the module leaves out by default, as its HCL writes it: to look for it takes time as well."""
    folder = r"(?:.*/)?"
    names = (
        r"__pycache__ [^/]*\.pyc \.venv venv tests \.pytest_cache \.mypy_cache \.ruff_cache \.git \.gitignore"
    )
    more = (
        r"\.gitattributes \.DS_Store Thumbs\.db \.idea \.vscode [^/]*\.swp [^/]*~ \.terraform [^/]*\.tfstate"
    )
    each = [*names.split(), *more.split(), r"[^/]*\.tfstate\.[^/]*", r"\.package"]
    return f"^(?:{'|'.join(folder + name for name in each)})(?:/.*)?$"


def ours(place: Path, files: Files, *, compress: bool = False, keep: bool = False) -> Built:
    """`keep`: what an earlier build left is there, the wheels above all."""
    zipped = place / ".package" / f"bench-{'0' * 64}.zip"
    if not keep:
        shutil.rmtree(zipped.parent, ignore_errors=True)
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)]
    order = {
        "source_dir": "./src", "exclude": excluded(), "output": f".package/{zipped.name}", "owner": "bench",
        "content": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        "runtime": "python3.13", "architecture": "arm64", "compress": compress,
    }  # fmt: skip
    command = [sys.executable, "-I", "-S", "-B", "-X", "utf8", str(PACKAGE_PY), json.dumps(order)]
    seconds, processor, _ = spent(command, place)
    return Built(seconds, processor, zipped.stat().st_size)


def theirs(program: Path, place: Path, files: Files) -> Built:
    """Both of its steps: the one that Terraform takes at every plan, and the build."""
    shutil.rmtree(place / "builds", ignore_errors=True)
    query = {
        "paths": json.dumps({"module": str(program.parent), "root": str(place), "cwd": str(place)}),
        "artifacts_dir": "builds", "runtime": "python3.13", "source_path": "src", "hash_extra": "",
        "hash_internal": json.dumps([hashlib.sha256(program.read_bytes()).hexdigest()]),
        "recreate_missing_package": "true", "quiet": "false",
    }  # fmt: skip
    python = [sys.executable, str(program)]
    first, more, said = spent([*python, "prepare"], place, json.dumps(query))
    plan = json.loads(said)
    command = [*python, "build", "--timestamp", plan["timestamp"], plan["build_plan_filename"]]
    second, yet_more, _ = spent(command, place)
    return Built(first + second, more + yet_more, (place / plan["filename"]).stat().st_size)


def spent(command: list[str], place: Path, told: str = "") -> tuple[float, float, str]:
    """Seconds, seconds of processor time, and what it printed. Raises `RuntimeError` where it failed."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(told.encode())
        given.seek(0)
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=place, stdin=given, stdout=said, stderr=subprocess.PIPE)
        # wait4 tells of this one process and those it waited for.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.stderr
        complaint = process.stderr.read().decode()
        process.stderr.close()
        if process.returncode:
            raise RuntimeError(complaint)
        said.seek(0)
        return seconds, usage.ru_utime + usage.ru_stime, said.read().decode()


def packagers() -> dict[str, Packager]:
    """Ours, and the peer where it can be had; who cannot is told of."""
    found: dict[str, Packager] = {"modules/package": ours}
    try:
        found[PEER] = partial(theirs, cloned())
    except Unavailable as error:
        print(f"{PEER} is left out: {error}")
    return found


def cloned() -> Path:
    """Its program, from the cache or from its repository. Raises `Unavailable`."""
    place = cache() / f"{PEER}-{VERSION}"
    if not place.is_dir():
        cache().mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=cache()))
        command = [
            "git",
            "-c",
            "advice.detachedHead=false",
            "clone",
            "--quiet",
            "--depth=1",
            f"--branch=v{VERSION}",
            SOURCE,
            str(making / "it"),
        ]
        try:
            if subprocess.run(command).returncode:
                raise Unavailable(f"git cannot clone {SOURCE}; what it said stands above")
            (making / "it").rename(place)
        except FileNotFoundError:
            raise Unavailable("git is not on PATH") from None
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return place / "package.py"
