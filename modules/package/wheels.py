"""What a requirements.txt asks for, as wheels for Lambda, and the files inside them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import requirements
from archive import Entry
from folder import DAY, HOUR, remove, remove_older
from problem import PackageError
from sources import File

START = "requirements.txt"
PIP = Path(__file__).with_name("pip_for_lambda.py")


@dataclass(frozen=True)
class Target:
    """What the wheels are for."""

    minor: int  # of Python 3
    machine: str  # as in wheels' tags and platform.machine()
    glibc: int  # the minor of glibc 2
    name: str

    @property
    def platforms(self) -> list[str]:
        """The tags of wheels that run there, best first (PEP 600; PEP 513, 571 and 599 for the names with
        years).

        Not linux_*, which promises no glibc, and not musllinux_*, another C library.
        """
        oldest, legacy = (
            (5, {17: "2014", 12: "2010", 5: "1"}) if self.machine == "x86_64" else (17, {17: "2014"})
        )
        tags = []
        for minor in range(self.glibc, oldest - 1, -1):
            tags.append(f"manylinux_2_{minor}_{self.machine}")
            if minor in legacy:
                tags.append(f"manylinux{legacy[minor]}_{self.machine}")
        return tags

    @property
    def markers(self) -> dict[str, str]:
        """The environment that markers are evaluated in ("Dependency specifiers", environment markers)."""
        return {
            "implementation_name": "cpython",
            "implementation_version": self.version,
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "5.10.0",
            "platform_system": "Linux",
            "platform_version": "AWS Lambda",
            "python_full_version": self.version,
            "python_version": f"3.{self.minor}",
            "sys_platform": "linux",
        }

    @property
    def version(self) -> str:
        """Lambda updates its runtimes by itself, so only that it is none of the first patches is known. They
        matter: with 3.9.0, what pip makes of 3.9, there would be no cryptography ("!=3.9.0,!=3.9.1").
        """
        return f"3.{self.minor}.99"

    @property
    def options(self) -> list[str]:
        options = ["--only-binary=:all:", f"--python-version={self.version}", "--implementation=cp"]
        options += [f"--abi={abi}" for abi in (f"cp3{self.minor}", "abi3", "none")]
        return options + [f"--platform={tag}" for tag in self.platforms]


def target(runtime: str, architecture: str) -> Target:
    """Lambda's runtimes up to 3.11 are Amazon Linux 2, those from 3.12 Amazon Linux 2023 ("Lambda
    runtimes").
    """
    minor = int(runtime.split(".")[1])
    system, glibc = ("Amazon Linux 2", 26) if minor < 12 else ("Amazon Linux 2023", 34)
    machine = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
    return Target(minor, machine, glibc, f"{runtime} on {architecture} ({system}, glibc 2.{glibc})")


def entries(
    source: str, files: Mapping[str, File], goal: Target, folder: str, stack: ExitStack
) -> dict[str, Entry]:
    """The files of everything that requirements.txt, one of the `files` of `source`, asks for; `stack` keeps
    the wheels open.

    Wheels stay in `folder`, so that the next build needs no network. Warns of versions that nobody chose.
    Raises PackageError.
    """
    paths = {name: Path(file.path) for name, file in files.items()}
    wanted = requirements.read(paths, START)
    if wanted.empty:
        return {}
    texts = {name: hashlib.sha256(paths[name].read_bytes()).hexdigest() for name in wanted.files}
    key = hashlib.sha256(json.dumps([texts, goal.options, goal.markers]).encode()).hexdigest()
    found = fetch(Path(source, START), goal, Path(folder, "wheels", key))
    loose = [requirements.split(wheel) for wheel in found]
    loose = [(name, version) for name, version in loose if name not in wanted.pinned]
    if loose:
        pins = ", ".join(f"{name}=={version}" for name, version in loose)
        print(
            f"package.py: warning: {START} does not say which version of these, so another machine may "
            f"package another; add {pins}",
            file=sys.stderr,
        )
    return merge(found, files, stack)


def fetch(file: Path, goal: Target, folder: Path) -> list[Path]:
    """The wheels that the requirements in `file` come to, from `folder` if they are there; it appears
    whole.
    """
    folder.parent.mkdir(exist_ok=True)
    if not folder.is_dir():
        staging = Path(tempfile.mkdtemp(prefix=f"{folder.name[:12]}.", suffix=".tmp", dir=folder.parent))
        try:
            download(file, goal, staging)
            os.rename(staging, folder)
        except OSError:
            if not folder.is_dir():  # else another build was faster
                raise
        finally:
            remove(staging)
    os.utime(folder)
    remove_older(folder.parent, "", 30 * DAY)
    remove_older(folder.parent, ".tmp", HOUR)
    return sorted(folder.iterdir())


def download(file: Path, goal: Target, folder: Path) -> None:
    """Let pip choose and check the wheels, with whatever index, folder or certificate its own settings
    name.
    """
    pip = [sys.executable, "-I", "-B", "-X", "utf8", str(PIP), json.dumps(goal.markers), "download"]
    quiet = ["--no-input", "--disable-pip-version-check", "--progress-bar=off", f"--dest={folder}"]
    done = subprocess.run(
        [*pip, *quiet, *goal.options, "-r", str(file)],
        stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    if done.returncode:
        raise PackageError(reason(done.returncode, done.stderr, goal))
    for path in folder.iterdir():
        if path.suffix != ".whl":
            raise PackageError(
                f"{path.name}, which {START} asks for, is no wheel, and Lambda cannot build it; name a "
                "version that has one, or build the wheel and write its URL"
            )


def reason(code: int, said: str, goal: Target) -> str:
    """Why pip gave up, in one line."""
    if code == 3:
        return (
            f"{START} needs pip, and {sys.executable} has none; install it (python3 -m ensurepip), or let "
            "the input python name a Python that has it"
        )
    if code == 4:
        return (
            f"{START}: the pip of {sys.executable} evaluates environment markers in a way this module does "
            "not know; let the input python name a Python with another pip (23 and 24 are known to work)"
        )
    unreachable = re.search(r"^WARNING: (Retrying .*|Could not fetch URL .*)$", said, re.M)
    missing = re.search(r"^ERROR: No matching distribution found for (.+)$", said, re.M)
    if missing:
        hint = f" (pip could not read every index: {unreachable[1]})" if unreachable else ""
        return (
            f"{START}: there is no wheel of {missing[1]} for {goal.name}{hint}; check name and version, take "
            "a version, a runtime or an architecture that has one, build the wheel for that platform and "
            "name its folder in PIP_FIND_LINKS, or make a container image and pass image_uri"
        )
    complaint = said[max(said.find("ERROR: "), 0) :].split()
    return f"{START}: pip says: {' '.join(complaint) or f'nothing, and exits with {code}'}"


def merge(wheels: Sequence[Path], source: Container[str], stack: ExitStack) -> dict[str, Entry]:
    """The files of all wheels, where pip would install them, but for those that the source has itself.

    Raises PackageError where two wheels differ over a file: which one pip would leave depends on its order.
    """
    merged: dict[str, Entry] = {}
    holders: dict[str, Path] = {}
    for wheel in wheels:
        try:
            file = stack.enter_context(wheel.open("rb"))
            members = list(contents(stack.enter_context(zipfile.ZipFile(file)), file))
        except zipfile.BadZipFile as error:
            raise PackageError(
                f"{wheel} is no whole wheel ({error}); remove {wheel.parent} and apply again"
            ) from None
        for name, entry in members:
            if name in source:
                continue
            if name in merged and merged[name].read() != entry.read():
                raise PackageError(
                    f"{holders[name].name} and {wheel.name} both bring {name}, and not the same; leave one "
                    "of them out, or put the file you want in source_dir, which wins"
                )
            merged[name], holders[name] = entry, wheel
    return merged


def contents(wheel: zipfile.ZipFile, file: BinaryIO) -> Iterator[tuple[str, Entry]]:
    """The files of a wheel, whose zip is in `file`, by their names in site-packages ("Binary distribution
    format"). Scripts, headers and data have no place in a function.
    """
    for info in wheel.infolist():
        name = info.filename
        spread = re.fullmatch(r"[^/]+-[^/]+\.data/(?P<scheme>[^/]+)/(?P<name>.+)", name)
        if info.is_dir() or (spread and spread["scheme"] not in ("purelib", "platlib")):
            continue
        name = spread["name"] if spread else name
        if {"", ".", ".."} & set(name.split("/")) or "\\" in name:
            raise PackageError(
                f"{wheel.filename} holds a file with the name {name!r}, which leads out of the package"
            )
        packed = info.compress_type == zipfile.ZIP_DEFLATED
        yield (
            name,
            Entry(
                info.file_size,
                bool(info.external_attr >> 16 & 0o100),
                partial(wheel.read, info),
                partial(deflated, file, info) if packed else None,
                info.compress_size,
            ),
        )


def deflated(file: BinaryIO, info: zipfile.ZipInfo) -> bytes:
    """A member of a zip as it lies there, behind a header whose length its name and more decide."""
    file.seek(info.header_offset + 26)
    name, more = struct.unpack("<2H", file.read(4))
    file.seek(name + more, os.SEEK_CUR)
    return file.read(info.compress_size)
