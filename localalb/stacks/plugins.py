"""Where the providers of stacks under test are kept, for every project of this user."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path


def plugins(environ: Mapping[str, str] = os.environ) -> Path:
    """`$XDG_CACHE_HOME/localalb/terraform` (default `~/.cache`). Terraform runs what is in there, so it is
    believed only where nobody else may write. Raises `PermissionError`."""
    cache = environ.get("XDG_CACHE_HOME", "")
    home = (Path(cache) if os.path.isabs(cache) else Path.home() / ".cache") / "localalb"
    home.parent.mkdir(parents=True, exist_ok=True)
    for each in (home, home / "terraform"):
        each.mkdir(mode=0o700, exist_ok=True)
        found = each.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
            raise PermissionError(
                f"{each} is another user's, or others may write there: name a folder of your own in "
                "XDG_CACHE_HOME"
            )
    return home / "terraform"
