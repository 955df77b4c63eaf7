"""The folder the zips lie in: whole files only, and none that nobody will use again.

Paths are plain strings here, as pathlib and tempfile take longer to import than a small package to build.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

TYPE_CHECKING = False  # typing is slow to import too
if TYPE_CHECKING:
    from typing import BinaryIO

HOUR = 3600
DAY = 24 * HOUR
OWNERS = "owners"
_ZIP = re.compile(r"(?P<name>.+)-[0-9a-f]{64}\.zip")


def prepare(folder: str) -> None:
    """Make the folder, hidden from git."""
    os.makedirs(folder, exist_ok=True)
    hidden = os.path.join(folder, ".gitignore")
    if not os.path.exists(hidden):
        with replacing(hidden) as file:
            file.write(b"*\n")


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """A new file that takes the name `path` when the block ends, and is gone when the block fails.

    Under a name of its own until then: whoever looks at `path` sees the whole old file or the whole new one,
    also when two builds run at once or one is killed.
    """
    temporary = f"{os.path.splitext(path)[0]}.{os.urandom(8).hex()}.tmp"
    # "x": nobody has that name. 0600: it is the builder's code.
    with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        try:
            yield file
            file.close()  # Windows renames no open file
            os.replace(temporary, path)
        except BaseException:
            file.close()
            with suppress(FileNotFoundError):
                os.unlink(temporary)
            raise


def claim(output: str, owner: str) -> None:
    """Write down that `owner` is about to upload `output`, and nothing else from now on.

    Before the zip is there, so that a clean which sees the zip sees its owner too.
    """
    folder, name = os.path.split(output)
    owners = os.path.join(folder, OWNERS)
    os.makedirs(owners, exist_ok=True)
    with replacing(os.path.join(owners, owner)) as file:
        file.write(name.encode())


def clean(output: str) -> None:
    """Remove the other zips of the same name that nobody claims, and what killed builds left.

    A name alone does not say whose a zip is: one stack may have a function of one name in two regions, and
    upload both in one apply. A claim ends after a day, which is more than an apply takes: a zip that has been
    uploaded is never needed again, and who destroyed a stack claims nothing.
    """
    folder, mine = os.path.split(output)
    zips = [found for found in os.listdir(folder) if found.endswith(".zip")]  # before the claims: see there
    owners = os.path.join(folder, OWNERS)
    remove_older(owners, "", DAY)
    claimed = {mine}
    for owner in os.listdir(owners):
        with suppress(FileNotFoundError), open(os.path.join(owners, owner), "rb") as file:
            claimed.add(file.read().decode())
    for found in zips:
        if found not in claimed and name_of(found) == name_of(mine) is not None:
            remove(os.path.join(folder, found))
    remove_older(folder, ".tmp", HOUR)


def name_of(file: str) -> str | None:
    """What a zip is called before its digest; None where it has none."""
    match = _ZIP.fullmatch(file)
    return match["name"] if match else None


def remove_older(folder: str | os.PathLike[str], ending: str, seconds: float) -> None:
    """Remove what in `folder` ends so and has not been touched for so long."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        with suppress(OSError):  # another build was faster
            if name.endswith(ending) and time.time() - os.stat(path).st_mtime > seconds:
                remove(path)


def remove(path: str | os.PathLike[str]) -> None:
    """Remove a file or a folder, as far as that can be done: tidying fails no build."""
    with suppress(OSError):
        if os.path.isdir(path):
            import shutil  # slow to import, and only a folder of wheels needs it

            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
