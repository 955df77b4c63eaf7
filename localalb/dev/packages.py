"""What a Terraform state says of the packages that were built for it, and the same built again.

`modules/package` keeps the command that built a zip in the state, so another zip of the same kind needs no
Terraform: only the files' digest in the order is another one. The packager compares it with what it packs, so
a zip never holds other files than were read here (`modules/package/package.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TO_PACKAGE = 120.0  # seconds; a requirements.txt may have to be fetched again


class Refused(Exception):
    """The packager makes no zip of these files; the message is its own."""


@dataclass(frozen=True, slots=True)
class Package:
    """A function's package as Terraform built it. `source` is absolute, `command` starts the packager in
    `directory`, `order` is its argument, `sha256` what Lambda calls CodeSha256. `elsewhere` says that
    modules may come from beside the package, of a layer or of PYTHONPATH."""

    arn: str
    name: str
    handler: str
    runtime: str
    publishes: bool
    elsewhere: bool
    directory: Path
    source: Path
    command: tuple[str, ...]
    order: Mapping[str, Any]
    sha256: str | None

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    def holds(self, path: Path) -> bool:
        """Whether a file belongs into the package: Terraform's `fileset`, less what is excluded."""
        if not path.is_relative_to(self.source) or path == self.source:
            return False
        name = unicodedata.normalize("NFC", path.relative_to(self.source).as_posix())
        return re.fullmatch(self.order["exclude"], name) is None


@dataclass(frozen=True, slots=True)
class Stack:
    """What of a stack a changed file may belong to: `packages` are built here, `inputs` are what Terraform
    makes other functions' code of (an archive's source, a zip), `configuration` the directories of modules.
    `sources` are the directories that functions' code comes from, by their ARNs, where that can be told.
    """

    packages: tuple[Package, ...]
    inputs: tuple[Path, ...]
    configuration: tuple[Path, ...]
    sources: Mapping[str, Path] = field(default_factory=dict)


def read(state: Mapping[str, Any], directory: Path, modules: tuple[Path, ...] = ()) -> Stack:
    """The stack of a state (version 4, as JSON) that was applied in `directory`."""
    directory = directory.resolve()
    orders = {order["output"]: (command, order, sha256) for command, order, sha256 in _orders(state)}
    archives = {str(each["output_path"]): each for each in _resources(state, "archive_file")}
    packages, inputs = [], []
    sources: dict[str, Path] = {}
    for function in _resources(state, "aws_lambda_function"):
        filename = function.get("filename")
        if filename in orders:
            packages.append(_package(function, *orders[filename], directory=directory))
        elif filename:
            made_of = archives.get(filename, {"source_file": filename})
            inputs += _sources(made_of, directory)
            if folder := _folder(made_of):
                sources[function["arn"]] = (directory / folder).resolve()
    resolved = tuple(sorted({path.resolve() for path in inputs}))
    configuration = tuple(dict.fromkeys((directory, *(path.resolve() for path in modules))))
    sources |= {each.arn: each.source for each in packages}
    return Stack(tuple(sorted(packages, key=lambda each: each.arn)), resolved, configuration, sources)


def _resources(state: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    for resource in state.get("resources", ()):
        if resource["type"] == kind:
            yield from (instance["attributes"] for instance in resource["instances"])


def _sources(archive: Mapping[str, Any], directory: Path) -> list[Path]:
    """What an `archive_file` is made of, or a zip alone: all of the directory where that cannot be told, as
    the archive has its text from the configuration, or a module older than `localalb dev` made the zip."""
    named = [directory / archive[key] for key in ("source_dir", "source_file") if archive.get(key)]
    if not named or any(".package" in path.parts for path in named):
        return [directory]
    return named


def _folder(archive: Mapping[str, Any]) -> Path | None:
    """The directory whose files an `archive_file` holds by their own names, where there is one."""
    if archive.get("source_dir"):
        return Path(archive["source_dir"])
    return (
        Path(archive["source_file"]).parent
        if archive.get("output_path") and archive.get("source_file")
        else None
    )


def _orders(state: Mapping[str, Any]) -> Iterator[tuple[list[str], dict[str, Any], str | None]]:
    """The packager's commands, its orders, and what Lambda should say of the zips."""
    for each in _resources(state, "terraform_data"):
        value = (each.get("input") or {}).get("value")
        if isinstance(value, dict) and "command" in value:
            *command, order = value["command"]
            yield command, json.loads(order), value["sha256"]


def _package(
    function: Mapping[str, Any],
    command: list[str],
    order: dict[str, Any],
    sha256: str | None,
    *,
    directory: Path,
) -> Package:
    variables = [block.get("variables") or {} for block in function.get("environment") or ()]
    return Package(
        arn=function["arn"],
        name=function["function_name"],
        handler=function["handler"],
        runtime=function["runtime"],
        publishes=bool(function["publish"]),
        elsewhere=bool(function.get("layers")) or any("PYTHONPATH" in each for each in variables),
        directory=directory,
        source=(directory / order["source_dir"]).resolve(),
        command=tuple(command),
        order=order,
        sha256=sha256,
    )


def files(package: Package) -> dict[str, bytes]:
    """The files that the package would have now, by name. Raises `OSError`."""
    found: dict[str, bytes] = {}
    excluded = re.compile(package.order["exclude"])

    def visit(folder: str, prefix: str) -> None:
        for entry in os.scandir(folder):
            name = unicodedata.normalize("NFC", prefix + entry.name)
            if excluded.fullmatch(name):
                continue
            if entry.is_dir():
                visit(entry.path, f"{name}/")
            elif entry.is_file():
                found[name] = Path(entry.path).read_bytes()

    visit(str(package.source), "")
    return dict(sorted(found.items()))


def content(found: Mapping[str, bytes]) -> str:
    """The digest of files, as `modules/package` has it: a line a file, sorted by name."""
    lines = (f"{hashlib.sha256(found[name]).hexdigest()}  {name}" for name in sorted(found))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def build(package: Package, digest: str) -> bytes:
    """The zip of the files with this digest, made by the module's own packager. Raises `Refused`."""
    output = Path(package.order["output"])
    # Beside Terraform's zips, for the wheels that are kept there, and under no name that Terraform gives.
    mine = output.with_name(f"{package.order['owner']}.dev.zip")
    order = {**package.order, "content": digest, "output": str(mine), "owner": mine.stem}
    written = package.directory / mine
    try:
        done = subprocess.run(
            [*package.command, json.dumps(order)],
            cwd=package.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TO_PACKAGE,
        )
        if done.returncode:
            raise Refused(done.stderr.strip().removeprefix("package.py: "))
        return written.read_bytes()
    except subprocess.TimeoutExpired:
        raise Refused(f"it was not packaged within {TO_PACKAGE:.0f} s") from None
    finally:
        written.unlink(missing_ok=True)
