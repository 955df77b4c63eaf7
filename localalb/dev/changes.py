"""What a set of changed files asks for: an apply, packages to be built again, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from localalb.dev.packages import Package, Stack

FOLDERS = frozenset(
    {".terraform", ".localalb", ".package", ".git", ".venv", "__pycache__", "node_modules"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache"}
)
"""Folders in which no change counts: tools write there, Terraform and localalb among them."""

# What Terraform and localalb write beside the configuration, and what editors do.
NAMES = ("zz_localalb_override.tf", ".terraform.lock.hcl", "*.tfstate", "*.tfstate.*", "*.pyc")
EDITORS = ("*.swp", "*.swx", "*.swo", "*~", "4913", ".#*", "#*#", "*___jb_tmp___", "*___jb_old___")

CONFIGURATION = ("*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json")


@dataclass(frozen=True, slots=True)
class Work:
    """`apply` are the files for whose sake Terraform is to apply, which packages everything too."""

    apply: tuple[Path, ...] = ()
    packages: tuple[Package, ...] = ()


def ignored(path: Path, roots: Iterable[Path]) -> bool:
    """Whether a change of this file counts for nobody. A folder above the root watched is no reason."""
    if any(fnmatchcase(path.name, pattern) for pattern in (*NAMES, *EDITORS)):
        return True
    below = [path.relative_to(root).parts for root in roots if path.is_relative_to(root)]
    return all(FOLDERS.intersection(parts) for parts in below)


def roots(stack: Stack) -> tuple[Path, ...]:
    """The paths to watch, none of them inside another."""
    wanted = {*stack.configuration, *stack.inputs, *(package.source for package in stack.packages)}
    there = sorted(path for path in wanted if path.exists())
    return tuple(p for p in there if not any(p != q and p.is_relative_to(q) for q in there))


def work(changed: Iterable[Path], stack: Stack) -> Work:
    """What to do for changed files: absolute paths, of files that are there or no longer."""
    watched = roots(stack)
    paths = sorted(path for path in set(changed) if not ignored(path, watched))
    apply = tuple(path for path in paths if _wants_apply(path, stack))
    packages = tuple(each for each in stack.packages if any(_touches(path, each) for path in paths))
    return Work(apply, packages)


def digests(directories: Iterable[Path]) -> dict[Path, str]:
    """Of the configuration's files that are there, by their paths."""
    found = {path for each in directories if each.is_dir() for path in each.iterdir()}
    return {path: digest for path in sorted(found) if _is(path, CONFIGURATION) and (digest := _digest(path))}


def differs(path: Path, before: Mapping[Path, str]) -> bool:
    """Whether a file is another than it was, by `digests`: an editor may have saved it as it was. Of what is
    no configuration nobody knows."""
    return not _is(path, CONFIGURATION) or before.get(path, "") != _digest(path)


def _digest(path: Path) -> str:
    """Empty where there is no such file."""
    with suppress(OSError):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return ""


def _touches(path: Path, package: Package) -> bool:
    """A change inside, or of the source itself: a folder renamed away is one change."""
    return package.holds(path) or package.source.is_relative_to(path)


def _wants_apply(path: Path, stack: Stack) -> bool:
    if path.parent in stack.configuration and _is(path, CONFIGURATION):
        return True
    if any(path == each or path.is_relative_to(each) for each in stack.inputs):
        return True
    return any(
        package.holds(path) and path == package.source / "requirements.txt" for package in stack.packages
    )


def _is(path: Path, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(path.name, pattern) for pattern in patterns)
