"""Entries on their way to a bucket."""

from __future__ import annotations

import gzip

import pytest

from localalb.balancer.delivery import Gathered


@pytest.mark.parametrize("count", [0, 1, Gathered.TOGETHER, 2 * Gathered.TOGETHER + 1])
def test_entries_are_compressed_in_order(count: int) -> None:
    gathered = Gathered()
    entries = [f"entry {number} \u00e9" for number in range(count)]
    for entry in entries:
        gathered.add(entry)
    assert gzip.decompress(gathered.end()).decode() == "".join(entry + "\n" for entry in entries)


def test_many_entries_take_little_memory() -> None:
    gathered = Gathered()
    for number in range(10_000):
        gathered.add(f"https 2026-11-25T23:30:00.{number:06d}Z app/demo/0123456789abcdef " + "x" * 300)
    assert len(gathered.end()) < 400_000
