"""What an execution environment runs: the unpacked package and layers, an interpreter, AWS's SDK."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import packaging

from localalb.runtime import foreign
from localalb.runtime.foreign import Interpreter

# Lambda's Python runtimes carry the AWS SDK ("Python runtime-included packages"); all of it is pure Python.
SDK = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
RUNTIME = re.compile(r"python3\.[0-9]+")  # those that run here
# What an interpreter is asked of itself, where it may have no packages: `packaging` is this one's.
LOADS = """
import importlib.machinery, json, sys, sysconfig
sys.path.append(sys.argv[1])
from packaging.tags import sys_tags
name = "python%d.%d on %s" % (*sys.version_info[:2], sysconfig.get_platform())
print(json.dumps([name, [str(tag) for tag in sys_tags()], importlib.machinery.EXTENSION_SUFFIXES]))
"""
MAX_UNPACKED = 250 * 1024 * 1024  # bytes ("Lambda quotas": deployment package, unzipped)


def unpack(package: bytes, directory: Path) -> Path:
    """Lay out a deployment package in `directory`, with the modes it holds, all or nothing. Nobody may write
    there: a function's code is read-only on Lambda. (Whoever is root may all the same.)

    Raises `zipfile.BadZipFile` for what is no zip.
    """
    return merge((package,), directory)


def merge(packages: Sequence[bytes], directory: Path) -> Path:
    """The same of several packages, each over those before it, as layers lie in /opt (developer guide,
    "Adding layers to functions")."""
    if directory.exists():
        return directory
    directory.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=directory.parent))
    try:
        modes = {}
        for package in packages:
            with zipfile.ZipFile(BytesIO(package)) as archive:
                for member in archive.infolist():
                    mode = stat.S_IMODE(member.external_attr >> 16)
                    # Nothing setuid, setgid or writable, whatever the package says.
                    path = archive.extract(member, staging)
                    if not member.is_dir():
                        modes[path] = mode & 0o555 | 0o400
        for path, mode in modes.items():  # at the end: the next package may write the same file
            os.chmod(path, mode)
        staging.rename(directory)
        for folder, _, _ in os.walk(directory):
            os.chmod(folder, 0o555)
    except OSError:
        if not directory.exists():
            raise
    except (RuntimeError, EOFError, zlib.error) as error:  # encrypted, cut off, damaged
        raise zipfile.BadZipFile(str(error)) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return directory


def unpacked_size(package: bytes) -> int:
    """The bytes of a package's files; 0 for what is no zip."""
    try:
        with zipfile.ZipFile(BytesIO(package)) as archive:
            return sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        return 0


@lru_cache
def interpreter(runtime: str) -> tuple[str, str]:
    """The interpreter for a runtime such as `python3.13`, and a word where it is not that version.

    One that stands on PATH but does not run (a version manager's shim) does not count. One that runs says
    where it really is: a shim needs more of an environment than a worker has.
    """
    found = shutil.which(runtime)
    version, executable = _introduce(found) if found else ("", "")
    if version == runtime:
        return executable, ""
    current = "python{}.{}".format(*sys.version_info)
    if current == runtime:
        return sys.executable, ""
    return sys.executable, f"{runtime} is not on PATH; running under {current}"


def _introduce(path: str) -> tuple[str, str]:
    """What an interpreter says of itself: its version and its path. Empty where it does not run."""
    say = "import sys; print('python%d.%d' % sys.version_info[:2], sys.executable, sep='\\n')"
    try:
        answer = subprocess.run([path, "-c", say], capture_output=True, text=True, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return "", ""
    version, _, executable = answer.strip().partition("\n")
    return version, executable


@lru_cache
def described(executable: str) -> Interpreter:
    """What an interpreter that runs can load. Takes a tenth of a second, once."""
    command = [executable, "-I", "-S", "-c", LOADS, str(Path(packaging.__path__[0]).parent)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    name, tags, suffixes = json.loads(said)
    with open(executable, "rb") as file:
        machines = foreign.machines(file.read(foreign.HEADER))
    return Interpreter(executable, name, tuple(tags), tuple(suffixes), machines)


def link_sdk(directory: Path) -> Path:
    """A directory in which the AWS SDK can be imported and nothing else of localalb's own packages can, so
    that a function that forgot to package a dependency fails here as it would on AWS."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in SDK:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        link = directory / source.name
        if not link.is_symlink():
            link.symlink_to(source)
    return directory
