"""A function that is debugged, as its execution environments see it."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from localalb.runtime.function import Function

NAME = "debugpy"
VARIABLE = "_LOCALALB_DEBUGGER"  # what debug_bootstrap.py reads


@dataclass(frozen=True, slots=True)
class Debugger:
    """A debugger that waits for one worker: at a port of this machine, where the worker says `token`.
    `package` is a directory in which debugpy can be imported."""

    port: int
    token: str
    package: Path
    debugged: Debugged

    @property
    def attached(self) -> bool:
        return self.debugged.attached

    @property
    def variables(self) -> dict[str, str]:
        asked = {"port": self.port, "token": self.token, "package": str(self.package)}
        return {VARIABLE: json.dumps(asked)}


class Debugged(Protocol):
    """A function that somebody wants to debug."""

    @property
    def attached(self) -> bool:
        """Whether a debugger is there, or is on its way back: only then is anything other than usual."""
        ...

    async def debugger(self, function: Function, task_root: Path) -> Debugger | None:
        """The debugger for one new environment; None where none comes."""
        ...


def link(directory: Path) -> Path:
    """A directory in which debugpy can be imported, and nothing of what is installed beside it. Raises
    `LookupError`."""
    spec = importlib.util.find_spec(NAME)
    if spec is None or spec.origin is None:
        raise LookupError(f"{NAME} is not installed beside localalb")
    directory.mkdir(parents=True, exist_ok=True)
    package = directory / NAME
    if not package.is_symlink():
        package.symlink_to(Path(spec.origin).parent)
    return directory
