"""Run every bench, or those named. A missed budget is told and is no failure: it says as much of the machine
as of the code. What cannot be measured fails.
"""

from __future__ import annotations

import sys

from bench import attacks, changes, handler, packaging, patterns, plans, saves, throughput

BENCHES = {
    "packaging": packaging.main,
    "handler": handler.main,
    "patterns": patterns.main,
    "plans": plans.main,
    "attacks": attacks.main,
    "changes": changes.main,
    "saves": saves.main,
    "throughput": throughput.main,
}


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        print(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    missed = [line for name in names or BENCHES for line in BENCHES[name]()]
    if missed:
        print("\nMISSED BUDGETS")
        print("\n".join(missed))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
