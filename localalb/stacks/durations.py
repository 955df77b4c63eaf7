"""How long `up` takes in a directory: what the last run of each kind took, in `.localalb/took.json`."""

from __future__ import annotations

import json
from pathlib import Path

NAME = "took.json"


def kind(*, new: bool, balancer: bool) -> str:
    """What tells a long run from a short one: whether the cloud is new, so that everything is made, and
    whether a load balancer is, which the AWS provider waits 60 s for."""
    return "new" if new else "load balancer" if balancer else "edit"


def usual(home: Path, kind: str) -> float | None:
    """The seconds that a run of a kind takes; None where none is known."""
    return _read(home).get(kind)


def note(home: Path, kind: str, seconds: float) -> None:
    (home / NAME).write_text(json.dumps(_read(home) | {kind: round(seconds, 1)}))


def _read(home: Path) -> dict[str, float]:
    try:
        kept = json.loads((home / NAME).read_text())
        return {name: float(each) for name, each in kept.items()}
    except (OSError, ValueError, TypeError, AttributeError):  # nobody's work, so it is begun anew
        return {}
