"""Builds that take their time: more than Lambda takes, killed ones, and many at once, with requirements."""

from __future__ import annotations

import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.packaging.packager import (
    COMMAND,
    FILES,
    PYTHONS,
    built,
    interpreters,
    order,
    refused,
    run,
    write,
)
from tests.packaging.wheelhouse import Build, wheel


def test_more_than_lambda_takes_at_once(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    noise = random.Random(4).randbytes(51 * 1024 * 1024)
    (source / "noise").write_bytes(noise)
    said = refused(run(order(source, tmp_path / "out" / "it.zip", {"noise": noise})), tmp_path / "out")
    assert "MB zipped and Lambda takes 50 MB at once; the biggest are noise 51.0 MB;" in said
    assert "package_s3" in said


@pytest.mark.parametrize("name", PYTHONS)
def test_every_python(tmp_path: Path, name: str) -> None:
    """Those this machine has; a machine with one has tested that one."""
    source = write(tmp_path / "source", FILES)
    reference = built(source, tmp_path / "reference.zip")
    for python in interpreters(name):
        assert built(source, tmp_path / "it.zip", python=python) == reference
        built(source, tmp_path / "small.zip", python=python, compress=True)
        assert zipfile.ZipFile(tmp_path / "small.zip").testzip() is None


def test_kill_in_the_middle(tmp_path: Path) -> None:
    """At any moment the name holds the whole old zip or the whole new one."""
    files = {f"{number:04}": bytes(64) * number for number in range(1000)}
    source = write(tmp_path / "source", files)
    output = tmp_path / "out" / "it.zip"
    argument = order(source, output, files)
    started = time.monotonic()
    whole = built(source, output, files)
    duration = time.monotonic() - started
    halves = 0
    for step in range(1, 10):
        output.write_bytes(b"old")
        process = subprocess.Popen([sys.executable, *COMMAND, argument])
        time.sleep(duration * step / 10)
        process.kill()
        process.wait()
        halves += any(path.suffix == ".tmp" for path in output.parent.iterdir())
        assert output.read_bytes() in (b"old", whole)
        for path in output.parent.glob("*.tmp"):
            path.unlink()
    assert halves, "no kill came in the middle: the test shows nothing"


def test_what_is_too_big_is_compressed(tmp_path: Path) -> None:
    output = tmp_path / "it.zip"
    files = {"zeros": bytes(51 * 1024 * 1024)}
    built(write(tmp_path / "source", files), output, files)
    assert output.stat().st_size < 1024 * 1024
    assert zipfile.ZipFile(output).infolist()[0].compress_type == zipfile.ZIP_DEFLATED


def test_the_largest_that_is_stored(tmp_path: Path) -> None:
    """50 MB with the zip's own headers, to the byte."""
    source = tmp_path / "source"
    source.mkdir()
    data = bytes(50 * 1024 * 1024 - 22 - 76 - 2)
    (source / "z").write_bytes(data)
    built(source, tmp_path / "it.zip", {"z": data})
    assert (tmp_path / "it.zip").stat().st_size == 50 * 1024 * 1024


@pytest.fixture
def build(tmp_path: Path) -> Build:
    build = Build(tmp_path)
    for number in range(8):
        wheel(build.wheels, f"thing{number}", files={f"thing{number}.bin": bytes(500_000)})
    return build


WANTED = "".join(f"thing{number}==1.0\n" for number in range(8))


def started(build: Build) -> subprocess.Popen[bytes]:
    held = {"app.py": b"", "requirements.txt": WANTED.encode()}
    argument = order(build.source, build.output, held)
    command = [sys.executable, *COMMAND, argument]
    return subprocess.Popen(command, env=build.env, stdout=subprocess.DEVNULL)


def test_kill_while_wheels_are_fetched(build: Build, tmp_path: Path) -> None:
    """The wheels that are kept are all of them or none, and the next build is as if nothing had been."""
    begun = time.monotonic()
    build(WANTED)
    duration = time.monotonic() - begun
    whole = build.output.read_bytes()
    kept = build.output.parent / "wheels"
    halves = 0
    for step in range(1, 6):
        for path in kept.iterdir():
            path.rename(tmp_path / f"{path.name}-{step}")
        build.output.write_bytes(b"old")
        process = started(build)
        time.sleep(duration * step / 6)
        process.kill()
        process.wait()
        halves += any(path.suffix == ".tmp" for path in kept.iterdir())
        assert build.output.read_bytes() in (b"old", whole)
        for folder in kept.iterdir():
            assert folder.suffix == ".tmp" or len(list(folder.iterdir())) == 8
        build(WANTED)
        assert build.output.read_bytes() == whole
    assert halves, "no kill came in the middle: the test shows nothing"


def test_many_builds_at_once(build: Build) -> None:
    build(WANTED)
    whole = build.output.read_bytes()
    for path in (build.output.parent / "wheels").iterdir():
        path.rename(path.with_name("before"))
    builds = [started(build) for _ in range(3)]
    assert [process.wait() for process in builds] == [0] * 3
    assert build.output.read_bytes() == whole
    assert not list((build.output.parent / "wheels").glob("*.tmp"))
