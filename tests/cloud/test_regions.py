"""The commands of a cloud whose functions and load balancers stand in two regions."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.cloud.commands import localalb
from tests.sites import Site, running

HERE, THERE = "eu-west-1", "us-east-1"
NAMED = """
import os
def handler(event, context):
    print("called in", os.environ["AWS_REGION"])
    return {"statusCode": 200, "body": os.environ["AWS_REGION"]}
"""


@dataclass(frozen=True)
class Two:
    """A cloud with a site in each of two regions, and a function `both` in each."""

    here: Site
    there: Site


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    with running(tmp_path_factory.mktemp("two")) as cloud:
        here, there = (cloud.deploy(NAMED, region=region) for region in (HERE, THERE))
        for region in (HERE, THERE):
            cloud.function(NAMED, name="both", region=region)
            cloud.client("lambda", region).invoke(FunctionName="both")
        for site in (here, there):
            site.ask("/asked")
            cloud.record(site)
        yield Two(here, there)


def said(*arguments: str) -> str:
    result = localalb(*arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(*arguments: str) -> str:
    result = localalb(*arguments)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    return " ".join(result.stderr.split())


def test_invoke_finds_a_function_wherever_it_is(two: Two) -> None:
    for site in (two.here, two.there):
        assert json.loads(said("invoke", site.name))["body"] == site.region
        assert json.loads(said("invoke", site.name + ":$LATEST"))["body"] == site.region


def test_invoke_of_one_that_is_in_both(two: Two) -> None:
    arn = f"arn:aws:lambda:{THERE}:123456789012:function:both"
    assert f"the function both is in {HERE} and in {THERE}: write --region {HERE}, or its ARN" in refused(
        "invoke", "both"
    )
    assert json.loads(said("invoke", "both", "--region", THERE))["body"] == THERE
    assert json.loads(said("invoke", arn))["body"] == THERE


def test_invoke_without_a_name(two: Two) -> None:
    assert f"name the function: both ({HERE}), both ({THERE}), {two.here.name} ({HERE})" in refused("invoke")


def test_logs_of_a_function_wherever_it_is(two: Two) -> None:
    for site in (two.here, two.there):
        for name in (site.name, f"/aws/lambda/{site.name}"):
            assert f"called in {site.region}" in said("logs", name).splitlines()


def test_logs_of_one_that_is_in_both(two: Two) -> None:
    for name in ("both", "/aws/lambda/both"):
        words = refused("logs", name)
        assert f"the log group {name} is in {HERE} and in {THERE}: write --region {HERE}, or its ARN" in words
    arn = f"arn:aws:logs:{THERE}:123456789012:log-group:/aws/lambda/both"
    for arguments in (("both", "--region", THERE), (arn,), (arn + ":*",)):
        found = {line for line in said("logs", *arguments).splitlines() if line.startswith("called")}
        assert found == {f"called in {THERE}"}


def test_logs_of_all_and_of_one_region(two: Two) -> None:
    found = {line.rpartition(" | ")[2] for line in said("logs").splitlines() if "called in" in line}
    assert found == {f"called in {HERE}", f"called in {THERE}"}
    lines = said("logs", "--region", HERE).splitlines()
    assert {line.rpartition(" | ")[2] for line in lines if "called in" in line} == {f"called in {HERE}"}
    assert "there is no log group nobody: " in refused("logs", "nobody")


def test_requests_of_all_and_of_one_region(two: Two) -> None:
    lines = said("requests").splitlines()
    for site in (two.here, two.there):
        (line,) = [line for line in lines if f"{site.region} {site.name}:80" in line]
        assert line.endswith("GET /asked")
    (line,) = said("requests", "--region", HERE).splitlines()
    assert f"  {two.here.name}:80  GET /asked" in line


def test_env_says_which_regions_there_are(two: Two) -> None:
    environ = {**os.environ, "AWS_REGION": "eu-central-1"}
    result = localalb("env", environ=environ)
    assert f"export AWS_REGION={HERE}" in result.stdout.splitlines()
    assert f"this cloud is in {HERE} and in {THERE}; AWS_REGION is {HERE}" in result.stderr
    chosen = localalb("env", "--region", THERE, environ=environ)
    assert f"export AWS_REGION={THERE}" in chosen.stdout.splitlines()
    assert chosen.stderr == ""
