"""The stacks of a test session: where they are, who applies each, and what becomes of them at the end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import requests

from localalb.stacks import trees
from localalb.stacks.grounds import Ground
from localalb.stacks.locks import locked
from localalb.stacks.overlay import Overlay
from localalb.stacks.plugins import plugins
from localalb.stacks.share import Share
from localalb.stacks.stack import WAIT, Stack, arguments
from localalb.stacks.terraform import Terraform, TerraformError

T = TypeVar("T")


def eventually(probe: Callable[[], T], timeout: float = 120.0) -> T:
    """The first true value of `probe`, asked again until it is there; its last value after `timeout` s.

    On AWS, logs and DNS names take their time; in a local cloud the first answer is the last.
    """
    deadline = time.monotonic() + timeout
    while not (value := probe()) and time.monotonic() < deadline:
        time.sleep(1)
    return value


class Stacks:
    """Applies Terraform directories, each once for the same variables. See `terraform_stack`.

    `share` is what the processes of the session have in common, so that one of them applies a stack and the
    others find it; `logs` is where what Terraform said goes when it fails.
    """

    def __init__(self, ground: Ground, share: Share, logs: Path) -> None:
        self._ground = ground
        self._share = share
        self._logs = logs
        self._executor = ThreadPoolExecutor()
        self._applied: dict[str, Future[Stack]] = {}
        self._afterwards: list[Callable[[], object]] = []

    def __call__(self, directory: str | Path, **variables: Any) -> Stack:
        """The applied stack. Raises `localalb.stacks.terraform.TerraformError`, with Terraform's error
        first."""
        __tracebackhide__ = True
        try:
            return self.start(directory, **variables).result()
        except TerraformError as error:
            raise error.with_traceback(None) from None

    def start(self, directory: str | Path, **variables: Any) -> Future[Stack]:
        """Begin to apply, so that several stacks wait for their load balancers at the same time. Raises
        `ValueError` where the directory holds no Terraform."""
        __tracebackhide__ = True
        path = Path(directory).resolve()
        if not any(path.glob("*.tf*")):
            raise ValueError(f"{path} holds no .tf file: give terraform_stack a directory that does")
        key = sha256(repr((path, sorted(variables.items()))).encode()).hexdigest()[:12]
        if key not in self._applied:
            self._applied[key] = self._executor.submit(self._apply, path, variables, key)
        return self._applied[key]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, called by one worker of pytest-xdist for all of them: a value that JSON can
        hold, such as the ARN of a certificate that a stack is given. `name` is the value's own."""
        return self._share.once(f"value-{sha256(name.encode()).hexdigest()[:12]}", make)

    def afterwards(self, remove: Callable[[], object]) -> None:
        """On AWS, have something removed once no stack is there to use it, such as a certificate."""
        self._afterwards.append(remove)

    def close(self) -> None:
        """Wait for what is under way. On AWS the last process of the session to come here destroys every
        stack, half-made ones too; then what was to be removed afterwards is."""
        self._executor.shutdown()
        if self._ground.endpoint is not None:
            return
        with self._share.alone():
            removals: list[Callable[[], object]] = [
                partial(self._destroy, each) for each in reversed(self._share.begun())
            ]
            failures = []
            for remove in removals + self._afterwards:
                try:
                    remove()
                except Exception as error:  # the other stacks cost money too
                    failures.append(error)
        if failures:
            raise ExceptionGroup("not everything was destroyed; the state files are kept", failures)

    def _apply(self, directory: Path, variables: Mapping[str, Any], key: str) -> Stack:
        terraform, lock = self._ground.terraform(directory, arguments(variables), key)
        log = self._logs / f"{directory.name}-{key}.log"
        working = partial(self._working, terraform, lock)
        stack = Stack(terraform, variables, self._ground.endpoint, log, working)
        made = self._share.once(f"stack-{key}", partial(self._made, stack))
        if "error" in made:
            raise TerraformError(made["error"])
        stack.outputs = made["outputs"]
        return stack

    def _made(self, stack: Stack) -> dict[str, Any]:
        """A stack's outputs once it is applied, or what failed: no other worker tries that again."""
        try:
            stack.apply()
        except TerraformError as error:
            return {"error": str(error)}
        if self._ground.endpoint is None and "url" in stack.outputs:
            eventually(lambda: _answers(stack.outputs["url"]), timeout=300)
        return {"outputs": stack.outputs}

    @contextmanager
    def _working(self, terraform: Terraform, lock: Path | None, used: Sequence[str]) -> Iterator[None]:
        stack = {
            "directory": str(terraform.directory),
            "state": str(terraform.state),
            "arguments": list(used),
        }
        self._share.begin(stack)
        with locked(lock or terraform.state.with_suffix(".lock")):
            yield

    def _destroy(self, begun: Mapping[str, Any]) -> None:
        state = Path(begun["state"])
        if not state.exists():  # another process of the session has destroyed it
            return
        terraform = Terraform(Path(begun["directory"]), plugins(), os.environ, state)
        terraform.destroy(WAIT, *begun["arguments"], capture=True)
        trees.remove(state.with_suffix(".data"))
        for path in (state, Path(f"{state}.backup"), state.with_suffix(".lock")):
            path.unlink(missing_ok=True)


def tidy(share: Share) -> None:
    """Remove what the session left in the directories of its stacks, as far as nobody else works there."""
    for directory in {each["directory"] for each in share.begun()}:
        Overlay(Path(directory)).remove()


def _answers(url: str) -> bool:
    """Whether a load balancer that was just made has its name and its first node."""
    try:
        # Not verified: a test's certificate is no authority's, and this asks only whether somebody is there.
        return requests.get(url, timeout=10, verify=False).status_code < 500
    except requests.RequestException:
        return False
