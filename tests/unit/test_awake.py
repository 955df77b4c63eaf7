"""How long the loop goes round instead of sleeping."""

from __future__ import annotations

import asyncio
import time

import pytest

from localalb.runtime import awake


def rounds(needed: int, monkeypatch: pytest.MonkeyPatch, step: float) -> int:
    """How often it was asked whether it is needed, which it is so often, by a clock that goes on a `step`
    each time that it is read."""
    now = iter(range(10_000))
    monkeypatch.setattr(time, "perf_counter", lambda: next(now) * step)
    asked = 0

    def ask() -> bool:
        nonlocal asked
        asked += 1
        return asked <= needed

    async def run() -> None:
        awake.stay(asyncio.get_running_loop(), ask)
        for _ in range(100):
            await asyncio.sleep(0)

    asyncio.run(run())
    return asked


def test_until_it_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rounds(5, monkeypatch, awake.AT_ONCE / 50) == 6


def test_not_for_longer_than_a_function_that_answers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rounds(1000, monkeypatch, awake.AT_ONCE / 10) == 10
