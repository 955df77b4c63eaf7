"""What the front holds as it answers more and more requests of the walkthrough's handler.

wrk asks over 8 connections, as fast as answers come, in ten rounds: what is kept of requests and of lines has
its limit, so the later rounds should add nothing. The access log is off: its files are the bucket's, 40 bytes
a request, and stay as long as somebody keeps them.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.contestants import localalb
from bench.figures import heading, line, table
from bench.throughput import Run, need_wrk, run

ROUNDS = 10
CONNECTIONS = 8
SLICE = 5  # seconds that wrk asks at a time: it counts no requests
MORE = 1.05  # times what is held at half of the requests: the budget of the end
COLUMNS = {"held": "MB", "throughput": "/s"}


def measure(requests: int) -> dict[str, dict[str, float]]:
    """Megabytes that the front holds after each tenth of the requests, and how many a second there were."""
    figures: dict[str, dict[str, float]] = {}
    with localalb(access_log=False) as server:
        figures["before"] = {"held": round(server.memory() / 2**20)}
        answered = 0
        for number in range(1, ROUNDS + 1):
            runs = [run(server, CONNECTIONS, SLICE)]
            while answered + count(runs) < requests * number / ROUNDS:
                runs.append(run(server, CONNECTIONS, SLICE))
            answered += count(runs)
            figures[f"{answered:,} requests"] = {
                "held": round(server.memory() / 2**20),
                "throughput": round(statistics.mean(each.throughput for each in runs)),
            }
    return figures


def count(runs: Sequence[Run]) -> int:
    return round(sum(each.throughput * SLICE for each in runs))


def main(requests: int = 1_000_000) -> list[str]:
    """Print the table, in Markdown, and the figures as a line of JSON; a line where it does not stay flat."""
    need_wrk()
    print(heading("memory"))
    figures = measure(requests)
    print(table(figures, COLUMNS))
    print(line("memory", figures, units=COLUMNS))
    held = [row["held"] for row in figures.values()]
    half, end = held[ROUNDS // 2], held[-1]
    if end <= MORE * half:
        return []
    return [f"memory: {end:,.0f} MB after {requests:,} requests, {half:,.0f} at half of them"]
