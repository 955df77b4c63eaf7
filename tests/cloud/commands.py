"""The command `localalb`, run as somebody types it: nothing but the environment says which cloud is meant."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping


def localalb(
    *arguments: str, environ: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command in an empty directory, so that only AWS_ENDPOINT_URL can lead it to a cloud."""
    with tempfile.TemporaryDirectory() as directory:
        return subprocess.run(
            [sys.executable, "-m", "localalb", *arguments],
            cwd=directory,
            env=dict(os.environ if environ is None else environ),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )
