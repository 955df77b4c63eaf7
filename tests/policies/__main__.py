"""`python -m tests.policies`: hold the module and its examples to checkov's policies.

All of them as they are written. The walkthrough, and an example with a .checkov.yaml of its own, as they are
planned too: checkov follows no argument through two modules into a dynamic block, and would call off what is
on. That example is held to its own file alone, with the variables in <its name>.tfvars beside this module.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from localalb.stacks.home import NAME
from localalb.stacks.isolation import Endpoint, isolated
from localalb.stacks.start import local_cloud
from localalb.stacks.terraform import Terraform, TerraformError
from tests.policies.check import Finding, exceptions, findings, with_unknown, wrong

ROOT = Path(__file__).parents[2]
HOME = ROOT / NAME / "tests"
CHECKOV = Path(sys.prefix) / "checkov/bin/checkov"
CONFIG = ".checkov.yaml"
ENRICH = "--repo-root-for-plan-enrichment"
# Every policy: what a configuration file skips is looked at here.
FLAGS = ("--skip-check", "CKV_NONE", "--skip-download", "--compact", "--output", "json")


def checkov(*arguments: str) -> list[Finding]:
    """What it found. Raises CalledProcessError where it cannot do its work."""
    environ = os.environ | {"LOG_LEVEL": "ERROR"}
    result = subprocess.run(
        [CHECKOV, *arguments, *FLAGS], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    if result.returncode not in (0, 1):
        result.check_returncode()
    return findings(json.loads(result.stdout))


def planned(stack: Path, endpoint: Endpoint) -> list[Finding]:
    """What it finds in the plan of a stack, made in a local cloud in which there is nothing yet."""
    terraform = Terraform(
        stack, HOME, isolated(os.environ, endpoint), state=HOME / f"policies-{stack.name}.tfstate"
    )
    terraform.init()
    variables = [f"-var-file={path}" for path in Path(__file__).parent.glob(f"{stack.name}.tfvars")]
    with TemporaryDirectory() as place:
        plan = Path(place) / "plan"
        result = terraform.run("plan", "-input=false", "-no-color", f"-out={plan}", *variables, capture=True)
        if result.returncode:
            raise TerraformError(f"terraform plan failed in {stack}:\n{result.stdout}")
        shown = json.loads(terraform.run("show", "-json", str(plan), capture=True).stdout)
        path = Path(place) / "plan.json"
        path.write_text(json.dumps(with_unknown(shown)))
        # The stack's own files too, for the exceptions that stand in them and in the modules that they call.
        return checkov("-f", str(path), "--framework", "terraform_plan", ENRICH, str(stack))


def report(what: str, problems: list[str]) -> bool:
    print(f"{what}: {'passed' if not problems else 'failed'}", flush=True)
    for problem in problems:
        print(f"  {problem}", file=sys.stderr)
    return not problems


def main() -> int:
    excepted = exceptions((ROOT / CONFIG).read_text())
    strict = sorted(path.parent for path in ROOT.glob(f"examples/*/{CONFIG}"))
    written = checkov("-d", ".")
    try:
        with local_cloud() as endpoint:
            found = {stack: planned(stack, endpoint) for stack in (ROOT, *strict)}
    except TerraformError as error:
        print(error, file=sys.stderr)
        return 1
    passed = [report("module and examples", list(wrong([*written, *found[ROOT]], excepted)))]
    for stack in strict:
        own = exceptions((stack / CONFIG).read_text())
        passed.append(report(f"{stack.name}, planned", list(wrong(found[stack], own))))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
