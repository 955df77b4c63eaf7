"""A release for a tenth of the requests, taken back, and given to everybody."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from localalb.stacks.session import Stacks, eventually
from localalb.stacks.stack import Stack
from tests.examples.conftest import EXAMPLES

REQUESTS = 1000
# Of 1,000 requests with a chance of 0.1 each, fewer than 60 or more than 145 go to the canary once in 200,000
# times: the binomial distribution's tails.
TENTH = range(60, 146)


@pytest.fixture(scope="module")
def canary(terraform_stack: Stacks) -> Stack:
    return terraform_stack(EXAMPLES / "canary")


def answers(stack: Stack, count: int = REQUESTS) -> Counter[str]:
    """How often each release answered."""
    url = stack.outputs["url"]
    with ThreadPoolExecutor(8) as executor:
        return Counter(executor.map(lambda _: stack.http.get(url).text, range(count)))


def answers_only(stack: Stack, expected: str) -> bool:
    """On AWS an alias takes some seconds to change everywhere."""
    return eventually(lambda: set(answers(stack, 50)) == {expected})


def test_a_release_step_by_step(canary: Stack) -> None:
    assert answers_only(canary, "release 1, version 1")

    canary.apply(release="2", canary={"version": "1", "newest_weight": 0.1})
    assert canary.outputs["version"] == "2"
    found = answers(canary)
    assert set(found) == {"release 1, version 1", "release 2, version 2"}
    assert found["release 2, version 2"] in TENTH
    assert canary.plan().returncode == 0

    canary.apply(release="2", canary={"version": "1", "newest_weight": 0})
    assert answers_only(canary, "release 1, version 1")

    canary.apply(release="2")
    assert answers_only(canary, "release 2, version 2")
    assert canary.plan().returncode == 0
