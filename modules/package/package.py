"""Write the zip of a Lambda function: the same files give the same bytes, whoever builds it and wherever.

Takes one argument, a JSON object:

    source_dir    the directory to package
    exclude       a regular expression; files whose name in the zip matches are left out
    content       the SHA-256 the files must have, see `build`
    runtime       what requirements.txt is installed for: python3.13
    architecture  and its processor: arm64 or x86_64
    compress      true to deflate all that can be, whatever time it takes
    output        the zip to write, <name>-<digest>.zip; its directory is made, and hidden from git
    owner         who will use the zip: any name, the same at every build of the same function

Exits 0 with the whole zip under its name and the stale ones of that name gone; or 1 with one line on stderr,
and the zip is what it was before. Standard library only (pip too, where there is a requirements.txt), Python
3.9 or later: it runs under whichever Python the machine that applies has. Half of a small build is imports,
so what most builds do without is imported where it is needed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import ExitStack
from functools import partial

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # -I leaves it out

import archive
import folder
import sources
from problem import PackageError

TYPE_CHECKING = False  # typing is slow to import too
if TYPE_CHECKING:
    from typing import Any

REQUIREMENTS = "requirements.txt"


def build(order: dict[str, Any]) -> int:
    """Write the zip and return its number of files.

    The digest of the files is SHA-256 of one line "<sha256>  <name>" a file. Each is read once, so the digest
    is that of the bytes in the zip, whatever changes meanwhile.

    Raises PackageError or OSError, and the zip is then what it was before.
    """
    source, output = order["source_dir"], order["output"]
    kept = os.path.dirname(output)
    files = sources.find_files(source, order["exclude"])
    if not files:
        raise PackageError(
            f"there is nothing to package in {source}; pass the directory of the function's code"
        )
    folder.prepare(kept)
    digests: dict[str, str] = {}

    def read(name: str) -> bytes:
        with open(files[name].path, "rb") as file:
            data = file.read()
        digests[name] = hashlib.sha256(data).hexdigest()
        return data

    executable = sources.executable(source, files)
    with ExitStack() as stack:
        entries: dict[str, archive.Entry] = {}
        if REQUIREMENTS in files:
            import wheels  # a package without requirements does without the time this takes

            goal = wheels.target(order["runtime"], order["architecture"])
            entries.update(wheels.entries(source, files, goal, kept, stack))
        for name, file in files.items():
            entries[name] = archive.Entry(file.size, name in executable, partial(read, name))
        folder.claim(output, order["owner"])
        with folder.replacing(output) as target:
            archive.write(entries, target, order["compress"])
            lines = [f"{digests[name]}  {name}" for name in sorted(digests)]
            if hashlib.sha256("\n".join(lines).encode()).hexdigest() != order["content"]:
                raise PackageError(f"the files in {source} are not those of the plan; plan and apply again")
            target.flush()
            # The machine may stop, and the name must not be there without the bytes.
            os.fsync(target.fileno())
    folder.clean(output)
    return len(entries)


def main(argument: str) -> None:
    order = json.loads(argument)
    source, output = order["source_dir"], order["output"]
    try:
        count = build(order)
    except PackageError as error:
        sys.exit(f"package.py: {error}")
    except OSError as error:
        sys.exit(f"package.py: cannot package {source} as {output}: {error}; put that right and apply again")
    print(f"{output}: {count} files, {os.path.getsize(output)} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
