"""The version before this one, with no input: what it planned, and a state that it made.

`before/` holds both, as Terraform wrote them for 0.1.0: the values of `terraform show -json` of a plan, by
address, but for what follows from the code or the account, and the state after its apply to a local cloud.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from localalb.stacks.home import NAME
from localalb.stacks.stack import Stack
from localalb.stacks.terraform import Terraform
from tests.integration.conftest import ROOT

BEFORE = Path(__file__).parent / "before"
FOLLOWS = ("filename", "source_code_hash", "subnets")

Plan = dict[str, dict[str, Any]]  # address without the index of a `count` -> the resource's change


def planned(state: Path, *arguments: str) -> Plan:
    """The plan of the root module on a state."""
    terraform = Terraform(ROOT, ROOT / NAME, os.environ, state)
    terraform.init()
    made = terraform.run("plan", "-input=false", f"-out={state}.plan", *arguments, capture=True)
    assert made.returncode == 0, made.stdout
    shown = terraform.run("show", "-json", f"{state}.plan", capture=True).stdout
    changes = json.loads(shown[shown.index("{") :])["resource_changes"]
    return {without_count(each["address"]): each["change"] for each in changes if each["mode"] == "managed"}


def without_count(address: str) -> str:
    return re.sub(r"\[0\]", "", address)


def said(values: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing: null, and the empty list or map that stands for a block left out."""
    found = {name: value for name, value in values.items() if name not in FOLLOWS}
    return {name: value for name, value in found.items() if value not in (None, [], {})}


@pytest.fixture(scope="module")
def plan(walkthrough: Stack, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Of the root module with no input, where nothing is."""
    return planned(tmp_path_factory.mktemp("nothing") / "terraform.tfstate")


def test_the_simple_case_is_what_it_was(plan: Plan) -> None:
    recorded = json.loads((BEFORE / "plan.json").read_text())
    before = {without_count(address): said(values) for address, values in recorded.items()}
    now = {
        address: said(change["after"]) for address, change in plan.items() if "terraform_data" not in address
    }
    assert now.keys() == before.keys()
    differences = {
        (address.split(".", 2)[-1], name): (before[address].get(name), now[address].get(name))
        for address in now
        for name in before[address].keys() | now[address].keys()
        if before[address].get(name) != now[address].get(name)
    }
    # One refuses what a name in a header should not be; the other says what it is, as an audit asks.
    assert set(differences) == {
        ("aws_lb.this", "drop_invalid_header_fields"),
        ('aws_vpc_security_group_ingress_rule.http["0.0.0.0/0"]', "description"),
    }, differences


def test_a_state_of_the_version_before_loses_nothing(walkthrough: Stack, tmp_path: Path) -> None:
    """Without a refresh: what the state names lived in another cloud."""
    state = tmp_path / "terraform.tfstate"
    state.write_bytes((BEFORE / "state.json").read_bytes())
    changes = planned(state, "-refresh=false")
    real = {address: each["actions"] for address, each in changes.items() if "terraform_data" not in address}
    assert {address for address, actions in real.items() if "delete" in actions} == set()
    assert {address for address, actions in real.items() if actions == ["create"]} == set()
    assert len(real) == len(json.loads((BEFORE / "plan.json").read_text()))
