"""Run every bench but `memory`, or those named. A missed budget is told and is no failure: it says as much of
the machine as of the code. What cannot be measured fails.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO

from bench import (
    attacks,
    changes,
    growth,
    handler,
    memory,
    packaging,
    page,
    patterns,
    plans,
    saves,
    start,
    steady,
    throughput,
)

BENCHES = {
    "packaging": packaging.main,
    "handler": handler.main,
    "start": start.main,
    "throughput": throughput.main,
    "growth": growth.main,
    "steady": steady.main,
    "memory": memory.main,
    "patterns": patterns.main,
    "plans": plans.main,
    "attacks": attacks.main,
    "changes": changes.main,
    "saves": saves.main,
}

LONG = {"memory"}  # run where it is named


class Both(StringIO):
    """What is printed, kept as well."""

    def write(self, text: str) -> int:
        print(text, end="", file=sys.__stdout__, flush=True)
        return super().write(text)


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--seconds", type=float, default=600.0, help="how long `steady` asks each (600)")
    parser.add_argument("--requests", type=int, default=1_000_000, help="how many `memory` asks (a million)")
    parser.add_argument("--docs", action="store_true", help="make docs/benchmarks.md anew with the figures")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - set(BENCHES))
    if unknown:
        print(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    benches: dict[str, Callable[[], list[str]]] = {
        **BENCHES,
        "steady": lambda: steady.main(given.seconds),
        "memory": lambda: memory.main(given.requests),
    }
    missed: list[str] = []
    with redirect_stdout(Both()) as printed:
        for name in given.names or [each for each in benches if each not in LONG]:
            missed += benches[name]()
    if given.docs:
        page.keep(printed.getvalue())
    if missed:
        print("\nMISSED BUDGETS")
        print("\n".join(missed))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
