"""One cloud for all of this directory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from localalb.serving.tls import Certificate
from tests.attacks.http2 import NAME, Client, Connect
from tests.certificates import Authority
from tests.sites import Sites, running
from tests.socket.balancer import Balancer
from tests.socket.conftest import loop, serve

__all__ = ["loop", "serve"]

# Only Linux gives an orphan to an ancestor that asks for it (prctl(2)).
collect_ignore = [] if sys.platform == "linux" else ["test_daemons.py"]


@pytest.fixture(scope="package")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with running(tmp_path_factory.mktemp("attacks")) as cloud:
        yield cloud


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def certificate(authority: Authority) -> Certificate:
    issued = authority.issue(NAME)
    return Certificate("certificate", issued.certificate, issued.private_key, issued.chain)


@pytest.fixture
def connect(authority: Authority) -> Iterator[Connect]:
    """Opens connections over HTTP/2, which end with the test."""
    with ExitStack() as stack:

        def open_one(balancer: Balancer, **more: Any) -> Client:
            client = Client(balancer.address, authority.context("h2"), NAME, **more)
            stack.callback(client.socket.close)
            return client

        yield open_one
