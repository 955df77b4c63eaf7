"""pytest fixtures: apply a Terraform directory, call its load balancer by its DNS name, read its logs.

    def test_heading(terraform_stack):
        stack = terraform_stack("path/to/stack", name="x")
        assert stack.http.get(stack.outputs["url"]).status_code == 200

Without options everything happens in a local cloud of the test session's own. With `--cloud=aws` the very
same tests run against the account of the shell's credentials; nothing else makes them touch it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from localalb.stacks.isolation import LOGINS, Endpoint

if TYPE_CHECKING:
    from localalb.stacks.stack import Stacks


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("localalb").addoption(
        "--cloud",
        choices=("local", "aws"),
        default="local",
        help="where stacks are applied: in a local cloud (default), or on AWS with the shell's credentials",
    )
    parser.getgroup("localalb").addoption(
        "--cloud-login",
        choices=LOGINS,
        default=LOGINS[0],
        help="how load balancers of the local cloud log users in: as `--login` of `localalb serve`",
    )


@pytest.fixture(scope="session")
def terraform_stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stacks]:
    """Applies Terraform directories: `terraform_stack(directory, **variables)` gives a `Stack`."""
    from localalb.stacks.isolation import isolate
    from localalb.stacks.stack import Stacks  # boto3 is slow to import for a session that uses none of this

    if request.config.getoption("--cloud") == "aws":
        stacks = Stacks(None, request.config.rootpath)
        try:
            yield stacks
        finally:
            stacks.close(destroy=True)
        return
    with local_cloud(request.config.getoption("--cloud-login")) as endpoint:
        before = dict(os.environ)
        isolate(endpoint)
        stacks = Stacks(endpoint, tmp_path_factory.mktemp("terraform"))
        try:
            yield stacks
        finally:
            stacks.close(destroy=False)
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def local_cloud(login: str = LOGINS[0]) -> Iterator[Endpoint]:
    """A cloud in a process of its own; gives its endpoint. It ends with the block, or with this process."""
    command = [sys.executable, "-m", "localalb", "serve", "--exit-with-stdin", "--login", login]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        # Its `export` lines begin with AWS_ENDPOINT_URL and AWS_ACCESS_KEY_ID.
        lines = [process.stdout.readline() for _ in range(2)]
        url, key = (line.strip().partition("=")[2] for line in lines)
        if not key:
            raise RuntimeError("the local cloud did not start; what it said stands on standard error")
        yield Endpoint(url, key)
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
