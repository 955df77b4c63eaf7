"""requirements.txt and the files it names: read as far as needed to know what decides the packages, no
further.

pip reads them again, and what they mean is up to pip ("Requirements File Format").
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from problem import PackageError

# pip's parser takes options in any unambiguous shortening, with =, a space, or, where short, nothing behind
# them.
_FILE = re.compile(r"(?:-[rc]\s*|--(?:requirem\w*|co\w*)(?:\s+|\s*=\s*))(?P<file>.+)")
_REFUSED = re.compile(r"-e|--ed\w*|--no-b\w*")
_PIN = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^]]*\])?\s*\(?\s*={2,3}\s*(?P<version>[^\s;,)*#]+)(?=[\s;,)#]|$)"
)
_PATH = re.compile(
    r"(?:[./\\~]|[A-Za-z]:[/\\]|file:|[^\s;@]+\s*@\s*file:|[^\s:;@]+\.(?:whl|zip|gz)(?=\s|$|;))"
)
_URL = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^]]*\])?\s*@")


@dataclass(frozen=True)
class Requirements:
    """What a requirements.txt comes to."""

    files: tuple[str, ...]  # it, and those it names with -r and -c
    pinned: frozenset[str]  # normalised names with a single version
    empty: bool


def read(files: Mapping[str, Path], start: str) -> Requirements:
    """Raises PackageError for what would make the package depend on more than the files of the plan."""
    seen: list[str] = []
    pinned: set[str] = set()
    todo, empty = [start], True
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.append(name)
        for number, line in lines(files[name].read_text(encoding="utf-8-sig", errors="replace")):
            where = f"{name}, line {number}: {line}"
            include = _FILE.match(line)
            if include:
                target = posixpath.normpath(
                    posixpath.join(posixpath.dirname(name), include["file"].strip("\"' "))
                )
                if target not in files:
                    raise PackageError(
                        f"{where} is no packaged file, so a change in it would go unnoticed; write the path, "
                        f"from {name}, of a file inside source_dir that exclude does not leave out"
                    )
                todo.append(target)
                continue
            if _REFUSED.match(line):
                raise PackageError(
                    f"{where} cannot be had in a package: wheels only, built before; remove the option"
                )
            if line.startswith("-"):
                continue  # an index, a folder of wheels: pip's
            if _PATH.match(line):
                raise PackageError(
                    f"{where} is a path, and its contents are not in the plan; put the wheel in a folder, "
                    f'name it with "--find-links <path from {name}>" or PIP_FIND_LINKS, and write '
                    "<name>==<version>"
                )
            empty = False
            pin = _PIN.match(line) or (("--hash" in line or "#sha256=" in line) and _URL.match(line))
            if pin:
                pinned.add(normalised(pin["name"]))
    return Requirements(tuple(sorted(seen)), frozenset(pinned), empty)


def lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, with the number each begins at: joined at backslashes, without
    comments.
    """
    start, joined = 0, ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        start = start if joined else number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            joined += line[:-1] + " "
            continue
        said = re.sub(r"(^|\s+)#.*$", "", joined + line).strip()
        joined = ""
        if said:
            yield start, said


def normalised(name: str) -> str:
    """A project's name as packages compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def split(wheel: Path) -> tuple[str, str]:
    """Project and version of a wheel, from its file's name."""
    name, version = os.path.basename(wheel).split("-")[:2]
    return normalised(name), version
