"""A local cloud, copies of the stacks, and what is to happen to some of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from localalb.stacks.isolation import Endpoint
from localalb.stacks.start import local_cloud
from tests.packaging.copies import HELLO, ROOT, Copy
from tests.packaging.scenarios import SCENARIOS


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Endpoint]:
    with local_cloud() as cloud:
        yield cloud


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint) -> Callable[..., Copy]:
    """A new copy of one of the stacks with these files as its source."""

    def make(stack: str, files: Mapping[str, str] = HELLO) -> Copy:
        directory = tmp_path_factory.mktemp("copies") / stack
        ignore = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(Path(__file__).parent / "stacks" / stack, directory, ignore=ignore)
        shutil.copytree(ROOT / "modules", directory / "modules", ignore=ignore)
        return Copy(directory, endpoint, files)

    return make


@pytest.fixture(scope="session", autouse=True)
def begun(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[None]]]:
    """The scenarios, under way from the beginning of a session that has a test which waits for them."""
    if not any(item.path.name == "test_terraform.py" for item in request.session.items):
        yield {}
        return
    copy, url = request.getfixturevalue("copy"), request.getfixturevalue("endpoint")
    # Made here, not by several threads at once: pytest's factory would make two.
    request.getfixturevalue("tmp_path_factory").getbasetemp()
    with ThreadPoolExecutor(len(SCENARIOS)) as executor:
        yield {name: executor.submit(each, copy, url) for name, each in SCENARIOS.items()}
