"""A load balancer on real sockets for each test, and one event loop for all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from tests.socket.balancer import Balancer, Loop


class Serve(Protocol):
    def __call__(self, **arguments: Any) -> Balancer: ...


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture
def serve(loop: Loop) -> Iterator[Serve]:
    """Starts a `Balancer` with the arguments given; it ends with the test."""
    started: list[Balancer] = []

    def start(**arguments: Any) -> Balancer:
        started.append(Balancer(loop, **arguments))
        return started[-1]

    yield start
    for balancer in started:
        balancer.close()
