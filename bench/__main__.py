"""Run every bench, or those named; exit 1 when a budget was missed."""

from __future__ import annotations

import sys

from bench import packaging

BENCHES = {"packaging": packaging.main}


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        print(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    verdicts = [BENCHES[name]() for name in names or BENCHES]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
