"""Wheels for interpreters of this machine, fetched by pip and kept for this user.

A distribution lies unpacked in `$XDG_CACHE_HOME/localalb/wheels/<interpreter>/<name>-<version>` (default
`~/.cache`). Functions import it, so a folder is believed only where nobody else may write. It appears whole,
under its name, whoever else fetches the same at the same time.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from localalb.runtime.foreign import Distribution, Interpreter

LONGEST = 600.0  # seconds that pip may take for one distribution; one that gets no bytes gives up far sooner
STALE = 24 * 3600  # seconds; what a killed pip left behind
OPTIONS = (
    *("--no-input", "--disable-pip-version-check", "--progress-bar=off", "--no-deps"),
    *("--only-binary=:all:", "--retries=1", "--timeout=5"),
)
# Of pip's settings only those count that say where wheels come from: index, folders, proxy, certificates.
SETTINGS = {"PIP_CONSTRAINT": os.devnull, "PIP_REQUIRE_VIRTUALENV": "0", "PIP_USER": "0"}


class NotFetched(Exception):
    """Why a distribution is not here; `remedy` is what to do about it."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.remedy = remedy


def shelf(interpreter: Interpreter, environ: Mapping[str, str] = os.environ) -> Path:
    """Where an interpreter's distributions are kept; makes that folder. Raises `NotFetched` where there is
    none, or where it is not this user's alone."""
    cache = environ.get("XDG_CACHE_HOME", "")
    label = sha256("\n".join(interpreter.tags).encode()).hexdigest()[:8]  # glibc counts too, and what next
    remedy = "name a folder of your own in XDG_CACHE_HOME"
    try:
        home = (Path(cache) if os.path.isabs(cache) else Path.home() / ".cache") / "localalb"
        path = home / "wheels" / f"{interpreter.tags[0]}-{label}"
        home.parent.mkdir(parents=True, exist_ok=True)
        for each in (home, home / "wheels", path):
            each.mkdir(mode=0o700, exist_ok=True)
            if not _ours(each):
                raise NotFetched(f"{each} is another user's, or others may write there", remedy)
        _sweep(path)
    except (OSError, RuntimeError) as error:  # no home
        raise NotFetched(f"there is no folder to keep it in: {error}", remedy) from error
    return path


def _ours(path: Path) -> bool:
    status = path.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _sweep(path: Path) -> None:
    for each in path.glob(".*.tmp"):
        with suppress(OSError):
            if time.time() - each.stat().st_mtime > STALE:
                shutil.rmtree(each, ignore_errors=True)


def kept(folder: Path) -> bool:
    """Whether a distribution is there."""
    try:
        return _ours(folder)
    except OSError:
        return False


async def fetch(distribution: Distribution, interpreter: Interpreter, folder: Path) -> None:
    """Let pip put the wheel of a distribution into `folder`, on its shelf. Raises `NotFetched`.

    pip runs under the interpreter that is to import it and decides which wheel fits. No source distribution
    is built: that would run its code.
    """
    found = importlib.util.find_spec("pip")
    if found is None or found.origin is None:
        remedy = f"install it: {sys.executable} -m ensurepip"
        raise NotFetched("the Python that runs localalb has no pip", remedy)
    command = [interpreter.executable, "-I", "-X", "utf8", str(Path(found.origin).parent), "install"]
    wanted = f"{distribution.name}=={distribution.version}"
    try:
        with _appearing(folder) as staging:
            code, said = await _run([*command, *OPTIONS, f"--target={staging}", wanted])
            if code:
                raise reason(code, said)
    except OSError as error:
        raise NotFetched(f"pip cannot put it there: {error}", f"see to {folder.parent}") from error


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A new folder beside it, which is `folder` once all went well. Raises `OSError`."""
    staging = Path(tempfile.mkdtemp(prefix=".", suffix=".tmp", dir=folder.parent))
    try:
        yield staging
        try:
            staging.rename(folder)
        except OSError:
            if not kept(folder):  # else another cloud was faster
                raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


async def _run(command: list[str]) -> tuple[int, str]:
    """Exit status and standard error. Whoever is cancelled takes pip along."""
    environ = os.environ | SETTINGS
    process = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, env=environ
    )
    try:
        async with asyncio.timeout(LONGEST):
            _, said = await process.communicate()
    except TimeoutError:
        return -1, f"ERROR: no end after {LONGEST:.0f} s"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, said.decode("utf-8", "replace")


def reason(code: int, said: str) -> NotFetched:
    """Why pip gave up, of what it said on standard error."""
    said = re.sub(r"//[^/@\s]+@", "//****@", said)  # an index's user and password
    broken = re.search(r"after connection broken by '(.+)': ", said)
    if broken:
        words = re.sub(r"^\w+\([\"']?(?:<[^>]*>: )?|[\"')]+$", "", broken[1])
        return NotFetched(
            f"pip cannot reach a package index ({words})",
            "let pip reach one, or name a folder of wheels in its settings (PIP_FIND_LINKS); invoke again",
        )
    if "No matching distribution found for" in said:
        hint = re.search(r"^WARNING: ([0-9]{3} Error.*|Could not fetch URL .*)$", said, re.MULTILINE)
        return NotFetched(
            "pip finds no such wheel in its package index" + (f" ({hint[1].strip()})" if hint else ""),
            "take a version that has one, or name a folder with one in pip's settings (PIP_FIND_LINKS)",
        )
    complaint = " ".join(said[max(said.find("ERROR: "), 0) :].split())
    return NotFetched(
        f"pip says: {complaint or f'nothing, and exits with {code}'}", "put that right and invoke again"
    )
