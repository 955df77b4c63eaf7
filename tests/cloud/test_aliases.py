"""Versions do not change, and an alias with weights parts its invocations among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.sites import Site, Sites, payload
from tests.zips import zipped

CODE = """
import os

def handler(event, context):
    said = f"{os.environ['COLOUR']} code %s as {context.function_version}"
    arn = context.invoked_function_arn
    return {"statusCode": 200, "headers": {"content-type": "text/plain", "x-arn": arn}, "body": said}
"""
ONE, TWO = "red code 1 as 1", "blue code 2 as 2"


@dataclass(frozen=True)
class Canary:
    """A function with two versions and an alias `live` for the first, behind a load balancer."""

    cloud: Sites
    site: Site

    def weigh(self, **weights: float) -> None:
        """The shares of versions, named `v2`; the rest is version 1's."""
        shares = {name.removeprefix("v"): weight for name, weight in weights.items()}
        self.cloud.functions.update_alias(
            FunctionName=self.site.name, Name="live", RoutingConfig={"AdditionalVersionWeights": shares}
        )

    def streams(self) -> list[str]:
        logs = self.cloud.client("logs")
        found = logs.describe_log_streams(logGroupName=f"/aws/lambda/{self.site.name}")["logStreams"]
        return [stream["logStreamName"].split("/")[-1][:3] for stream in found]


@pytest.fixture(scope="module")
def canary(cloud: Sites) -> Iterator[Canary]:
    name, functions = cloud.name("canary"), cloud.functions
    arn = cloud.function(CODE % 1, name=name, environment={"COLOUR": "red"})
    functions.publish_version(FunctionName=name)
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    functions.update_function_code(FunctionName=name, ZipFile=zipped({"app.py": CODE % 2}))
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {"COLOUR": "blue"}})
    functions.publish_version(FunctionName=name)
    functions.update_function_code(FunctionName=name, ZipFile=zipped({"app.py": CODE % 3}))
    group = cloud.target_group(f"{arn}:live", name=name)
    balancer = cloud.load_balancer(name)
    listener = cloud.listener(balancer["LoadBalancerArn"], {"Type": "forward", "TargetGroupArn": group})
    site = Site(
        name, "us-east-1", f"{arn}:live", group, balancer["LoadBalancerArn"], listener, balancer["DNSName"],
        cloud.address(listener),
    )  # fmt: skip
    yield Canary(cloud, site)
    cloud.remove(site)


def test_a_version_keeps_its_code_and_its_configuration(canary: Canary) -> None:
    """Developer guide, "Manage Lambda function versions": a version cannot be changed."""
    functions, name = canary.cloud.functions, canary.site.name
    said = [
        payload(functions.invoke(FunctionName=name, Qualifier=each))["body"] for each in ("1", "2", "$LATEST")
    ]
    assert said == [ONE, TWO, "blue code 3 as $LATEST"]
    digests = {
        functions.get_function_configuration(FunctionName=name, Qualifier=each)["CodeSha256"]
        for each in ("1", "2", "$LATEST")
    }
    assert len(digests) == 3


def test_the_whole_weight_goes_to_the_additional_version(canary: Canary) -> None:
    canary.weigh(v2=1.0)
    response = canary.site.ask()
    assert response.text == TWO
    assert response.headers["x-arn"] == canary.site.function_arn
    invoked = canary.cloud.functions.invoke(FunctionName=canary.site.name, Qualifier="live")
    assert invoked["ExecutedVersion"] == "2"
    assert payload(invoked)["body"] == TWO
    assert "[2]" in canary.streams()


def test_no_weights_are_the_alias_s_own_version(canary: Canary) -> None:
    canary.weigh(v2=1.0)
    canary.weigh()
    assert canary.site.ask().text == ONE
    invoked = canary.cloud.functions.invoke(FunctionName=f"{canary.site.name}:live")
    assert invoked["ExecutedVersion"] == "1"
    assert "[1]" in canary.streams()


def test_a_version_that_nothing_else_has_invoked_runs_its_own_code(cloud: Sites) -> None:
    name, functions = cloud.name("canary"), cloud.functions
    cloud.function(CODE % 1, name=name, environment={"COLOUR": "red"})
    functions.publish_version(FunctionName=name)
    functions.update_function_code(FunctionName=name, ZipFile=zipped({"app.py": CODE % 7}))
    functions.publish_version(FunctionName=name)
    functions.create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}},
    )
    assert payload(functions.invoke(FunctionName=f"{name}:live"))["body"] == "red code 7 as 2"


def test_half_goes_each_way(canary: Canary) -> None:
    """Six standard deviations either side: 400 requests at one half fall outside twice in a thousand million
    runs."""
    canary.weigh(v2=0.5)
    said = Counter(canary.site.ask().text for _ in range(400))
    assert set(said) == {ONE, TWO}
    assert 140 <= said[TWO] <= 260


def test_an_alias_says_its_weights(canary: Canary) -> None:
    canary.weigh(v2=0.1)
    alias = canary.cloud.functions.get_alias(FunctionName=canary.site.name, Name="live")
    assert alias["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.1}}
