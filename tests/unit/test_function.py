"""Versions and aliases: which version an invocation goes to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from workers import function

from localalb.runtime.function import Alias, Function, routed


def version(number: str) -> Function:
    return replace(function(), version=number)


ONE, TWO = version("1"), version("2")


@pytest.mark.parametrize(
    ("weight", "draw", "picked"),
    [
        (0.1, 0.0, "2"),
        (0.1, 0.0999, "2"),
        (0.1, 0.1, "1"),
        (0.1, 0.9999, "1"),
        (0.0, 0.0, "1"),
        (1.0, 0.9999, "2"),
    ],
)
def test_a_weight_is_the_share_of_the_additional_version(weight: float, draw: float, picked: str) -> None:
    """Lambda API, AliasRoutingConfiguration: "the percentage of traffic that's routed to it"."""
    assert Alias(ONE, ((TWO, weight),)).pick(draw).version == picked


def test_all_draws_together_are_the_weights() -> None:
    alias = Alias(ONE, ((TWO, 0.25), (version("3"), 0.5)))
    assert Counter(alias.pick(number / 100).version for number in range(100)) == {"1": 25, "2": 25, "3": 50}


def test_an_alias_without_weights_is_its_version() -> None:
    assert routed(ONE, ()) is ONE
    assert ONE.pick(0.5) is ONE
    assert ONE.versions == (ONE,)
    assert Alias(ONE, ((TWO, 0.5),)).versions == (ONE, TWO)


def test_the_arn_without_a_qualifier() -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:worker"
    assert replace(ONE, arn=f"{arn}:live").unqualified == replace(ONE, arn=arn).unqualified == arn
