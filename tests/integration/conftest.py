"""The stacks the integration tests call, begun at once: each waits a minute for its load balancer."""

from __future__ import annotations

from pathlib import Path

import pytest

from localalb.stack import Stack, Stacks

ROOT = Path(__file__).parents[2]
TWO_SERVICES = ROOT / "examples" / "two-services"
DESTROYED = "localalb-destroyed"


@pytest.fixture(scope="session", autouse=True)
def begun(terraform_stack: Stacks) -> None:
    terraform_stack.start(ROOT)
    terraform_stack.start(TWO_SERVICES)
    terraform_stack.start(ROOT, name=DESTROYED)


@pytest.fixture(scope="session")
def walkthrough(terraform_stack: Stacks) -> Stack:
    """The root module, applied with no input."""
    return terraform_stack(ROOT)


@pytest.fixture(scope="session")
def two_services(terraform_stack: Stacks) -> Stack:
    """The root module called twice from another stack; `b` has multi-value headers on."""
    return terraform_stack(TWO_SERVICES)


@pytest.fixture(scope="session")
def to_be_destroyed(terraform_stack: Stacks) -> Stack:
    """The root module once more, under a name, for the test that destroys it."""
    return terraform_stack(ROOT, name=DESTROYED)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The README's local commands have nothing to prove on AWS."""
    if collection_path.name == "test_commands.py" and config.getoption("--cloud") == "aws":
        return True
    return None
