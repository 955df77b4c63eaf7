"""Programs from npm, at the versions of a lock file beside this one."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.clients.tools import tool


def installed(source: Path, parts: Sequence[str]) -> Path:
    """A directory with these files of `source` beside their packages, which npm fetched once for their lock
    file."""
    digest = hashlib.sha256(b"".join((source / part).read_bytes() for part in parts)).hexdigest()[:12]
    place = Path(sys.prefix) / "npm" / f"{source.name}-{digest}"
    if not place.exists():
        npm = tool("npm", "npm")
        place.parent.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=place.parent) as staged:
            for part in parts:
                shutil.copy(source / part, staged)
            line = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(line, cwd=staged, check=True, capture_output=True, timeout=300)
            shutil.move(staged, place)
            Path(staged).mkdir()  # what TemporaryDirectory removes
    return place
