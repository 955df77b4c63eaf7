"""`localalb up` makes new load balancers, and its state is the one that the provider makes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from localalb.adoption.planned import TYPES
from localalb.stacks.home import NAME, Home
from tests.terraform import versions
from tests.waiting import until

STACK = Path(__file__).parent / "adopted"
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
    """What a state says of each instance: its attributes, what it depends on, its status, the provider's
    private notes."""
    return {
        json.dumps(
            [each.get("module"), each["mode"], each["type"], each["name"], instance.get("index_key")]
        ): {
            **generic(instance["attributes"]),
            **{f"({key})": generic(instance.get(key)) for key in ("dependencies", "status", "private")},
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
    """What an `up` leaves that is killed between making a load balancer and telling Terraform."""
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


ONE = """\
data "aws_subnets" "default" {}

resource "aws_lb" "one" {
  name    = "one"
  subnets = slice(sort(data.aws_subnets.default.ids), 0, 2)
}
"""
# `localalb`, killed where a load balancer is made and Terraform does not know of it.
KILLED = """\
import os
from localalb.adoption import load_balancers
from localalb.cli import main

load_balancers._read = lambda *arguments: os.kill(os.getpid(), 9)
main()
"""


def test_what_a_killed_up_made_the_next_one_removes(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(ONE)
    try:
        killed = subprocess.run([sys.executable, "-c", KILLED, "up"], cwd=tmp_path, timeout=400)
        assert killed.returncode == -signal.SIGKILL
        sockets = (tmp_path / NAME / "terraform/sockets").readlink()
        elbv2 = client(tmp_path, "elbv2")
        (forgotten,) = elbv2.describe_load_balancers()["LoadBalancers"]
        up = localalb(tmp_path, "up")
        assert up.returncode == 0, up.stdout + up.stderr
        (made,) = elbv2.describe_load_balancers()["LoadBalancers"]
        assert made["LoadBalancerName"] == "one"
        assert made["LoadBalancerArn"] != forgotten["LoadBalancerArn"]
        assert not list(tmp_path.glob(f"{NAME}/*.adopting"))
        assert not sockets.exists()
        assert until(lambda: not providers_in(tmp_path))
    finally:
        localalb(tmp_path, "down")


@pytest.mark.parametrize("version", versions.WHEELS)
def test_each_terraform_takes_it(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = os.environ["PATH"]
    terraform, _ = versions.directory(version, path)
    monkeypatch.setenv("PATH", f"{terraform}{os.pathsep}{path}")
    (tmp_path / "main.tf").write_text(ONE)
    try:
        up = localalb(tmp_path, "up")
        assert up.returncode == 0, up.stdout + up.stderr
        assert not waiting(up.stdout)
        second = localalb(tmp_path, "terraform", "plan", "-no-color", "-detailed-exitcode")
        assert second.returncode == 0, second.stdout
        state = json.loads((tmp_path / NAME / "terraform.tfstate").read_text())
        assert state["terraform_version"] == version
    finally:
        localalb(tmp_path, "down")


def providers_in(directory: Path) -> list[int]:
    """The processes of providers that were started in a directory."""
    return [
        process.pid
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"].startswith("terraform-prov") and process.info["cwd"] == str(directory)
    ]


def test_only_the_load_balancer_of_another_kind_waits(both: tuple[Applied, Applied]) -> None:
    waited = {each for each in both[0].state if json.loads(each)[3] in waiting(both[0].printed)}
    assert {json.loads(each)[3] for each in waited} == {"network"}
    assert (
        "aws_lb network: the AWS provider makes it, and waits 60 s, because it is a network load"
        in both[0].said
    )


def waiting(printed: str) -> set[str]:
    """The names of the resources that Terraform said it is still creating."""
    return set(re.findall(r"(\w+)(?:\[[^]]*\])?: Still creating", printed))


def test_the_state_is_the_provider_s_own(both: tuple[Applied, Applied]) -> None:
    ours, theirs = both[0].state, both[1].state
    assert sum(f'"{type_}"' in address for type_ in TYPES for address in ours) == 7
    assert ours.keys() == theirs.keys()
    different = [
        (address, name, ours[address].get(name), value)
        for address, instance in theirs.items()
        for name, value in instance.items()
        if ours[address].get(name) != value
    ]
    assert not different, "\n".join(map(str, different))


def test_a_second_plan_is_empty(both: tuple[Applied, Applied]) -> None:
    for each in both:
        assert each.second.returncode == 0, each.second.stdout


def test_nothing_is_left_in_the_directory(both: tuple[Applied, Applied]) -> None:
    assert both[0].files == {"main.tf", "edge", NAME}
