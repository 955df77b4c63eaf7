"""An apply that does not sit out the AWS provider's wait for a new load balancer.

The provider sleeps 2 x 30 s for each (terraform-provider-aws #28523). An import only reads. So:

1. a plan of the load balancers alone tells what they need, and that is applied;
2. they are made through the API, as a plan shows them now;
3. the plan that is applied imports them, and must change nothing in them.

Where something is not known, or step 3 would change one, the provider makes them as ever, and a sentence says
why. Nothing is in the state before step 3 is applied. Until then a file beside the state has the names: what
an `up` that was killed made, the next one removes.
"""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from localalb.stacks import isolation
from localalb.stacks.planned import TYPES, Creation, Unknown, changed, created, creation, needed
from localalb.stacks.terraform import Terraform, TerraformError

WAIT = (
    "Terraform: applying. A new load balancer takes the AWS provider 60 s, here as on AWS; about 70 s in all."
)
SWITCH = "localalb_import"
_VARIABLE = f"""\
# Written by localalb for the length of a command; delete it if none runs here.
variable "{SWITCH}" {{
  type    = bool
  default = false
}}
"""


def apply(terraform: Terraform, variables: Sequence[str], say: Callable[[str], None]) -> None:
    """`terraform apply` in a local cloud, with its load balancers adopted. `variables` are Terraform's `-var`
    arguments; `say` gets a sentence about what is done, and why something is not. The environment is the
    cloud's (`isolation.isolate`). Raises `TerraformError`."""
    remove_forgotten(terraform)
    with tempfile.TemporaryDirectory(prefix="localalb-") as directory:
        whole, adopting = Path(directory, "whole"), Path(directory, "adopting")
        said = terraform.write_plan(whole, *variables)
        print(said, flush=True)
        addresses = created(said)
        if not addresses:
            terraform.apply(str(whole))
            return
        say(
            f"Terraform: importing {', '.join(addresses)}, made through the API, because the AWS provider "
            "waits 60 s for a new load balancer; half a minute in all on an idle machine (--no-adopt waits)."
        )
        try:
            if _plan_adopted(terraform, addresses, variables, adopting, say):
                terraform.apply(str(adopting))
                return
        finally:
            remove_forgotten(terraform)
    say(WAIT)
    terraform.apply(*variables)


def _plan_adopted(
    terraform: Terraform,
    addresses: Sequence[str],
    variables: Sequence[str],
    path: Path,
    say: Callable[[str], None],
) -> bool:
    """Write the plan that imports what could be made; whether there is one."""
    # What was made a moment ago is not read again: after an ordinary apply it is not either.
    unread = () if _resources(terraform.state) else ("-refresh=false",)
    try:
        creations = _creations(terraform, addresses, variables, path, say)
        if not creations:
            return False
        ids = _make(terraform, creations)
        arguments = (*variables, *unread, f"-var={SWITCH}=true")
        changes = changed(terraform.write_plan(path, "-json", *arguments, imports=imports(ids)))
    except (TerraformError, BotoCoreError, ClientError) as error:
        reason = str(error).partition("\n")[0]  # the ordinary way will say the rest
        say(f"No load balancer is adopted: {reason}")
        return False
    others = {address: changes.get(address, "miss") for address in ids if changes.get(address) != "import"}
    for address, action in others.items():
        say(f"{address} is not adopted: the plan after its import would {action} it")
    return not others


def _creations(
    terraform: Terraform,
    addresses: Sequence[str],
    variables: Sequence[str],
    path: Path,
    say: Callable[[str], None],
) -> list[Creation]:
    """What is to be made, once what that needs is applied."""
    own = ("-refresh=false", *variables, *_targets(addresses))
    needs = needed(changed(terraform.write_plan(path, "-json", *own)), addresses)
    if needs:
        terraform.apply("-refresh=false", *variables, *_targets(needs), capture=True)
        terraform.write_plan(path, *own)
    plan, region = terraform.read_plan(path), isolation.region(terraform.environ())
    creations = []
    for address in addresses:
        try:
            creations.append(creation(plan, address, region, _suffix))
        except Unknown as reason:
            say(f"{address} is not adopted: {reason}")
    return creations


def _targets(addresses: Sequence[str]) -> list[str]:
    return [f"-target={address}" for address in addresses]


_counter = itertools.count(1)


def _suffix() -> str:
    """26 characters as the provider's: the time to 0.1 ms, and a number. By them it knows a prefix again."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%d%H%M%S}{now.microsecond // 100:04}{next(_counter):08x}"


def imports(ids: Mapping[str, str]) -> str:
    """The blocks that import these ids to these addresses, where the variable says so: another command that
    runs in the directory at the same time sees them too."""
    blocks = [
        f"import {{\n  for_each = toset(var.{SWITCH} ? [{json.dumps(id_)}] : [])\n"
        f"  to       = {address}\n  id       = each.value\n}}\n"
        for address, id_ in ids.items()
    ]
    return _VARIABLE + "".join(blocks)


def _make(terraform: Terraform, creations: Sequence[Creation]) -> dict[str, str]:
    """Make the load balancers; gives the ARN of each address."""
    names = [(each.region, each.arguments["Name"]) for each in creations]
    for region, name in names:
        if _existing(_elbv2(region), name):  # it is somebody's; the provider will refuse too
            raise TerraformError(f"a load balancer {name} exists already")
    _record(terraform).write_text(json.dumps(names))
    ids = {}
    for each in creations:
        elbv2 = _elbv2(each.region)
        arn = elbv2.create_load_balancer(**each.arguments)["LoadBalancers"][0]["LoadBalancerArn"]
        attributes = [{"Key": key, "Value": value} for key, value in each.attributes.items()]
        elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes)
        ids[each.address] = arn
    return ids


def remove_forgotten(terraform: Terraform) -> None:
    """Remove what was made and never came into the state."""
    record = _record(terraform)
    if not record.exists():
        return
    held = _held(terraform.state)
    with suppress(EndpointConnectionError):  # the cloud is gone, and all with it
        for region, name in json.loads(record.read_text()):
            elbv2 = _elbv2(region)
            for arn in _existing(elbv2, name):
                if arn not in held:
                    unprotected = {"Key": "deletion_protection.enabled", "Value": "false"}
                    elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[unprotected])
                    elbv2.delete_load_balancer(LoadBalancerArn=arn)
    record.unlink()


def _elbv2(region: str) -> Any:
    return boto3.session.Session().client("elbv2", region)  # the default session keeps another cloud's key


def _record(terraform: Terraform) -> Path:
    return terraform.state.with_name(f"{terraform.state.name}.adopting")


def _held(state: Path) -> set[str]:
    """The ARNs of the load balancers in a state."""
    load_balancers = [each for each in _resources(state) if each["type"] in TYPES]
    return {instance["attributes"]["arn"] for each in load_balancers for instance in each["instances"]}


def _resources(state: Path) -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = json.loads(state.read_text())["resources"] if state.exists() else []
    return resources


def _existing(elbv2: Any, name: str) -> list[str]:
    """The ARN of the load balancer of a name, if there is one."""
    try:
        found = elbv2.describe_load_balancers(Names=[name])["LoadBalancers"]
    except elbv2.exceptions.LoadBalancerNotFoundException:
        return []
    return [each["LoadBalancerArn"] for each in found]
