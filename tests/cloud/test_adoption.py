"""`localalb up` imports new load balancers, and its state is the one that the provider makes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from localalb.stacks import adoption
from localalb.stacks.home import NAME, Home
from localalb.stacks.isolation import settings
from localalb.stacks.planned import TYPES
from localalb.stacks.terraform import Terraform, TerraformError
from tests.sites import Sites, running

STACK = Path(__file__).parent / "adopted"
PLAN = Path(__file__).parents[1] / "unit" / "planned.json"
EMPTY = 'output "nothing" {\n  value = 0\n}\n'
# What is generated: in IDs and ARNs, behind prefixes, in names; and a cloud's number of a load balancer.
GENERATED = re.compile(
    r"(?<=-)[0-9a-f]{17}\b|(?<=/)[0-9a-f]{16}\b|\d{18}[0-9a-f]{8}|(?<=later-)\d{14}|(?<=-)\d+(?=\.us-east-1\.elb)"
)


def localalb(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "localalb", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=400)


def client(directory: Path, service: str) -> Any:
    """A client of the cloud that runs in a directory."""
    cloud = Home(directory / NAME).running()
    assert cloud is not None
    session = boto3.session.Session(aws_access_key_id=cloud.key, aws_secret_access_key="testing")
    return session.client(service, "us-east-1", endpoint_url=cloud.endpoint_url)  # type: ignore[call-overload]


def subnets_of(ec2: Any) -> list[str]:
    return [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]]


@dataclass(frozen=True)
class Applied:
    said: str
    printed: str
    state: dict[str, Any]  # attributes by address
    second: subprocess.CompletedProcess[str]
    files: set[str]


def applied(directory: Path, prepare: Callable[[Path], object], *arguments: str) -> Applied:
    """The stack, applied to the cloud of an empty one, destroyed afterwards."""
    directory.mkdir()
    (directory / "main.tf").write_text(EMPTY)
    try:
        begun = localalb(directory, "up")
        assert begun.returncode == 0, begun.stderr
        shutil.copytree(STACK, directory, dirs_exist_ok=True)
        prepare(directory)
        up = localalb(directory, "up", *arguments)
        assert up.returncode == 0, up.stdout + up.stderr
        files = {path.name for path in directory.iterdir()}
        state = json.loads((directory / NAME / "terraform.tfstate").read_text())
        second = localalb(directory, "terraform", "plan", "-no-color", "-detailed-exitcode")
        return Applied(up.stderr, up.stdout, attributes(state), second, files)
    finally:
        localalb(directory, "down")


def attributes(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a state says of each instance: its attributes, what it depends on, its status. The provider's
    private notes are left out: those of an import name the schema's version, 0, too."""
    return {
        json.dumps(
            [each.get("module"), each["mode"], each["type"], each["name"], instance.get("index_key")]
        ): {
            **generic(instance["attributes"]),
            **{f"({key})": generic(instance.get(key)) for key in ("dependencies", "status")},
        }
        for each in state["resources"]
        for instance in each["instances"]
    }


def generic(value: Any) -> Any:
    """A value without what is generated; a set's order means nothing."""
    if isinstance(value, dict):
        return {key: generic(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(map(generic, value), key=repr)
    return GENERATED.sub("*", value) if isinstance(value, str) else value


def half_way(directory: Path) -> None:
    """What an `up` leaves that is killed between making a load balancer and importing it."""
    elbv2, subnets = client(directory, "elbv2"), subnets_of(client(directory, "ec2"))
    arn = elbv2.create_load_balancer(Name="edge-6", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    protected = {"Key": "deletion_protection.enabled", "Value": "true"}
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[protected])
    record = directory / NAME / "terraform.tfstate.adopting"
    record.write_text(json.dumps([["us-east-1", "edge-6"], ["us-east-1", "never-made"]]))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Applied, Applied]:
    """The stack made by `up`, after one that was killed, and made by the provider alone."""
    place = tmp_path_factory.mktemp("stacks")
    with ThreadPoolExecutor() as executor:
        ours = executor.submit(applied, place / "ours", half_way)
        theirs = executor.submit(applied, place / "theirs", lambda _: None, "--no-adopt")
        return ours.result(), theirs.result()


def test_what_can_be_is_imported(both: tuple[Applied, Applied]) -> None:
    assert "Apply complete! Resources: 3 imported, 3 added, 0 changed, 0 destroyed." in both[0].printed
    assert "imported" not in both[1].printed


def test_what_is_not_known_is_made_by_the_provider_and_said(both: tuple[Applied, Applied]) -> None:
    assert "aws_lb.later[0] is not adopted: its name is not known in the plan\n" in both[0].said


def test_the_state_is_the_provider_s_own(both: tuple[Applied, Applied]) -> None:
    ours, theirs = both[0].state, both[1].state
    assert sum(f'"{type_}"' in address for type_ in TYPES for address in ours) == 4
    assert ours.keys() == theirs.keys()
    different = {
        (address, key): (value, theirs[address].get(key))
        for address, instance in ours.items()
        for key, value in instance.items()
        if value != theirs[address].get(key)
    }
    # Where no tags are given, the provider reads none as an empty map and leaves null after a creation.
    untagged = json.dumps([None, "managed", "aws_alb", "prefixed", None])
    assert different == {(untagged, "tags"): ({}, None)}


def test_a_second_plan_is_empty(both: tuple[Applied, Applied]) -> None:
    for each in both:
        assert each.second.returncode == 0, each.second.stdout


def test_nothing_is_left_in_the_directory(both: tuple[Applied, Applied]) -> None:
    assert both[0].files == {"main.tf", "edge", NAME}


class Planned(Terraform):
    """A plan that is there already. With `fails`, the plan that imports is none."""

    def __init__(self, directory: Path, cloud: Sites, imports: str) -> None:
        super().__init__(directory, directory, settings(cloud.endpoint))
        self._cloud = cloud
        self._imports = imports
        self.applied: list[tuple[str, ...]] = []

    def write_plan(self, path: Path, *arguments: str, imports: str = "") -> str:
        if imports and not self._imports:
            raise TerraformError("terraform plan failed in here:\nand why")
        return self._imports if imports else "  # aws_alb.prefixed will be created\n"

    def read_plan(self, path: Path) -> dict[str, Any]:
        plan: dict[str, Any] = json.loads(PLAN.read_text())
        subnets = subnets_of(self._cloud.client("ec2"))
        (change,) = (
            each["change"] for each in plan["resource_changes"] if each["address"] == "aws_alb.prefixed"
        )
        change["after"]["subnets"] = subnets
        return plan

    def apply(self, *arguments: str, capture: bool = False) -> None:
        self.applied.append(arguments)


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Sites]:
    with running(tmp_path) as cloud:
        yield cloud


UPDATE = '{"change":{"resource":{"addr":"aws_alb.prefixed"},"action":"update"},"type":"planned_change"}\n'
FAILURES = {
    "the plan that imports fails": ("", "No load balancer is adopted: terraform plan failed in here:"),
    "the plan that imports would change it": (
        UPDATE,
        "aws_alb.prefixed is not adopted: the plan after its import would update it",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_what_fails_half_way_is_removed_and_made_by_the_provider(
    cloud: Sites, tmp_path: Path, case: str
) -> None:
    imports, reason = FAILURES[case]
    terraform, said = Planned(tmp_path, cloud, imports), list[str]()
    adoption.apply(terraform, ["-var=x=1"], said.append)
    assert reason in said
    assert terraform.applied == [("-var=x=1",)]
    assert cloud.client("elbv2").describe_load_balancers()["LoadBalancers"] == []
    assert list(tmp_path.glob("*.adopting")) == []


def test_a_load_balancer_of_somebody_s_stays(cloud: Sites, tmp_path: Path, monkeypatch: Any) -> None:
    """The provider refuses the name, and says so."""
    monkeypatch.setattr(adoption, "_suffix", lambda: "taken")
    elbv2 = cloud.client("elbv2")
    elbv2.create_load_balancer(Name="pre-taken", Subnets=subnets_of(cloud.client("ec2")))
    terraform, said = Planned(tmp_path, cloud, UPDATE), list[str]()
    adoption.apply(terraform, [], said.append)
    assert "No load balancer is adopted: a load balancer pre-taken exists already" in said
    assert len(elbv2.describe_load_balancers(Names=["pre-taken"])["LoadBalancers"]) == 1
