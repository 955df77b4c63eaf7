"""pytest fixtures: apply a Terraform directory, call its load balancer by its DNS name, read its logs.

    def test_heading(terraform_stack):
        stack = terraform_stack("path/to/stack", name="x")
        assert stack.http.get(stack.outputs["url"]).status_code == 200

Without options everything happens in a local cloud of the test session's own, and with `--cloud=up` in the
one that `localalb up` or `localalb dev` left running, which stays. With `--cloud=aws` the very same tests run
against the account of the shell's credentials; nothing else makes them touch it. The workers of pytest-xdist
share the cloud, and each stack is applied by one of them. docs/testing.md shows a whole project.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from localalb.stacks.isolation import LOGINS

if TYPE_CHECKING:
    from localalb.stacks.grounds import Ground
    from localalb.stacks.session import Stacks
    from localalb.stacks.share import Share

SHARED = "localalb_shared"  # in what pytest-xdist's controller tells a worker
_share = pytest.StashKey["Share"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("localalb")
    group.addoption(
        "--cloud",
        choices=("local", "up", "aws"),
        default="local",
        help="where stacks are applied: in a local cloud of the session's own (default), in the one that "
        "`localalb up` or `dev` left running, or on AWS with the shell's credentials",
    )
    group.addoption(
        "--cloud-dir",
        type=Path,
        metavar="DIR",
        help="with --cloud=up, the directory of its cloud, from the root directory (default: that, or the "
        "only one in it where a cloud runs)",
    )
    group.addoption(
        "--cloud-login",
        choices=LOGINS,
        help="how load balancers of the local cloud log users in: as `--login` of `localalb serve` "
        f"(default: {LOGINS[0]}, or with --cloud=up as before)",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist's controller is about to start a worker."""
    share = _shared(node.config)
    share.use_none()  # the workers do
    node.workerinput[SHARED] = str(share.directory)


def pytest_configure(config: pytest.Config) -> None:
    """A worker takes part from its start: else another that is done early would think itself the last."""
    if SHARED in getattr(config, "workerinput", {}):
        _shared(config)


@pytest.fixture(scope="session")
def terraform_stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stacks]:
    """Applies Terraform directories: `terraform_stack(directory, **variables)` gives a `Stack`."""
    from localalb.stacks.isolation import isolate
    from localalb.stacks.session import Stacks  # boto3 is slow to import for a session that uses none of this

    ground, before = _ground(request.config), dict(os.environ)
    if ground.endpoint is not None:
        isolate(ground.endpoint)
    stacks = Stacks(ground, _shared(request.config), tmp_path_factory.mktemp("terraform"))
    try:
        yield stacks
    finally:
        try:
            stacks.close()
        finally:
            os.environ.clear()
            os.environ.update(before)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    share = config.stash.get(_share, None)
    cloud = share and share.cloud
    if cloud and cloud.get("started"):
        where = cloud["directory"]
        terminalreporter.write_line(
            f"localalb: a cloud was started that stays, at {cloud['url']}; `localalb down {where}` ends it"
        )


def pytest_unconfigure(config: pytest.Config) -> None:
    share = config.stash.get(_share, None)
    if share is None:
        return
    if hasattr(config, "workerinput"):
        share.leave()
        return
    from localalb.stacks.session import tidy

    if config.getoption("--cloud") != "up":  # there the next session finds what it needs
        tidy(share)
    share.end()


def _shared(config: pytest.Config) -> Share:
    """What this process shares with the others of its session."""
    from localalb.stacks import share

    if _share not in config.stash:
        worker = getattr(config, "workerinput", None)
        config.stash[_share] = share.Share(Path(worker[SHARED])) if worker else share.made()
    return config.stash[_share]


def _ground(config: pytest.Config) -> Ground:
    from localalb.stacks import grounds

    share, login = _shared(config), config.getoption("--cloud-login")
    match config.getoption("--cloud"):
        case "aws":
            return grounds.Ground(None, config.rootpath)
        case "up":
            return grounds.that_stays(share, config.rootpath, config.getoption("--cloud-dir"), login)
        case _:
            return grounds.of_its_own(share, login)
