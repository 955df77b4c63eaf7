"""One stack of everything the module may set, through its life: made, changed, destroyed."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from localalb.stacks.stack import Stack
from localalb.stacks.terraform import Terraform
from tests.certificates import Authority, Issued
from tests.parity import observed
from tests.parity.observed import Observed
from tests.sites import ECHO, Sites, running
from tests.zips import zipped

STACK = Path(__file__).parent / "stack"
NAMES = ("www.example.com", "api.example.com")


@dataclass(frozen=True)
class Life:
    """What was seen of the stack; `first` and `second` are the plans after it was made and after it was
    changed, as text, empty where they were."""

    first: str
    second: str
    made: Observed
    left: dict[str, list[str]]
    log: str


@pytest.fixture(scope="package")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with running(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture(scope="package")
def life(cloud: Sites, tmp_path_factory: pytest.TempPathFactory) -> Life:
    """The stack's life. Its load balancers take the provider a minute and a half, whatever the cloud does."""
    directory = tmp_path_factory.mktemp("provider")
    authority = Authority()
    environ = os.environ | _variables(directory, authority)
    terraform = Terraform(STACK, directory / "home", environ)
    terraform.init()
    _dual_stack(cloud)
    before = observed.everything(cloud)
    stack = Stack(terraform, {})
    stack.apply()
    made, first = observed.observe(cloud, stack.outputs, authority), _changes(stack)
    changed = Stack(terraform, {"changed": True})
    changed.apply()
    second = _changes(changed)
    changed.destroy()
    after = observed.everything(cloud)
    left = {kind: [name for name in names if name not in before[kind]] for kind, names in after.items()}
    return Life(first, second, made, left, cloud.log.read_text())


def _dual_stack(cloud: Sites) -> None:
    """IPv6 for the default VPC, which has none on AWS either: a load balancer of dual stack needs it."""
    ec2 = cloud.client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    ec2.associate_vpc_cidr_block(VpcId=vpc["VpcId"], AmazonProvidedIpv6CidrBlock=True)
    (vpc,) = ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"]
    (block,) = vpc["Ipv6CidrBlockAssociationSet"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]
    parts = ipaddress.ip_network(block["Ipv6CidrBlock"]).subnets(new_prefix=64)
    for subnet, part in zip(subnets, parts, strict=False):
        ec2.associate_subnet_cidr_block(SubnetId=subnet["SubnetId"], Ipv6CidrBlock=str(part))


def _changes(stack: Stack) -> str:
    """A plan as text, empty where it has nothing to change."""
    plan = stack.plan()
    return "" if plan.returncode == 0 else plan.stdout


def _variables(directory: Path, authority: Authority) -> Mapping[str, str]:
    """The stack's variables, in the environment: keys do not belong on a command line."""
    for name, files in {"function": {"app.py": ECHO}, "layer": {"python/extra.py": "extra = True\n"}}.items():
        (directory / f"{name}.zip").write_bytes(zipped(files))
    values: dict[str, Any] = {
        "package_file": str(directory / "function.zip"),
        "layer_file": str(directory / "layer.zip"),
        "certificates": json.dumps({name: _pem(authority.issue(name)) for name in NAMES}),
        "trusted": authority.root.decode(),
        "revoked": authority.revoked().public_bytes(Encoding.PEM).decode(),
    }
    return {f"TF_VAR_{name}": value for name, value in values.items()}


def _pem(issued: Issued) -> dict[str, str]:
    return {
        "certificate": issued.certificate.decode(),
        "private_key": issued.private_key.decode(),
        "chain": issued.chain.decode(),
    }
