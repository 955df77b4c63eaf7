"""Which distributions in a package hold native code that the interpreter which runs it here does not load.

A wheel says in its tags what it is for, and in its RECORD which files are its own ("Binary distribution
format", "Recording installed projects"). Where somebody removed that, a file's name and its first bytes are
left: what it is for, and not whose it is.
"""

from __future__ import annotations

import csv
import os
import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

NATIVE = re.compile(r"\.(?:so|pyd|dylib)$|\.so\.[0-9.]+$")
# What an extension module's name has between the module and the end, where it says what it is for (PEP 3149).
TAGGED = re.compile(r"\.(?:cpython-|cp[0-9]|pypy|abi3\.).*(?:so|pyd)$")
HEADER = 512  # bytes; a universal binary of macOS with 20 processors has so many
# e_machine (elf(5), elf.h) and cputype (mach/machine.h) of what Python has wheels for.
ELF = {3: "i686", 22: "s390x", 21: "ppc64le", 40: "armv7l", 62: "x86_64", 183: "aarch64", 243: "riscv64"}
MACH = {0x01000007: "x86_64", 0x0100000C: "arm64"}


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python of this machine. `name` is for people, `tags` are of the wheels it takes, the best first,
    `suffixes` of its extension modules; `machines` is what its own file is for."""

    executable: str
    name: str
    tags: tuple[str, ...]
    suffixes: tuple[str, ...]
    machines: frozenset[str]


@dataclass(frozen=True, slots=True)
class NativeFile:
    """A file of machine code, by its name in the directory. `machines` is empty where that is unknown."""

    name: str
    machines: frozenset[str] = frozenset()

    @property
    def built_for(self) -> str:
        tag = TAGGED.search(self.name)
        suffix = tag[0].lstrip(".").rpartition(".")[0] if tag else ""
        return ", ".join(filter(None, (suffix, *sorted(self.machines))))


@dataclass(frozen=True, slots=True)
class Distribution:
    """What a directory `NAME-VERSION.dist-info` describes; `files` are its native ones. Without a `tags` line
    the files tell what it is for. `indexed` unless it was installed from a folder or a URL of its own."""

    name: NormalizedName
    version: str
    tags: tuple[str, ...] = ()
    files: tuple[NativeFile, ...] = ()
    indexed: bool = True

    @property
    def built_for(self) -> str:
        return self.tags[0] if self.tags else self.files[0].built_for

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What one directory of sys.path holds: its distributions, and the native files of none."""

    distributions: tuple[Distribution, ...] = ()
    strays: tuple[NativeFile, ...] = ()

    @property
    def native(self) -> bool:
        return bool(self.strays) or any(each.files for each in self.distributions)


def contents(directory: Path) -> Contents:
    """Look through a directory. Of other files than native ones and dist-infos only the names are read."""
    native: dict[str, NativeFile] = {}
    described = []
    for folder, folders, names in os.walk(directory):
        # Those below are places of their own, or of other versions: no part of this one.
        folders[:] = sorted(name for name in folders if name != "site-packages")
        described += [Path(folder, name) for name in folders if name.endswith(".dist-info")]
        for path in (Path(folder, name) for name in names if NATIVE.search(name)):
            name = path.relative_to(directory).as_posix()
            with path.open("rb") as file:
                native[name] = NativeFile(name, machines(file.read(HEADER)))
    found = [_read(info, info.parent.relative_to(directory), native) for info in sorted(described)]
    distributions = tuple(each for each in found if each is not None)
    owned = {file.name for each in distributions for file in each.files}
    strays = tuple(file for name, file in sorted(native.items()) if name not in owned)
    return Contents(distributions, strays)


def _read(info: Path, base: Path, native: dict[str, NativeFile]) -> Distribution | None:
    """The distribution of a dist-info. None where that is damaged, or has a name or version that is none: pip
    will be asked for it."""
    try:
        said = HeaderParser().parsestr(_text(info / "METADATA"))
        name = canonicalize_name(str(said["Name"] or ""), validate=True)
        version = str(Version(str(said["Version"] or "")))
        rows = list(csv.reader(_text(info / "RECORD").splitlines()))
    except (ValueError, csv.Error):
        return None
    tags = HeaderParser().parsestr(_text(info / "WHEEL")).get_all("Tag", [])
    names = sorted(os.path.normpath(base / row[0]) for row in rows if row)
    files = tuple(native[each] for each in names if each in native)
    # "Recording the Direct URL Origin of installed distributions": the file is there for those alone.
    indexed = not (info / "direct_url.json").exists()
    return Distribution(name, version, tuple(tags), files, indexed)


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def machines(header: bytes) -> frozenset[str]:
    """What a file of machine code is for, by its first bytes; empty where they say nothing."""
    if header.startswith(b"\x7fELF") and len(header) >= 20:
        (number,) = struct.unpack_from("<H" if header[5] == 1 else ">H", header, 18)
        return frozenset({f"Linux {ELF.get(number, f'machine {number}')}"})
    if header.startswith((b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")) and len(header) >= 8:
        return frozenset({_mac(struct.unpack_from("<I", header, 4)[0])})
    if header.startswith(b"\xca\xfe\xba\xbe") and len(header) >= 8:
        (count,) = struct.unpack_from(">I", header, 4)
        ends = range(28, min(len(header), 8 + 20 * count) + 1, 20)
        return frozenset(_mac(struct.unpack_from(">I", header, end - 20)[0]) for end in ends)
    return frozenset({"Windows"}) if header.startswith(b"MZ") else frozenset()


def _mac(number: int) -> str:
    return f"macOS {MACH.get(number, f'machine {number}')}"


def foreign(
    places: Iterable[Contents], interpreter: Interpreter
) -> tuple[list[Distribution], list[NativeFile]]:
    """The distributions, and the files of none, that this interpreter does not load. `places` are in the
    order of sys.path: the first distribution of a name is the one that is imported."""
    distributions: dict[str, Distribution] = {}
    strays: list[NativeFile] = []
    for place in places:
        for each in place.distributions:
            distributions.setdefault(each.name, each)
        strays += _unloadable(place.strays, interpreter)
    return [each for each in distributions.values() if not _fits(each, interpreter)], strays


def _fits(distribution: Distribution, interpreter: Interpreter) -> bool:
    if distribution.files and distribution.tags:
        # A line of WHEEL has one tag; some builders write the compressed set of the file's name (PEP 425).
        taken = set(interpreter.tags)
        return any(tag in taken for line in distribution.tags for tag in _expanded(line))
    return not list(_unloadable(distribution.files, interpreter))


def _expanded(line: str) -> Iterator[str]:
    python, _, rest = line.partition("-")
    abi, _, platform = rest.partition("-")
    for one in python.split("."):
        for two in abi.split("."):
            yield from (f"{one}-{two}-{three}" for three in platform.split("."))


def _unloadable(files: Sequence[NativeFile], interpreter: Interpreter) -> Iterator[NativeFile]:
    """Of the files that are one module's, each for another Python, one that loads is enough."""
    modules: dict[str, list[NativeFile]] = defaultdict(list)
    for file in files:
        tag = TAGGED.search(file.name)
        modules[file.name[: tag.start()] if tag else file.name].append(file)
    for module in modules.values():
        if not any(_loads(file, interpreter) for file in module):
            yield from module


def _loads(file: NativeFile, interpreter: Interpreter) -> bool:
    tag = TAGGED.search(file.name)
    if tag and tag[0] not in interpreter.suffixes:
        return False
    return not (file.machines and interpreter.machines) or bool(file.machines & interpreter.machines)
