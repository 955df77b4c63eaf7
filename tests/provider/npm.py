"""Packages of npm as they are published, to be read: nothing of them is installed or run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

DOWNLOADS = Path(sys.prefix) / "npm"


class Unavailable(Exception):
    """A package is not to be had; the message is for the person at the keyboard."""


def package(spec: str, downloads: Path = DOWNLOADS) -> Path:
    """The .tgz of a package, @scope/name@version, downloaded once."""
    name = spec.removeprefix("@").replace("/", "-").replace("@", "-") + ".tgz"
    path = downloads / name
    if path.exists():
        return path
    if not shutil.which("npm"):
        raise Unavailable(
            "npm is not on PATH: install Node.js, which brings it (Debian: apt-get install npm)"
        )
    downloads.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=downloads) as place:
        command = ["npm", "pack", "--silent", "--pack-destination", place, spec]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode:
            raise Unavailable(f"npm cannot download {spec}:\n{result.stdout}")
        (Path(place) / name).rename(path)  # whole, or not there
    return path


def texts(path: Path, wanted: Callable[[str], bool]) -> dict[str, str]:
    """The wanted files of a package, by their paths in it."""
    with tarfile.open(path) as archive:
        return {
            each.name: file.read().decode()
            for each in archive
            if wanted(each.name) and (file := archive.extractfile(each))
        }
