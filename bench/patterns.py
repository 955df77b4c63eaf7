"""What matching a rule's pattern takes: ordinary ones, and those that a stranger would write."""

from __future__ import annotations

import timeit
from functools import partial

from localalb.balancer.wildcard import matches

BUDGET = 0.010  # seconds: nobody else is answered meanwhile
CASES = {
    "no star": ("/api/users", "/api/users"),
    "a prefix": ("/api/*", "/api/users/17/orders"),
    "a host": ("*.example.com", "shop.example.com"),
    "12 KB against four stars": ("/*/api/*/users/*/x", "/api/users/" * 1100 + "y"),
    "250 letters against five": ("*a*a*a*a*b", "a" * 250),
    "16 KB against marks": ("*a?a?a?*b", "a" * 16000),
    "16 KB, almost everywhere": ("*" + "a" * 100 + "b*", "a" * 16000),
}


def main() -> list[str]:
    """Print the table; a line for each pattern over the budget."""
    print("patterns; the best of five")
    missed = []
    for name, (pattern, text) in CASES.items():
        timer = timeit.Timer(partial(matches, pattern, text))
        count, _ = timer.autorange()
        seconds = min(timer.repeat(5, count)) / count
        print(f"{name:28}{seconds * 1e6:12,.1f} us")
        if seconds > BUDGET:
            missed.append(f"patterns, {name}: {seconds * 1000:,.1f} ms, budget {BUDGET * 1000:,.0f} ms")
    return missed
