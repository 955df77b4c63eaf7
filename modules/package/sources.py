"""Which files of a directory belong in its package, and which of them can be executed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping

from problem import PackageError


class File:
    """A file of the source: its real path, its size in bytes, its mode as the file system has it."""

    __slots__ = ("mode", "path", "size")

    def __init__(self, path: str, status: os.stat_result) -> None:
        self.path = path
        self.size = status.st_size
        self.mode = status.st_mode


def find_files(source: str, exclude: str) -> dict[str, File]:
    """The files to package, by the name each has in the zip, sorted; links are resolved.

    Sees what Terraform's `fileset(source, "**")` sees: links are followed, and only regular files count.
    Terraform turns every string into Unicode's form C, and some file systems spell names otherwise.

    Raises PackageError for a link that leaves the source, as what it points at differs between machines, and
    for one to a folder it lies in, which has no end.
    """
    excluded = re.compile(exclude).fullmatch
    root = os.path.realpath(source)
    inside = os.path.join(root, "")
    files = {}

    def visit(folder: str, prefix: str, above: tuple[str, ...]) -> None:
        for item in os.scandir(folder):
            name = composed(prefix + item.name)
            if excluded(name):
                continue
            path, is_link = item.path, item.is_symlink()
            if is_link:
                path = os.path.realpath(path)
            # What the system knows of an entry costs nothing, but it fails at a link that leads to itself.
            is_folder = os.path.isdir(path) if is_link else item.is_dir()
            if not is_folder and not (os.path.isfile(path) if is_link else item.is_file()):
                continue
            if is_link and path != root and not path.startswith(inside):
                raise PackageError(f"{item.path} is a link out of {source}; copy the file in, or exclude it")
            if not is_folder:
                files[name] = File(path, item.stat())
            elif path in above:
                raise PackageError(f"{item.path} is a link to a folder it lies in; remove it, or exclude it")
            else:
                visit(path, f"{name}/", (*above, path))

    visit(root, "", (root,))
    return dict(sorted(files.items()))


def executable(source: str, files: Mapping[str, File]) -> set[str]:
    """The names of those files that are executable: by git for what it tracks, else by the file system.

    A checkout on Windows has no such bit at all, and some mounts set it on everything.
    """
    root = os.path.realpath(source)
    tracked = git_modes(root)
    start = len(os.path.join(root, ""))
    names = set()
    for name, file in files.items():
        mode = tracked.get(composed(file.path[start:].replace(os.sep, "/"))) or file.mode
        if mode & stat.S_IXUSR:
            names.add(name)
    return names


def git_modes(root: str) -> dict[str, int]:
    """The modes of the files below a directory that git tracks; none where there is no git, or no
    repository.
    """
    # Inside a git hook these name another repository.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    listing = printed(["git", "-C", root, "ls-files", "--stage", "-z"], environ)
    modes = {}
    for line in listing.decode("utf-8", "surrogateescape").split("\0"):
        fields, _, name = line.partition("\t")
        if name:
            modes[composed(name)] = int(fields.split(" ")[0], 8)
    return modes


def printed(command: list[str], environ: dict[str, str]) -> bytes:
    """What a command prints, and nothing where there is no such command.

    Where the system can do that by itself; subprocess takes a tenth of a small build to import.
    """
    if not hasattr(os, "posix_spawnp"):
        import subprocess

        try:
            return subprocess.run(command, env=environ, capture_output=True).stdout
        except OSError:
            return b""
    reading, writing = os.pipe()
    streams = [
        (os.POSIX_SPAWN_DUP2, writing, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    with open(reading, "rb") as file:
        try:
            process = os.posix_spawnp(command[0], command, environ, file_actions=streams)
        except OSError:
            return b""
        finally:
            os.close(writing)
        output = file.read()
    os.waitpid(process, 0)
    return output


def composed(name: str) -> str:
    """The name in Unicode's form C."""
    if name.isascii():
        return name
    import unicodedata  # most names do without

    return unicodedata.normalize("NFC", name)
