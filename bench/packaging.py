"""What a package costs to build, beside terraform-aws-modules/lambda's packager: time and the zip, for
directories of several sizes; and for ours alone what `compress` and requirements take.

Each directory is in a git repository, as people's are. The time of the bench is processor time, so that other
processes count little: medians of rounds in which each has its turn.
"""

from __future__ import annotations

import importlib.metadata
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.figures import heading, line, table
from bench.packagers import PEER, VERSION, Built, Files, Packager, ours, packagers

OURS = "modules/package"
HANDLER = Path(__file__).parents[1] / "handler"
COLUMNS = {"processor": "ms", "time": "ms", "zip": "kB"}
SHARE = 1 / 3  # of the peer's time: the budget
REAL = "aws-lambda-powertools"  # whose modules are code of ordinary people
REQUIREMENTS = """\
aws-lambda-powertools==3.37.0
jmespath==1.1.0
typing_extensions==4.16.0
"""


@dataclass(frozen=True)
class Case:
    """A directory to package, so often; `alone` are other ways of ours."""

    name: str
    files: Callable[[], Files]
    times: int
    alone: Mapping[str, Packager] | None = None


def tree(count: int) -> dict[str, bytes]:
    """Small files, 30 to a folder, no two alike."""
    line = b"VALUE = %d  # a module of a kilobyte\n"
    return {f"pkg{number // 30:03}/mod{number:04}.py": line % number * 28 for number in range(count)}


def walkthrough() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(HANDLER.glob("*.py"))}


def modules() -> dict[str, bytes]:
    """The first hundred modules of a distribution that are no larger than 4 KB."""
    found = importlib.metadata.files(REAL) or []
    paths = {str(each): Path(str(each.locate())) for each in found if each.suffix == ".py"}
    small = {name: path.read_bytes() for name, path in sorted(paths.items()) if path.stat().st_size <= 4096}
    return dict(list(small.items())[:100])


COMPRESSED = {"modules/package, compress": partial(ours, compress=True)}
CASES = [
    Case("walkthrough", walkthrough, 9),
    Case("1 file", partial(tree, 1), 9),
    Case("100 files", partial(tree, 100), 9),
    Case("100 modules", modules, 5, COMPRESSED),
    Case("5,000 files", partial(tree, 5000), 3, COMPRESSED),
]


def measure(case: Case, root: Path, contestants: Mapping[str, Packager]) -> dict[str, list[Built]]:
    files = case.files()
    write(root, files)
    builds: dict[str, list[Built]] = {name: [] for name in contestants}
    for number in range(case.times + 1):
        for name, packager in contestants.items():
            built = packager(root, files)
            if number:  # the first one filled the caches of the machine
                builds[name].append(built)
    return builds


def write(root: Path, files: Files) -> None:
    for name, data in files.items():
        (root / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "src" / name).write_bytes(data)
    author = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false"]
    for command in (["init", "--quiet"], ["add", "src"], [*author, "commit", "--quiet", "--message=bench"]):
        subprocess.run(["git", *command], cwd=root, check=True)


def figures(builds: list[Built]) -> dict[str, float]:
    """Milliseconds and kilobytes."""
    return {
        "processor": round(statistics.median(built.processor for built in builds) * 1e3, 1),
        "time": round(statistics.median(built.seconds for built in builds) * 1e3, 1),
        "zip": round(builds[0].zip / 1e3, 1),
    }


def requirements() -> dict[str, dict[str, float]]:
    """Ours alone, as the peer runs pip for this machine: without and with the wheels of a build before."""
    files = {"app.py": b"", "requirements.txt": REQUIREMENTS.encode()}
    found = {}
    with tempfile.TemporaryDirectory() as root:
        write(Path(root), files)
        for name, keep, times in (("requirements, cold", False, 2), ("requirements, warm", True, 3)):
            found[name] = figures([ours(Path(root), files, keep=keep) for _ in range(times)])
    return found


def main() -> list[str]:
    """Print the table, in Markdown, and the figures as a line of JSON; a line for each budget missed."""
    print(heading("packaging"))
    contestants = packagers()
    found: dict[str, dict[str, dict[str, float]]] = {}
    for case in CASES:
        with tempfile.TemporaryDirectory() as root:
            builds = measure(case, Path(root), {**contestants, **(case.alone or {})})
        found[case.name] = {name: figures(each) for name, each in builds.items()}
    for name, each in requirements().items():
        found[name] = {OURS: each}
    named = {f"{case}: {name}": each for case, builds in found.items() for name, each in builds.items()}
    print(table(named, COLUMNS))
    print(line("packaging", named, {PEER: VERSION} if PEER in contestants else {}, units=COLUMNS))
    return missed(found)


def missed(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    """A line for each budget that was missed."""
    lines = []
    for case, builds in found.items():
        if PEER in builds:
            took, budget = builds[OURS]["processor"], builds[PEER]["processor"] * SHARE
            if took >= budget:
                lines.append(f"packaging, {case}: {took:,.0f} ms, budget {budget:,.0f} ms")
    return lines
