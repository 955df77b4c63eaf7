"""The folder the zips lie in: whole files only, and none that nobody will use again."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

HOUR = 3600
DAY = 24 * HOUR
OWNERS = "owners"
_ZIP = re.compile(r"(?P<name>.+)-[0-9a-f]{64}\.zip")


def prepare(folder: Path) -> None:
    """Make the folder, hidden from git."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".gitignore").exists():
        with replacing(folder / ".gitignore") as file:
            file.write(b"*\n")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the name `path` when the block ends, and is gone when the block fails.

    Under a name of its own until then: whoever looks at `path` sees the whole old file or the whole new one,
    also when two builds run at once or one is killed.
    """
    handle, temporary = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def claim(output: Path, owner: str) -> None:
    """Write down that `owner` is about to upload `output`, and nothing else from now on.

    Before the zip is there, so that a clean which sees the zip sees its owner too.
    """
    owners = output.parent / OWNERS
    owners.mkdir(exist_ok=True)
    with replacing(owners / owner) as file:
        file.write(output.name.encode())


def clean(output: Path) -> None:
    """Remove the other zips of the same name that nobody claims, and what killed builds left.

    A name alone does not say whose a zip is: one stack may have a function of one name in two regions, and
    upload both in one apply. A claim ends after a day, which is more than an apply takes: a zip that has been
    uploaded is never needed again, and who destroyed a stack claims nothing.
    """
    match = _ZIP.fullmatch(output.name)
    name = match["name"] if match else None
    zips = list(output.parent.glob("*.zip"))  # before the claims: see there
    remove_older(output.parent / OWNERS, "*", DAY)
    claimed = {output.name}
    for owner in (output.parent / OWNERS).iterdir():
        with suppress(FileNotFoundError):
            claimed.add(owner.read_bytes().decode())
    for path in zips:
        match = _ZIP.fullmatch(path.name)
        if match and match["name"] == name and path.name not in claimed:
            remove(path)
    remove_older(output.parent, "*.tmp", HOUR)


def remove_older(folder: Path, pattern: str, seconds: float) -> None:
    """Remove what matches in `folder` and has not been touched for so long."""
    for path in folder.glob(pattern):
        with suppress(OSError):  # another build was faster
            if time.time() - path.stat().st_mtime > seconds:
                remove(path)


def remove(path: Path) -> None:
    """Remove a file or a folder, as far as that can be done: tidying fails no build."""
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
