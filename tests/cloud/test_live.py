"""Code that `localalb dev` uploads where versions are published: which aliases call it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from localalb.dev.live import upload
from localalb.dev.packages import Package
from tests.sites import Sites, payload
from tests.zips import zipped


def says(word: str) -> str:
    return f"def handler(event, context):\n    return {word!r}\n"


def package(arn: str) -> Package:
    name = arn.rpartition(":")[2]
    place = Path("/nowhere")
    return Package(arn, name, "app.handler", "python3.13", True, False, place, place, (), {}, None)


@pytest.fixture
def aliases(cloud: Sites) -> tuple[Any, str]:
    """A function of two versions and its aliases: `live` calls the newest, `old` the one before, `canary`
    both."""
    arn = cloud.function(says("first"), Publish=True)
    client = cloud.client("lambda")
    client.update_function_code(FunctionName=arn, ZipFile=zipped({"app.py": says("second")}), Publish=True)
    weights = {"AdditionalVersionWeights": {"2": 0.5}}
    for name, version, more in (
        ("live", "2", {}), ("old", "1", {}), ("canary", "1", {"RoutingConfig": weights}),
    ):  # fmt: skip
        client.create_alias(FunctionName=arn, Name=name, FunctionVersion=version, **more)
    return client, arn


def test_an_alias_of_the_newest_version_moves_on_and_no_other(aliases: tuple[Any, str]) -> None:
    client, arn = aliases
    kept = upload(client, package(arn), zipped({"app.py": says("third")}))
    assert sorted(kept) == ["canary", "old"]
    assert payload(client.invoke(FunctionName=arn, Qualifier="live")) == "third"
    assert payload(client.invoke(FunctionName=arn, Qualifier="old")) == "first"
    canary = client.get_alias(FunctionName=arn, Name="canary")
    assert (canary["FunctionVersion"], canary["RoutingConfig"]) == (
        "1",
        {"AdditionalVersionWeights": {"2": 0.5}},
    )


def test_where_nothing_is_published_no_version_is(cloud: Sites) -> None:
    arn = cloud.function(says("first"))
    client = cloud.client("lambda")
    assert upload(client, replace(package(arn), publishes=False), zipped({"app.py": says("new")})) == ()
    assert payload(client.invoke(FunctionName=arn)) == "new"
    versions = client.list_versions_by_function(FunctionName=package(arn).name)["Versions"]
    assert [each["Version"] for each in versions] == ["$LATEST"]
