"""Which files of the user's a function's code was packaged from. A traceback names the unpacked copies, in
CloudWatch Logs too, as it does on AWS; whoever shows it to a person puts the user's own in their place."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

_NAME = r"/([^\s\"'\\:,;()\[\]]+)"
_QUOTED_NAME = r"/([^\"\\\n]+)"


def with_sources(text: str, sources: Mapping[str, str], shown: Callable[[Path], str] = str) -> str:
    """Text in which paths of unpacked files are those of the files they came from, where these are there.
    `sources` are directories by the ones that their packages are unpacked in; `shown` writes a path."""
    if not any(root in text for root in sources):
        return text
    roots = "|".join(map(re.escape, sources))

    def written(found: re.Match[str]) -> str:
        path = Path(sources[found[1]], found[2])
        return shown(path) if path.is_file() else found[0]

    text = re.sub(f'(?<=")({roots}){_QUOTED_NAME}', written, text)
    return re.sub(f'(?<!")({roots}){_NAME}', written, text)


def pairs(source: Path, unpacked: Path) -> Iterator[tuple[Path, Path]]:
    """Each Python file of a source directory that is in a package, and its copy in the unpacked one."""
    for folder, _, names in os.walk(unpacked):
        for name in sorted(names):
            copy = Path(folder, name)
            file = source / copy.relative_to(unpacked)
            if name.endswith(".py") and file.is_file():
                yield file, copy
