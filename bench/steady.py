"""How long answers take at a fixed rate of 500 requests a second: the walkthrough's handler behind localalb,
beside serverless-offline and the floor.

The rate is kept whatever becomes of the answers (`bench.pacer`), so no waiting is hidden. Each is asked in
turn, in slices of a minute; the first seconds of the first are left out.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from urllib.parse import urlsplit

from bench.contestants import CONTESTANTS, PACKAGES, Server, Unavailable
from bench.figures import heading, line, table

RATE = 500  # requests a second
SLICE = 60.0  # seconds
WARM = 5.0  # seconds
OURS, BUDGET = "localalb", 20.0  # ms: its p99.9
COLUMNS = {
    "p50": "ms",
    "p99": "ms",
    "p99.9": "ms",
    "longest": "ms",
    "lost": "",
    "before": "MB",
    "after": "MB",
}


def paced(server: Server, seconds: float) -> tuple[list[float], list[float], int]:
    """The milliseconds of answers, how many the requests were late, and how many answers did not come."""
    url = urlsplit(server.url)
    assert url.hostname
    command = [sys.executable, "-m", "bench.pacer", url.hostname, str(url.port), url.path or "/"]
    said = subprocess.run(
        [*command, str(RATE), str(seconds)], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    found = json.loads(said)
    return found["taken"], found["late"], found["lost"]


def percentile(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def measure(seconds: float) -> tuple[dict[str, dict[str, float]], float]:
    """The figures of each contestant, and the p99.9 of how late the requests were."""
    slices = max(1, round(seconds / SLICE))
    with ExitStack() as stack:
        servers = {}
        for name, contestant in CONTESTANTS.items():
            try:
                servers[name] = stack.enter_context(contestant())
            except Unavailable as error:
                print(f"{name} is left out: {error}")
        for server in servers.values():
            paced(server, WARM)
        before = {name: server.memory() for name, server in servers.items()}
        taken: dict[str, list[float]] = {name: [] for name in servers}
        lost = dict.fromkeys(servers, 0)
        late: list[float] = []
        for _ in range(slices):
            for name, server in servers.items():
                times, behind, missing = paced(server, seconds / slices)
                taken[name] += times
                lost[name] += missing
                late += behind
        figures = {
            name: {
                "p50": round(statistics.median(times), 2),
                "p99": round(percentile(times, 0.99), 2),
                "p99.9": round(percentile(times, 0.999), 2),
                "longest": round(max(times), 2),
                "lost": lost[name],
                "before": round(before[name] / 2**20),
                "after": round(servers[name].memory() / 2**20),
            }
            for name, times in taken.items()
        }
        return figures, round(percentile(late, 0.999), 2)


def main(seconds: float = 600.0) -> list[str]:
    """Print the table, in Markdown, and the figures as a line of JSON; a line for each budget missed."""
    print(heading("steady"))
    figures, late = measure(seconds)
    print(table(figures, COLUMNS))
    print(f"requests were at most {late} ms late, but for a thousandth of them")
    paced_at = {"rate": RATE, "seconds": seconds, "late": late}
    print(line("steady", figures, PACKAGES, units=COLUMNS, **paced_at))
    ours = figures[OURS]
    found = [f"steady, {int(ours['lost'])} answers were lost"] if ours["lost"] else []
    if ours["p99.9"] >= BUDGET:
        found.append(f"steady, p99.9: {ours['p99.9']:,.1f} ms, budget {BUDGET:.0f} ms")
    return found
