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
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests

from localalb.home import NAME
from localalb.isolation import isolate
from localalb.stack import Stack, eventually
from localalb.terraform import Terraform


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("localalb").addoption(
        "--cloud",
        choices=("local", "aws"),
        default="local",
        help="where stacks are applied: a local cloud (default), or the AWS account of the shell's credentials",
    )


class Stacks:
    """Applies Terraform directories, each once for the same variables. See `terraform_stack`."""

    def __init__(self, endpoint_url: str | None, states: Path) -> None:
        self._endpoint_url = endpoint_url
        self._states = states
        self._executor = ThreadPoolExecutor()
        self._directories: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)
        self._stacks: dict[str, Future[Stack]] = {}

    def __call__(self, directory: str | Path, **variables: Any) -> Stack:
        """The applied stack. Raises `localalb.terraform.TerraformError`."""
        return self.start(directory, **variables).result()

    def start(self, directory: str | Path, **variables: Any) -> Future[Stack]:
        """Begin to apply, so that several stacks wait for their load balancers at the same time."""
        path = Path(directory).resolve()
        key = sha256(repr((path, sorted(variables.items()))).encode()).hexdigest()[:12]
        if key not in self._stacks:
            self._stacks[key] = self._executor.submit(self._apply, path, variables, key)
        return self._stacks[key]

    def _apply(self, directory: Path, variables: Mapping[str, Any], key: str) -> Stack:
        state = self._states / f"localalb-{directory.name}-{key}.tfstate"
        terraform = Terraform(directory, directory / NAME, os.environ, state)
        with self._directories[directory]:
            terraform.init()
        stack = Stack(terraform, variables, self._endpoint_url)
        stack.apply()
        if self._endpoint_url is None and "url" in stack.outputs:
            eventually(lambda: _answers(stack.outputs["url"]), timeout=300)
        return stack

    def close(self, *, destroy: bool) -> None:
        """Wait for what is under way; on AWS, destroy every stack."""
        self._executor.shutdown()
        failures = []
        for applied in self._stacks.values() if destroy else ():
            try:
                applied.result().destroy()
            except Exception as error:  # the other stacks cost money too
                failures.append(error)
        if failures:
            raise ExceptionGroup("not everything was destroyed; the state files are kept", failures)


@pytest.fixture(scope="session")
def terraform_stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stacks]:
    """Applies Terraform directories: `terraform_stack(directory, **variables)` gives a `Stack`."""
    if request.config.getoption("--cloud") == "aws":
        stacks = Stacks(None, request.config.rootpath)
        yield stacks
        stacks.close(destroy=True)
        return
    with local_cloud() as endpoint_url:
        before = dict(os.environ)
        isolate(endpoint_url)
        stacks = Stacks(endpoint_url, tmp_path_factory.mktemp("terraform"))
        try:
            yield stacks
            stacks.close(destroy=False)
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def local_cloud() -> Iterator[str]:
    """A cloud in a process of its own; gives its endpoint. It ends with the block, or with this process."""
    command = [sys.executable, "-m", "localalb", "serve", "--exit-with-stdin"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the local cloud did not start; what it said stands on standard error")
        yield line.strip().partition("=")[2]
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def _answers(url: str) -> bool:
    """Whether a load balancer that was just made has its name and its first node."""
    try:
        return requests.get(url, timeout=10).status_code < 500
    except requests.RequestException:
        return False
