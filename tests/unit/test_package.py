"""modules/package/package.py: the same files give the same bytes, and never half a zip."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

PACKAGE_PY = Path(__file__).resolve().parents[2] / "modules" / "package" / "package.py"
NOTHING = "^(?:)(?:/.*)?$"  # what the module writes when exclude is empty
PYTHONS = [f"python3.{minor}" for minor in range(9, 15)]

FILES = {
    "lambda_function.py": b"def lambda_handler(event, context):\n    return {}\n",
    "bin/tool": b"#!/bin/sh\nexit 0\n",
    "data/empty": b"",
    "data/\u00fcber & <weg>.json": b'"\xc3\xbc"\n',
    "z.bin": bytes(range(256)) * 512,
    "Z.py": b"",
}


def content(files: Mapping[str, bytes]) -> str:
    """The digest as the module's HCL computes it."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def write(root: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o755 if name.startswith("bin/") else 0o644)
    return root


def order(source: Path, output: Path, files: Mapping[str, bytes], exclude: str = NOTHING) -> str:
    return json.dumps(
        {"source_dir": str(source), "exclude": exclude, "content": content(files), "output": str(output)},
        ensure_ascii=False,
    )


def run(argument: str, python: str = sys.executable, **options: Any) -> subprocess.CompletedProcess[str]:
    """package.py as Terraform starts it."""
    command = [python, "-I", "-X", "utf8", str(PACKAGE_PY), argument]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, **options)


def build(source: Path, output: Path, files: Mapping[str, bytes] = FILES, **options: Any) -> bytes:
    done = run(order(source, output, files), **options)
    assert done.returncode == 0, done.stderr
    return output.read_bytes()


@pytest.fixture(name="source")
def _source(tmp_path: Path) -> Path:
    return write(tmp_path / "source", FILES)


@pytest.fixture(name="reference")
def _reference(source: Path, tmp_path: Path) -> bytes:
    return build(source, tmp_path / "reference" / "it.zip")


# --------------------------------------------------------------------- the same bytes


def test_digest_of_the_zip_is_fixed(reference: bytes) -> None:
    """Nothing of this machine is in it, so it can be written down. It changes with the format alone."""
    digest = "9fbe895441cd47b45c9e871356ed566e56cb0a32e9ba5efbaed839347ef72c19"
    assert hashlib.sha256(reference).hexdigest() == digest


def other_mtimes(source: Path) -> None:
    for path in source.rglob("*"):
        os.utime(path, (86400, 86400))


def other_umask(source: Path) -> None:
    for path in source.rglob("*"):
        path.chmod(path.stat().st_mode & ~0o077)


def write_permission_for_all(source: Path) -> None:
    for path in source.rglob("*"):
        path.chmod(path.stat().st_mode | 0o022)


def other_order(source: Path) -> None:
    shutil.rmtree(source)
    write(source, dict(reversed(FILES.items())))


def empty_folder(source: Path) -> None:
    (source / "void").mkdir()


@pytest.mark.parametrize(
    "change", [other_mtimes, other_umask, write_permission_for_all, other_order, empty_folder]
)
def test_what_git_does_not_keep_does_not_count(
    source: Path, reference: bytes, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    change(source)
    assert build(source, tmp_path / "it.zip") == reference


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_umask_of_the_builder(source: Path, reference: bytes, tmp_path: Path, umask: int) -> None:
    assert build(source, tmp_path / "it.zip", umask=umask) == reference


@pytest.mark.parametrize(
    "env",
    [
        {"TZ": "Pacific/Kiritimati"},  # a zip's dates are local time
        {"SOURCE_DATE_EPOCH": "86400"},  # zipfile heeds it since 3.14
    ],
    ids=lambda env: next(iter(env)),
)
def test_environment_of_the_builder(
    source: Path, reference: bytes, tmp_path: Path, env: dict[str, str]
) -> None:
    assert build(source, tmp_path / "it.zip", env={"PATH": os.environ["PATH"], **env}) == reference


def test_relative_paths_from_elsewhere(source: Path, reference: bytes, tmp_path: Path) -> None:
    assert build(Path("."), tmp_path / "it.zip", cwd=source) == reference
    assert build(Path("../source"), tmp_path / "it.zip", cwd=tmp_path / "reference") == reference


@pytest.mark.parametrize("python", PYTHONS)
def test_every_python(source: Path, reference: bytes, tmp_path: Path, python: str) -> None:
    """Those this machine has; a machine with one has tested that one."""
    try:
        subprocess.run([python, "-c", ""], check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return
    assert build(source, tmp_path / "it.zip", python=python) == reference


# --------------------------------------------------------------------- what is in it


def test_contents_modes_and_order(source: Path, tmp_path: Path) -> None:
    build(source, tmp_path / "it.zip")
    with zipfile.ZipFile(tmp_path / "it.zip") as archive:
        assert archive.testzip() is None
        assert {info.filename: archive.read(info) for info in archive.infolist()} == FILES
        assert archive.namelist() == sorted(FILES)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes.pop("bin/tool") == stat.S_IFREG | 0o755  # Lambda could not run it otherwise
    assert set(modes.values()) == {stat.S_IFREG | 0o644}  # nor read what others may not read


def test_exclude_is_obeyed(source: Path, tmp_path: Path) -> None:
    write(source, {"pkg/__pycache__/x.pyc": b"1", "x.pyc": b"2"})
    exclude = r"^(?:(?:.*/)?__pycache__|(?:.*/)?[^/]*\.pyc)(?:/.*)?$"
    done = run(order(source, tmp_path / "it.zip", FILES, exclude))
    assert done.returncode == 0, done.stderr
    assert zipfile.ZipFile(tmp_path / "it.zip").namelist() == sorted(FILES)


def test_link_inside_is_followed(source: Path, tmp_path: Path) -> None:
    (source / "link.py").symlink_to("lambda_function.py")
    (source / "folder").symlink_to("bin")
    files = FILES | {"link.py": FILES["lambda_function.py"], "folder/tool": FILES["bin/tool"]}
    build(source, tmp_path / "it.zip", files)
    assert zipfile.ZipFile(tmp_path / "it.zip").read("link.py") == FILES["lambda_function.py"]


def test_what_is_no_file_is_left_out(source: Path, reference: bytes, tmp_path: Path) -> None:
    """As Terraform's fileset does; opening a pipe would wait for ever."""
    os.mkfifo(source / "pipe")
    (source / "dangling").symlink_to("nowhere")
    assert build(source, tmp_path / "it.zip") == reference


def test_git_does_not_see_the_zip(source: Path, tmp_path: Path) -> None:
    build(source, tmp_path / ".package" / "it.zip")
    assert (tmp_path / ".package" / ".gitignore").read_text() == "*\n"


# --------------------------------------------------------------------- whole or not at all


def refused(done: subprocess.CompletedProcess[str], folder: Path) -> str:
    """The one line it said, having left nothing behind in `folder`."""
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("package.py: ")
    assert done.stderr.count("\n") == 1
    assert not [path for path in folder.iterdir() if path.name != ".gitignore"] if folder.exists() else True
    return done.stderr


def test_nothing_to_package(tmp_path: Path) -> None:
    source = tmp_path / "void"
    source.mkdir()
    said = refused(run(order(source, tmp_path / "out" / "it.zip", {})), tmp_path / "out")
    assert "nothing to package" in said
    assert str(source) in said


def test_files_that_are_not_those_of_the_plan(source: Path, tmp_path: Path) -> None:
    (source / "Z.py").write_text("changed = True\n")
    said = refused(run(order(source, tmp_path / "out" / "it.zip", FILES)), tmp_path / "out")
    assert "not those of the plan" in said
    assert "plan and apply again" in said


def test_link_out_of_the_source(source: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"key")
    (source / "secret").symlink_to(tmp_path / "secret")
    files = FILES | {"secret": b"key"}
    said = refused(run(order(source, tmp_path / "out" / "it.zip", files)), tmp_path / "out")
    assert "is a link out of" in said


def test_neighbour_whose_name_begins_alike_is_outside(source: Path, tmp_path: Path) -> None:
    write(tmp_path / "source-old", {"x.py": b""})
    (source / "x.py").symlink_to(tmp_path / "source-old" / "x.py")
    said = refused(run(order(source, tmp_path / "out" / "it.zip", FILES | {"x.py": b""})), tmp_path / "out")
    assert "is a link out of" in said


def test_output_that_cannot_be_written(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a directory")
    done = run(order(source, tmp_path / "out" / "it.zip", FILES))
    assert done.returncode == 1
    assert done.stderr.startswith("package.py: cannot package")
    assert done.stderr.count("\n") == 1


def test_failure_keeps_the_old_zip(source: Path, tmp_path: Path) -> None:
    old = build(source, tmp_path / "it.zip")
    (source / "Z.py").write_text("changed = True\n")
    assert run(order(source, tmp_path / "it.zip", FILES)).returncode == 1
    assert (tmp_path / "it.zip").read_bytes() == old


def test_kill_in_the_middle(tmp_path: Path) -> None:
    """At any moment the name holds nothing or the whole zip."""
    files = {f"{number:04}": bytes(64) * number for number in range(1000)}
    source = write(tmp_path / "source", files)
    output = tmp_path / "out" / "it.zip"
    argument = order(source, output, files)
    started = time.monotonic()
    whole = build(source, output, files)
    duration = time.monotonic() - started
    halves = 0
    for step in range(1, 10):
        output.unlink(missing_ok=True)
        process = subprocess.Popen([sys.executable, "-I", "-X", "utf8", str(PACKAGE_PY), argument])
        time.sleep(duration * step / 10)
        process.kill()
        process.wait()
        halves += any(path.suffix == ".tmp" for path in output.parent.iterdir())
        assert not output.exists() or output.read_bytes() == whole
        for path in output.parent.glob("*.tmp"):
            path.unlink()
    assert halves, "no kill came in the middle: the test shows nothing"


def test_many_builds_of_one_zip_at_once(source: Path, reference: bytes, tmp_path: Path) -> None:
    """Two modules with the same source build the same file."""
    output = tmp_path / "out" / "it.zip"
    argument = order(source, output, FILES)
    command = [sys.executable, "-I", "-X", "utf8", str(PACKAGE_PY), argument]
    builds = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(8)]
    assert [process.wait() for process in builds] == [0] * 8
    assert output.read_bytes() == reference
    assert sorted(path.name for path in output.parent.iterdir()) == [".gitignore", "it.zip"]
