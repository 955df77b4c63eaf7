"""The rooms of localalb and what each may import: arrows run down (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import localalb

HOUSE = Path(localalb.__file__).parent
# From the top: a room imports itself and what stands behind it.
ROOMS = ("inspector", "control_plane", "serving", "forwarding", "balancer", "login", "runtime", "http")
ABOVE = {room: {f"localalb.{other}" for other in ROOMS[:floor]} for floor, room in enumerate(ROOMS)}
ABOVE["stacks"] = {f"localalb.{room}" for room in ROOMS}
ABOVE["adoption"] = ABOVE["stacks"]
CALLED = {
    f"localalb.{name}"
    for name in (
        "adoption",
        "cli",
        "cloud",
        "commands",
        "debugging",
        "dev",
        "garbage",
        "pytest_plugin",
        "sample",
        "stacks",
    )
}
# What a room of CALLED's may import of it all the same.
MAY = {
    "adoption": {"localalb.adoption"},
    "stacks": {"localalb.stacks", "localalb.adoption"},
    "dev": {"localalb.dev"},
    "debugging": {"localalb.debugging"},
    "commands": {"localalb.cloud", "localalb.commands", "localalb.dev", "localalb.sample", "localalb.stacks"},
}
ABOVE["dev"] = {f"localalb.{room}" for room in ROOMS if room not in ("runtime", "http")}
ABOVE["debugging"] = {f"localalb.{room}" for room in ROOMS if room != "runtime"}
ABOVE["commands"] = {f"localalb.{room}" for room in ROOMS if room != "http"}
MODULES = sorted(HOUSE.glob("*/**/*.py"))


def imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def of(package: str, names: set[str]) -> set[str]:
    return {name for name in names if (name + ".").startswith(package + ".")}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_no_arrow_runs_up(module: Path) -> None:
    room, names = module.relative_to(HOUSE).parts[0], set(imports(module))
    forbidden = ABOVE[room] | (CALLED - MAY.get(room, set()))
    assert not {name for package in forbidden for name in of(package, names)}
    assert room == "control_plane" or not of("moto", names)
    assert room in ("serving", "forwarding") or not of("ssl", names)
    assert room in ("serving", "adoption") or not of("h2", names)
    assert room == "serving" or not of("OpenSSL", names)
    assert room == "forwarding" or not of("h11", names)


@pytest.mark.parametrize("module", sorted((HOUSE / "http").glob("*.py")), ids=lambda path: path.name)
def test_http_has_no_world(module: Path) -> None:
    worlds = ("asyncio", "socket", "time", "random", "secrets", "os", "threading")
    assert not {name for world in worlds for name in of(world, set(imports(module)))}


@pytest.mark.parametrize("module", sorted(HOUSE.rglob("*.py")), ids=lambda path: path.name)
def test_only_connections_and_the_pipe_to_a_worker_use_transports(module: Path) -> None:
    used = {node.attr for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Attribute)}
    uses = used & {"Protocol", "Transport", "BaseTransport", "create_server"}
    assert (
        not uses
        or module.parent.name == "serving"
        or module.name
        in (
            "environment.py",
            "frames.py",
            "connection.py",
        )
    )


def test_the_bootstrap_needs_the_standard_library_only() -> None:
    names = {name.partition(".")[0] for name in imports(HOUSE / "runtime" / "bootstrap.py")}
    assert names <= sys.stdlib_module_names


def test_the_drawn_arrows_are_the_imports() -> None:
    """docs/architecture.md, drawn by hand and held to the code."""
    page = (HOUSE.parent / "docs" / "architecture.md").read_text()
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", page, re.MULTILINE))
    built = set()
    for module in HOUSE.rglob("*.py"):
        place = module.relative_to(HOUSE)
        room = place.parts[0].removesuffix(".py")
        for name in of("localalb", set(imports(module))):
            other = name.split(".")[1]
            if (HOUSE / other).is_dir() or (HOUSE / f"{other}.py").exists():
                built.add((room, other))
    assert drawn == {(room, other) for room, other in built if room != other}
