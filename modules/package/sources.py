"""Which files of a directory belong in its package, and which of them can be executed."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from problem import PackageError


def find_files(source: Path, exclude: str) -> dict[str, Path]:
    """The files to package, by the name each has in the zip, sorted; links are resolved.

    Sees what Terraform's `fileset(source, "**")` sees: links are followed, and only regular files count.
    Terraform turns every string into Unicode's form C, and some file systems spell names otherwise.

    Raises PackageError for a link that leaves the source, as what it points at differs between machines, and
    for one to a folder it lies in, which has no end.
    """
    excluded = re.compile(exclude)
    root = os.path.realpath(source)
    files = {}

    def visit(folder: str, prefix: str, above: tuple[str, ...]) -> None:
        for item in os.scandir(folder):
            name = unicodedata.normalize("NFC", prefix + item.name)
            if excluded.fullmatch(name):
                continue
            path = os.path.realpath(item.path) if item.is_symlink() else item.path
            is_folder = os.path.isdir(path)
            if not is_folder and not os.path.isfile(path):
                continue
            if path != root and not path.startswith(os.path.join(root, "")):
                raise PackageError(f"{item.path} is a link out of {source}; copy the file in, or exclude it")
            if not is_folder:
                files[name] = Path(path)
            elif path in above:
                raise PackageError(f"{item.path} is a link to a folder it lies in; remove it, or exclude it")
            else:
                visit(path, f"{name}/", (*above, path))

    visit(root, "", (root,))
    return dict(sorted(files.items()))


def executable(source: Path, files: Mapping[str, Path]) -> set[str]:
    """The names of those files that are executable: by git for what it tracks, else by the file system.

    A checkout on Windows has no such bit at all, and some mounts set it on everything.
    """
    root = os.path.realpath(source)
    tracked = git_modes(root)
    names = set()
    for name, path in files.items():
        real = unicodedata.normalize("NFC", os.path.relpath(path, root).replace(os.sep, "/"))
        mode = tracked.get(real) or path.stat().st_mode
        if mode & stat.S_IXUSR:
            names.add(name)
    return names


def git_modes(root: str) -> dict[str, int]:
    """The modes of the files below a directory that git tracks; none where there is no git, or no
    repository.
    """
    # Inside a git hook these name another repository.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        listing = subprocess.run(
            ["git", "-C", root, "ls-files", "--stage", "-z"], env=environ, capture_output=True
        ).stdout
    except OSError:
        return {}
    modes = {}
    for line in listing.decode("utf-8", "surrogateescape").split("\0"):
        fields, _, name = line.partition("\t")
        if name:
            modes[unicodedata.normalize("NFC", name)] = int(fields.split(" ")[0], 8)
    return modes
