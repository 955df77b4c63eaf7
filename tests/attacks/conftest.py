"""One cloud for all of this directory."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.sites import Sites, running

# Only Linux gives an orphan to an ancestor that asks for it (prctl(2)).
collect_ignore = [] if sys.platform == "linux" else ["test_daemons.py"]


@pytest.fixture(scope="package")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with running(tmp_path_factory.mktemp("attacks")) as cloud:
        yield cloud
