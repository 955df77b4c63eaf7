"""bench/page.py: docs/benchmarks.md and its picture hold the figures of docs/benchmarks.json."""

from __future__ import annotations

from typing import Any

import pytest

from bench import page
from bench.figures import table, written

LINE: dict[str, Any] = {
    "bench": "start", "system": "Linux", "machine": "x86_64", "processors": 2, "load": 0.5,
    "versions": {"python": "3.11.7", "other": "1.2"}, "date": "2026-11-25",
    "figures": {"localalb": {"ready": 1.5, "cold": 80.04}, "other <1>": {"ready": 3.0}},
    "units": {"ready": "s", "cold": "ms"},
}  # fmt: skip
TABLE = "| | ready | cold |\n|---|--:|--:|\n| localalb | 1.50 s | 80.0 ms |\n| other <1> | 3.00 s |  |"
TOLD = "25 November 2026, Python 3.11.7, Linux x86_64, 2 processors, load 0.5; other 1.2."


def test_the_page_is_made_of_the_figures() -> None:
    """Where this fails: python -m bench.page."""
    assert page.page(page.PAGE.read_text(), page.stored()) == page.PAGE.read_text()
    assert page.picture(page.stored()) == page.PICTURE.read_text()


def test_figures_stand_between_their_marks() -> None:
    text = "before\n<!-- start -->\nold\n<!-- /start -->\nbehind\n"
    assert page.page(text, {"start": LINE}) == (
        f"before\n<!-- start -->\n{TABLE}\n\n{TOLD}\n<!-- /start -->\nbehind\n"
    )


def test_a_section_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="has no place for start: write <!-- start -->"):
        page.page("<!-- start -->\n", {"start": LINE})


def test_a_bar_is_as_long_as_its_figure() -> None:
    drawn = page.picture({"start": LINE})
    whole = page.WIDTH - page.LEFT - page.RIGHT
    assert f'class="ours" x="{page.LEFT}" y="22" width="{whole / 2:.1f}"' in drawn
    assert f'class="peer" x="{page.LEFT}" y="42" width="{whole:.1f}"' in drawn
    assert "other &lt;1&gt;" in drawn


def test_throughput_is_told_by_connections() -> None:
    each = {"throughput": 1000.0, "p50": 1.0, "p99": 2.0, "processor": 500.0, "longest p99": 3.0}
    figures, units = page.shown(
        {"bench": "throughput", "figures": {"floor": {"8": each}}, "memory": {"floor": 20}}
    )
    assert figures == {
        "floor": {"throughput at 8": 1000.0, "p99 at 8": 2.0, "processor at 8": 500.0, "memory": 20}
    }
    assert table(figures, units).splitlines()[-1] == "| floor | 1,000 /s | 2.00 ms | 500 \u00b5s | 20 MB |"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.123, "0.12 ms"),
        (9.5, "9.50 ms"),
        (10.04, "10.0 ms"),
        (99.96, "100.0 ms"),
        (1234.5, "1,234 ms"),
        (7, "7 ms"),
    ],
)
def test_figures_have_three_digits(number: float, text: str) -> None:
    assert written(number, "ms") == text
