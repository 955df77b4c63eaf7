"""What a package costs to build: time, size and memory, for directories of several sizes and with
requirements.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PACKAGE_PY = Path(__file__).parents[1] / "modules" / "package" / "package.py"
REQUIREMENTS = """\
aws-lambda-powertools==3.37.0
jmespath==1.1.0
typing_extensions==4.16.0
"""


@dataclass(frozen=True)
class Run:
    """One build: its time and, as the kernel counted them, the memory of it and of what it started."""

    seconds: float
    peak: int  # bytes
    zip: int  # bytes


@dataclass(frozen=True)
class Case:
    """A directory to package, so often; `budget` is in seconds."""

    name: str
    files: dict[str, bytes]
    times: int
    cold: bool = True
    budget: float | None = None


def tree(count: int) -> dict[str, bytes]:
    """Small files, 30 to a folder, no two alike."""
    line = b"VALUE = %d  # a module of a kilobyte\n"
    return {f"pkg{number // 30:03}/mod{number:04}.py": line % number * 28 for number in range(count)}


CASES = [
    Case("1 file", tree(1), 9),
    Case("100 files", tree(100), 9, budget=0.150),
    Case("5,000 files", tree(5000), 5, budget=2.0),
    Case("requirements, cold", {"app.py": b"", "requirements.txt": REQUIREMENTS.encode()}, 3),
    Case("requirements, warm", {"app.py": b"", "requirements.txt": REQUIREMENTS.encode()}, 5, cold=False),
]


def order(source: Path, output: Path, files: dict[str, bytes]) -> str:
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)]
    return json.dumps(
        {
            "source_dir": str(source), "exclude": "^(?:)(?:/.*)?$", "output": str(output), "owner": "bench",
            "content": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
            "runtime": "python3.13", "architecture": "arm64",
        }
    )  # fmt: skip


def measure(argument: str, output: Path) -> Run:
    """package.py as Terraform starts it, by the Python that runs this."""
    command = [sys.executable, "-I", "-B", "-X", "utf8", str(PACKAGE_PY), argument]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    # wait4 tells of this one process and those it waited for; getrusage of the largest child there ever was.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{PACKAGE_PY} failed; what it said stands above")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_maxrss * unit, output.stat().st_size)


def repeat(case: Case, root: Path) -> list[Run]:
    """The case's runs. Cold: the folder of zips is new each time; warm: the wheels of a first run are
    there.
    """
    source = root / "source"
    for name, data in case.files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(data)
    output = root / "out" / f"bench-{'0' * 64}.zip"
    argument = order(source, output, case.files)
    runs = [measure(argument, output)]
    while len(runs) < case.times + 1:
        if case.cold:
            shutil.rmtree(output.parent)
        runs.append(measure(argument, output))
    return runs[1:]  # the first one filled the caches of the machine


def main() -> list[str]:
    """Print the table; a line for each budget that was missed."""
    print(
        f"packaging, Python {platform.python_version()}, {os.cpu_count()} processors; median of several "
        "builds"
    )
    print(f"{'':20}{'time':>10}{'zip':>12}{'peak':>10}   budget")
    missed = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as root:
            runs = repeat(case, Path(root))
        seconds = statistics.median(run.seconds for run in runs)
        verdict = ""
        if case.budget is not None:
            if seconds >= case.budget:
                missed.append(
                    f"packaging, {case.name}: {seconds * 1000:,.0f} ms, budget {case.budget * 1000:,.0f} ms"
                )
            verdict = f"{case.budget * 1000:,.0f} ms, {'met' if seconds < case.budget else 'MISSED'}"
        peak = max(run.peak for run in runs) / 2**20
        row = (
            f"{case.name:20}{seconds * 1000:7,.0f} ms{runs[0].zip / 1000:9,.1f} kB{peak:7,.0f} MB   {verdict}"
        )
        print(row.rstrip())
    return missed
