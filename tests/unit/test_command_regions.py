"""Which region a command means, where a cloud has several."""

from __future__ import annotations

import click
import pytest

from localalb.commands import regions

ONE = "arn:aws:lambda:eu-west-1:123456789012:function:a"
OTHER = "arn:aws:lambda:us-east-1:123456789012:function:a"


def test_the_only_one() -> None:
    assert regions.the_one("function", "a", [ONE], [ONE, OTHER], None) == ONE


@pytest.mark.parametrize(
    ("found", "region", "words"),
    [
        ([ONE, OTHER], None, "the function a is in eu-west-1 and in us-east-1: write --region eu-west-1, or"),
        ([], None, "there is no function a: a (eu-west-1), a (us-east-1)"),
        ([], "eu-west-2", "there is no function a in eu-west-2: a (eu-west-1), a (us-east-1)"),
    ],
)
def test_none_and_several(found: list[str], region: str | None, words: str) -> None:
    with pytest.raises(click.ClickException) as caught:
        regions.the_one("function", "a", found, [ONE, OTHER], region)
    assert caught.value.message.startswith(words)


@pytest.mark.parametrize(
    ("used", "shell", "region", "words"),
    [
        ([], "eu-west-1", "eu-west-1", ""),
        (["eu-west-1"], "eu-west-1", "eu-west-1", ""),
        (["eu-west-1"], "us-east-1", "eu-west-1", "AWS_REGION is eu-west-1, where all of this cloud is"),
        (["eu-west-1", "us-east-1"], "us-east-1", "us-east-1",
         "this cloud is in eu-west-1 and in us-east-1; AWS_REGION is us-east-1: --region chooses another"),
        (["eu-west-1", "us-east-1"], "us-west-2", "eu-west-1",
         "this cloud is in eu-west-1 and in us-east-1; AWS_REGION is eu-west-1: --region chooses another"),
    ],
)  # fmt: skip
def test_the_region_for_a_shell(used: list[str], shell: str, region: str, words: str) -> None:
    assert regions.chosen(used, shell) == (region, words)
