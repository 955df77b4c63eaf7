"""What plans do to what is there: to a state of the version before this one, and to one of this version.

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

from localalb.stacks.plugins import plugins
from localalb.stacks.stack import Stack
from localalb.stacks.terraform import Terraform
from tests.integration.conftest import ROOT

BEFORE = Path(__file__).parent / "before"
FOLLOWS = ("filename", "source_code_hash", "subnets")

Plan = dict[str, dict[str, Any]]  # address without the index of a `count` -> the resource's change


class Plans:
    """Plans of the root module, each on the state that it is given; none where that is None."""

    def __init__(self, place: Path) -> None:
        self._state = place / "terraform.tfstate"
        self._terraform = Terraform(ROOT, plugins(), os.environ, self._state)
        self._terraform.init()

    def made(self, state: bytes | None, *arguments: str) -> Plan:
        """What Terraform's "JSON Output Format" has of a plan."""
        file = self._state.with_suffix(".plan")
        self._run(state, "plan", f"-out={file}", *arguments)
        shown = self._terraform.run("show", "-json", str(file), capture=True).stdout
        changes = json.loads(shown[shown.index("{") :])["resource_changes"]
        return {
            without_count(each["address"]): each["change"] for each in changes if each["mode"] == "managed"
        }

    def actions(self, state: bytes, *arguments: str) -> dict[str, str]:
        """What a plan does to each resource it changes, without the values, which take another process."""
        said = self._run(state, "plan", "-json", *arguments)
        lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        changes = [line["change"] for line in lines if line["type"] == "planned_change"]
        return {without_count(each["resource"]["addr"]): each["action"] for each in changes}

    def _run(self, state: bytes | None, *command: str) -> str:
        self._state.unlink(missing_ok=True)
        if state is not None:
            self._state.write_bytes(state)
        done = self._terraform.run(*command, "-input=false", capture=True)
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def plans(walkthrough: Stack, tmp_path_factory: pytest.TempPathFactory) -> Plans:
    return Plans(tmp_path_factory.mktemp("plans"))


def without_count(address: str) -> str:
    return re.sub(r"\[0\]", "", address)


def said(values: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing: null, and the empty list or map that stands for a block left out."""
    found = {name: value for name, value in values.items() if name not in FOLLOWS}
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def test_the_simple_case_is_what_it_was(plans: Plans) -> None:
    """The root module with no input, where nothing is."""
    plan = plans.made(None)
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


def test_a_state_of_the_version_before_loses_nothing(plans: Plans) -> None:
    """Without a refresh: what the state names lived in another cloud."""
    changes = plans.made((BEFORE / "state.json").read_bytes(), "-refresh=false")
    real = {address: each["actions"] for address, each in changes.items() if "terraform_data" not in address}
    assert {address for address, actions in real.items() if "delete" in actions} == set()
    assert {address for address, actions in real.items() if actions == ["create"]} == set()
    assert len(real) == len(json.loads((BEFORE / "plan.json").read_text()))


def test_another_vpc_makes_another_load_balancer(walkthrough: Stack, plans: Plans) -> None:
    """AWS cannot move one (provider #18317), so nothing of it may be changed in place."""
    network = ["-var=vpc_id=vpc-0a1b2c3d", '-var=subnet_ids=["subnet-0a", "subnet-0b"]']
    actions = plans.actions(walkthrough.state.read_bytes(), *network)
    replaced = {address for address, each in actions.items() if each == "replace"}
    assert {address for address in replaced if "terraform_data" not in address} == {
        "module.load_balancer.aws_lb.this",
        "module.load_balancer.aws_lb_listener.http",
        "module.load_balancer.aws_security_group.this",
        'module.load_balancer.aws_vpc_security_group_ingress_rule.http["0.0.0.0/0"]',
    }


@pytest.fixture(scope="module")
def of_tags_and_a_role(walkthrough: Stack, plans: Plans) -> dict[str, list[str]]:
    """A plan for other tags and, in one with them, for another role."""
    change = ['-var=tags={"team"="a"}', "-replace=module.function.aws_iam_role.this[0]"]
    made = plans.made(walkthrough.state.read_bytes(), *change)
    return {address: each["actions"] for address, each in made.items()}


def test_other_tags_replace_nothing(of_tags_and_a_role: dict[str, list[str]]) -> None:
    replaced = {address for address, each in of_tags_and_a_role.items() if "delete" in each}
    assert all(address.startswith("module.function.aws_iam_role") for address in replaced)
    assert of_tags_and_a_role["module.load_balancer.aws_lb.this"] == ["update"]


def test_a_new_role_is_there_before_the_old_one_goes(of_tags_and_a_role: dict[str, list[str]]) -> None:
    """Else the function would run without a role, and without leave to log."""
    assert of_tags_and_a_role["module.function.aws_iam_role.this"] == ["create", "delete"]
    assert of_tags_and_a_role["module.function.aws_iam_role_policy.logs"] == ["create", "delete"]
    assert of_tags_and_a_role["module.function.aws_lambda_function.this"] == ["update"]


def test_a_destroy_needs_no_source(walkthrough: Stack, plans: Plans, tmp_path: Path) -> None:
    """Validations are asked at destroy too; the directory may be gone by then."""
    actions = plans.actions(walkthrough.state.read_bytes(), "-destroy", f"-var=source_dir={tmp_path}/gone")
    assert set(actions.values()) == {"delete"}
