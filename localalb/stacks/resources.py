"""What a stack made, as its state has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def made(state: Path, kind: str) -> Iterator[dict[str, Any]]:
    """The attributes of each managed resource of a kind, such as `aws_lb`. A state that is not there has
    none."""
    if not state.exists():
        return
    for resource in json.loads(state.read_text() or "{}").get("resources", []):
        if resource["mode"] == "managed" and resource["type"] == kind:
            for instance in resource["instances"]:
                yield instance["attributes"]


def outputs(state: Path) -> dict[str, Any]:
    """As `terraform output -json` prints them, without a process for it."""
    found = json.loads(state.read_text() or "{}").get("outputs", {}) if state.exists() else {}
    return {name: output["value"] for name, output in found.items()}
