"""What Terraform is answered when it creates a load balancer: the provider's reading of one that was made."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from test_planned import PLAIN

from localalb.adoption import record
from localalb.adoption.load_balancers import LoadBalancers
from localalb.adoption.messages import dynamic, fields, message, one, value
from localalb.adoption.planned import ATTRIBUTES
from localalb.adoption.relay import Refused

NOTES = {"_new_extra_shim": {}, "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0": {"create": 600_000_000_000}}


class Elbv2:
    """The API of one region, as far as it is called."""

    class exceptions:
        class LoadBalancerNotFoundException(Exception):
            pass

    def __init__(self, *, fails: bool = False) -> None:
        self.made: dict[str, str] = {}  # ARNs by name
        self.attributes: dict[str, dict[str, str]] = {}
        self._fails = fails

    def describe_load_balancers(self, Names: list[str]) -> dict[str, Any]:
        if Names[0] not in self.made:
            raise self.exceptions.LoadBalancerNotFoundException
        return {"LoadBalancers": [{"LoadBalancerArn": self.made[Names[0]]}]}

    def create_load_balancer(self, Name: str, **_: Any) -> dict[str, Any]:
        self.made[Name] = f"arn:{Name}"
        return self.describe_load_balancers([Name])

    def modify_load_balancer_attributes(self, LoadBalancerArn: str, Attributes: list[dict[str, str]]) -> None:
        found = {each["Key"]: each["Value"] for each in Attributes}
        if self._fails and len(found) > 1:
            raise ClientError({"Error": {"Code": "No", "Message": "no"}}, "ModifyLoadBalancerAttributes")
        self.attributes.setdefault(LoadBalancerArn, {}).update(found)

    def delete_load_balancer(self, LoadBalancerArn: str) -> None:
        assert self.attributes[LoadBalancerArn]["deletion_protection.enabled"] == "false"
        self.made = {name: arn for name, arn in self.made.items() if arn != LoadBalancerArn}


class Provider:
    """Reads what it is asked about, with these differences; the calls it got."""

    def __init__(self, *, error: str = "", refuses: bool = False, **different: Any) -> None:
        self.asked: list[tuple[str, Any]] = []
        self._error, self._refuses, self._different = error, refuses, different

    async def ask(self, method: str, body: bytes) -> bytes:
        state = value(one(fields(body), 2))
        self.asked.append((method, state))
        if self._refuses:
            raise Refused("it is gone")
        diagnostic = [(2, message([(1, 1), (2, self._error.encode())]))] if self._error else []
        read = {**state, "tags": {}, "tags_all": {}, "dns_name": "x.elb", **self._different}
        return message([(1, dynamic(read)), *diagnostic, (3, one(fields(body), 3))])


def request(type_: str = "aws_lb", prior: Any = None, **planned: Any) -> bytes:
    state = dynamic({**PLAIN, "name": "edge", **planned})
    notes = json.dumps(NOTES).encode()
    return message([(1, type_.encode()), (2, dynamic(prior)), (3, state), (4, state), (5, notes)])


class Case:
    """A run of Terraform with one provider."""

    def __init__(self, place: Path, elbv2: Elbv2 | None = None) -> None:
        self.said: list[str] = []
        self.regions: list[str] = []
        self.elbv2 = elbv2 or Elbv2()
        self.noted = place / "noted"
        self._load_balancers = LoadBalancers(self._of, self.noted, "us-east-1", self.said.append)

    def _of(self, region: str) -> Elbv2:
        self.regions.append(region)
        return self.elbv2

    def configure(self, **config: Any) -> None:
        self._load_balancers.configure(message([(1, b"1.11.4"), (2, dynamic(config))]))

    def answer(self, body: bytes, provider: Provider) -> bytes | None:
        return asyncio.run(self._load_balancers.answer(body, provider.ask))


def test_the_answer_is_the_provider_s_reading(tmp_path: Path) -> None:
    case, provider = Case(tmp_path), Provider()
    answered = fields(case.answer(request(), provider) or b"")
    state = value(one(answered, 1))
    assert provider.asked == [("ReadResource", {**state, "tags": None, "tags_all": None, "dns_name": None})]
    assert (state["id"], state["arn"], state["dns_name"]) == ("arn:edge", "arn:edge", "x.elb")
    assert (state["tags"], state["tags_all"]) == (None, {})
    assert json.loads(one(answered, 2)).keys() == NOTES.keys() - {"_new_extra_shim"}
    assert (4, 1) in answered
    assert case.elbv2.attributes["arn:edge"].keys() > {*ATTRIBUTES.values()}
    assert case.said == []


def test_it_is_noted_before_it_is_made(tmp_path: Path) -> None:
    case = Case(tmp_path)
    case.answer(request(), Provider())
    assert json.loads(case.noted.read_text()) == [["us-east-1", "edge"]]


@pytest.mark.parametrize("body", [request("aws_lb_listener"), request(prior={"id": "arn:edge"})])
def test_all_else_is_the_provider_s(body: bytes, tmp_path: Path) -> None:
    case, provider = Case(tmp_path), Provider()
    assert case.answer(body, provider) is None
    assert (case.elbv2.made, case.said, provider.asked) == ({}, [], [])


REGIONS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "the environment's": ({"region": None}, {}, "us-east-1"),
    "the provider block's": ({"region": "eu-west-1"}, {}, "eu-west-1"),
    "the resource's own, in provider 6": ({"region": "eu-west-1"}, {"region": "eu-west-3"}, "eu-west-3"),
}


@pytest.mark.parametrize("case", REGIONS)
def test_the_region_is(case: str, tmp_path: Path) -> None:
    config, planned, region = REGIONS[case]
    run = Case(tmp_path)
    run.configure(**config)
    assert run.answer(request(**planned), Provider())
    assert run.regions == [region]


LEFT: dict[str, tuple[Provider, Elbv2, str]] = {
    "what differs from the plan": (Provider(idle_timeout=61), Elbv2(), "idle_timeout of it would differ"),
    "what cannot be read": (Provider(error="reading: denied"), Elbv2(), "reading: denied"),
    "what the provider does not answer": (Provider(refuses=True), Elbv2(), "it is gone"),
    "what the API refuses": (Provider(), Elbv2(fails=True), "An error occurred"),
}


@pytest.mark.parametrize("case", LEFT)
def test_is_removed_and_left_to_the_provider(case: str, tmp_path: Path) -> None:
    provider, elbv2, reason = LEFT[case]
    run = Case(tmp_path, elbv2)
    assert run.answer(request(enable_deletion_protection=True), provider) is None
    assert elbv2.made == {}
    (line,) = run.said
    assert line.startswith("aws_lb edge: the AWS provider makes it, and waits 60 s, because " + reason)


def test_somebody_s_of_that_name_stays(tmp_path: Path) -> None:
    run = Case(tmp_path)
    run.elbv2.made["edge"] = "arn:theirs"
    assert run.answer(request(), Provider()) is None
    assert run.elbv2.made == {"edge": "arn:theirs"}
    assert not run.noted.exists()
    assert run.said[0].endswith("because a load balancer edge exists already")


ELSEWHERE: dict[str, tuple[dict[str, Any], bool]] = {
    "another account": ({"assume_role": [{"role_arn": "arn:aws:iam::1:role/x"}]}, True),
    "a profile": ({"profile": "work"}, True),
    "an endpoint": ({"endpoints": [{"elbv2": "http://x", "s3": None}]}, True),
    "a block that is empty": ({"endpoints": [{"elbv2": None, "s3": ""}], "assume_role": []}, False),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_a_provider_that_leads_elsewhere_makes_its_own(case: str, tmp_path: Path) -> None:
    config, leads = ELSEWHERE[case]
    run = Case(tmp_path)
    run.configure(**config)
    assert (run.answer(request(), Provider()) is None) is leads
    assert (run.elbv2.made == {}) is leads


def state(place: Path, *arns: str) -> Path:
    instances = [{"attributes": {"arn": arn}} for arn in arns]
    path = place / "terraform.tfstate"
    path.write_text(json.dumps({"resources": [{"type": "aws_lb", "instances": instances}]}))
    return path


def test_what_never_came_into_the_state_is_removed(tmp_path: Path) -> None:
    elbv2, noted = Elbv2(), tmp_path / "noted"
    for name in ("held", "forgotten", "never-made"):
        record.note(noted, "us-east-1", name)
    for name in ("held", "forgotten", "another"):
        elbv2.create_load_balancer(Name=name)
    record.remove_forgotten(noted, state(tmp_path, "arn:held"), lambda region: elbv2)
    assert elbv2.made.keys() == {"held", "another"}
    assert not noted.exists()
