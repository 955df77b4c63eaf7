"""How many requests a second the walkthrough's handler answers behind localalb, beside serverless-offline and
beside the floor (`bench.floor`), and how long they take.

wrk asks each in turn over 1, 8 and 32 connections, five times: what stands in the table are medians.
Processor time is that of the server's and its workers' processes; other processes count little in it.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench.contestants import CONTESTANTS, PACKAGES, Server, Unavailable

SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = (1, 8, 32)
ROUNDS = 5
SECONDS = 3
OURS, PEER, FLOOR = "localalb", "serverless-offline", "floor"
# The budgets: times the peer's throughput, the share of the floor's, and the longest p99 at 32 in any run.
AHEAD = {1: 1.6, 8: 1.7, 32: 2.0}
SHARE = {8: 0.8, 32: 0.8}
LONGEST = 30.0


@dataclass(frozen=True)
class Run:
    """Requests a second, percentiles of their times in ms, microseconds of processor time a request."""

    throughput: float
    p50: float
    p99: float
    processor: float


def need_wrk() -> None:
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not on PATH: install it (Debian: apt-get install wrk)")


def run(server: Server, connections: int, seconds: int = SECONDS) -> Run:
    """Raises `RuntimeError` where a request was not answered with 200."""
    before = server.processor_time()
    how = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
    command = ["wrk", *how, "-s", str(SCRIPT), server.url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(said.splitlines()[-1])
    if found["failed"] or not found["requests"]:
        raise RuntimeError(f"{found['failed']} of {found['requests']} requests to {server.url} failed")
    spent = (server.processor_time() - before) / found["requests"] * 1e6
    return Run(found["requests"] / found["seconds"], found["p50"], found["p99"], spent)


Runs = dict[str, dict[int, list[Run]]]


def measure() -> tuple[Runs, dict[str, int]]:
    """The runs of each contestant, by connections, and the bytes its front holds at the end."""
    with ExitStack() as stack:
        servers = {}
        for name, contestant in CONTESTANTS.items():
            try:
                servers[name] = stack.enter_context(contestant())
            except Unavailable as error:
                print(f"{name} is left out: {error}")
        runs: Runs = {name: {connections: [] for connections in CONNECTIONS} for name in servers}
        for server in servers.values():
            run(server, max(CONNECTIONS), 2 * SECONDS)  # what has to start has started
        for _ in range(ROUNDS):
            for connections in CONNECTIONS:
                for name, server in servers.items():
                    runs[name][connections].append(run(server, connections))
        return runs, {name: server.memory() for name, server in servers.items()}


def medians(runs: list[Run]) -> dict[str, float]:
    return {
        name: round(statistics.median(getattr(each, name) for each in runs), 2)
        for name in ("throughput", "p50", "p99", "processor")
    } | {"longest p99": round(max(each.p99 for each in runs), 2)}


def main() -> list[str]:
    """Print the table, in Markdown, and the figures as a line of JSON; a line for each budget missed."""
    need_wrk()
    before = os.getloadavg()[0]
    print(f"throughput, Python {platform.python_version()}, {os.cpu_count()} processors, load {before:.1f}")
    runs, memory = measure()
    figures = {name: {n: medians(each) for n, each in found.items()} for name, found in runs.items()}
    heads = [f"{n}: {what}" for n in CONNECTIONS for what in ("requests/s", "p50", "p99", "CPU")]
    print("|".join(["", " ", *(f" {head} " for head in heads), ""]))
    print("|".join(["", "---", *("--:" for _ in heads), ""]))
    for name, row in figures.items():
        cells = [
            f" {row[n]['throughput']:,.0f} | {row[n]['p50']:.2f} ms | {row[n]['p99']:.1f} ms "
            f"| {row[n]['processor']:,.0f} \u00b5s "
            for n in CONNECTIONS
        ]
        print("|".join(["", f" {name} ", *cells, ""]))
    machine = {"system": platform.system(), "machine": platform.machine(), "processors": os.cpu_count()}
    versions = {"python": platform.python_version(), "uvloop": version("uvloop"), **PACKAGES}
    line = {"bench": "throughput", **machine, "load": [round(before, 1), round(os.getloadavg()[0], 1)]}
    held = {name: round(size / 2**20) for name, size in memory.items()}
    print(json.dumps({**line, "versions": versions, "memory": held, "figures": figures}))
    return missed(figures)


def missed(figures: Mapping[str, Mapping[int, Mapping[str, float]]]) -> list[str]:
    """A line for each budget that was missed."""
    found = []
    ours = {n: each["throughput"] for n, each in figures[OURS].items()}
    for other, shares in ((PEER, AHEAD), (FLOOR, SHARE)):
        for n, share in shares.items() if other in figures else ():
            wanted = share * figures[other][n]["throughput"]
            if ours[n] < wanted:
                goal = f"{share:g} of {other}'s would be {wanted:,.0f}"
                found.append(f"throughput, {n} connections: {ours[n]:,.0f} requests/s, {goal}")
    if (longest := figures[OURS][32]["longest p99"]) > LONGEST:
        found.append(f"throughput, p99 at 32 connections: {longest:.0f} ms in one run, budget {LONGEST:.0f}")
    return found
