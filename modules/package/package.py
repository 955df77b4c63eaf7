"""Write the zip of a Lambda function: the same files give the same bytes, whoever builds it and wherever.

Takes one argument, a JSON object:

    source_dir  the directory to package
    exclude     a regular expression; files whose name in the zip matches are left out
    content     the SHA-256 the files must have, see `pack`
    output      the zip to write; its directory is made, and hidden from git

Exits 0 with the whole zip under its name; or 1 with one line on stderr, and the zip is what it was before.
Standard library only, Python 3.9 or later: it runs under whichever Python the machine that applies has.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


class PackageError(Exception):
    """What is wrong with the files, and what to do about it, in one line."""


def find_files(source: Path, exclude: str) -> dict[str, Path]:
    """The files to package, by the name each has in the zip, sorted.

    Sees what Terraform's `fileset(source, "**")` sees: links are followed, and only regular files count.
    Terraform turns every string into Unicode's form C, and some file systems spell names otherwise.

    Raises PackageError for a link that leaves the source: what it points at differs between machines.
    """
    excluded = re.compile(exclude)
    root = os.path.realpath(source)
    files = {}
    for folder, _, names in os.walk(source, followlinks=True):
        for path in (Path(folder, name) for name in names):
            name = unicodedata.normalize("NFC", path.relative_to(source).as_posix())
            if excluded.fullmatch(name) or not path.is_file():
                continue
            if not os.path.realpath(path).startswith(os.path.join(root, "")):
                raise PackageError(f"{path} is a link out of {source}; copy the file in, or exclude it")
            files[name] = path
    return dict(sorted(files.items()))


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    """The zip's record of one file: of the file's mode only "executable" counts, of its date nothing."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))  # the earliest a zip can say
    info.create_system = 3  # Unix, or Windows would write 0 and Lambda ignore the mode
    info.external_attr = (stat.S_IFREG | (0o755 if mode & stat.S_IXUSR else 0o644)) << 16
    # Stored, not deflated: zlib, zlib-ng and zlib-rs compress one input to different bytes, and which of them
    # a Python has depends on its version and on who built it.
    info.compress_type = zipfile.ZIP_STORED
    return info


def pack(files: Mapping[str, Path], target: BinaryIO) -> str:
    """Write the zip of `files` and return their digest: SHA-256 of one line "<sha256>  <name>" a file.

    Each file is read once, so the digest is that of the bytes in the zip, whatever changes meanwhile.
    """
    lines = []
    with zipfile.ZipFile(target, "w") as archive:
        for name, path in files.items():
            data = path.read_bytes()
            archive.writestr(entry(name, path.stat().st_mode), data)
            lines.append(f"{hashlib.sha256(data).hexdigest()}  {name}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the name `path` when the block ends, and is gone when the block fails.

    Under a name of its own until then: whoever looks at `path` sees the whole old file or the whole new one,
    also when two builds run at once or the machine stops.
    """
    handle, temporary = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def build(source: Path, exclude: str, content: str, output: Path) -> int:
    """Write the zip `output` and return its number of files.

    Raises PackageError or OSError, and `output` is then what it was before.
    """
    files = find_files(source, exclude)
    if not files:
        raise PackageError(
            f"there is nothing to package in {source}; pass the directory of the function's code"
        )
    output.parent.mkdir(parents=True, exist_ok=True)
    (output.parent / ".gitignore").write_text("*\n")
    with replacing(output) as file:
        if pack(files, file) != content:
            raise PackageError(f"the files in {source} are not those of the plan; plan and apply again")
    return len(files)


def main(argument: str) -> None:
    order = json.loads(argument)
    source, output = Path(order["source_dir"]), Path(order["output"])
    try:
        count = build(source, order["exclude"], order["content"], output)
    except PackageError as error:
        sys.exit(f"package.py: {error}")
    except OSError as error:
        sys.exit(f"package.py: cannot package {source} as {output}: {error}; put that right and apply again")
    print(f"{output}: {count} files, {output.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
