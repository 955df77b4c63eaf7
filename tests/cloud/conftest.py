"""One cloud for all of this directory, and sites that end with their test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from localalb.runtime.asynchronous import RETRY_WAIT
from tests.certificates import Authority
from tests.sites import ECHO, Site, Sites, running
from tests.waiting import Gate
from tests.zips import Files

Deploy = Callable[..., Site]


@pytest.fixture(scope="package")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RETRY_WAIT, "0")
        with running(tmp_path_factory.mktemp("cloud")) as cloud:
            yield cloud


@pytest.fixture
def deploy(cloud: Sites) -> Iterator[Deploy]:
    """Makes a site; see `Sites.deploy`. It is removed when the test ends."""
    with ExitStack() as stack:

        def make(code: str | Files = ECHO, **more: Any) -> Site:
            return stack.enter_context(cloud.deployed(code, **more))

        yield make


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """Where functions wait until the test lets them go."""
    return Gate(tmp_path / "gate")


@pytest.fixture(scope="module")
def echo(cloud: Sites) -> Iterator[Site]:
    """A site that answers with the event, in single-value mode."""
    with cloud.deployed() as site:
        yield site


@pytest.fixture(scope="package")
def authority() -> Authority:
    return Authority()
