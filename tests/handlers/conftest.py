"""One cloud for all of this directory, and each library's application in each mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.handlers.libraries import LIBRARIES, Library
from tests.sites import Site, Sites, running


@dataclass(frozen=True)
class Deployed:
    library: Library
    multi_value: bool
    site: Site


@pytest.fixture(scope="package")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with running(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture(
    scope="package",
    params=[(library, multi_value) for library in LIBRARIES for multi_value in (False, True)],
    ids=lambda param: f"{param[0].name}-{'multi' if param[1] else 'single'}",
)
def app(request: pytest.FixtureRequest, cloud: Sites) -> Iterator[Deployed]:
    library, multi_value = request.param
    with cloud.deployed(library.package(), multi_value=multi_value, timeout=30) as site:
        yield Deployed(library, multi_value, site)
