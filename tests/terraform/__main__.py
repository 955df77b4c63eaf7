"""`python -m tests.terraform`: check the HCL's format, validate the root module and run its plan-time tests.

With the Terraform that the local commands find; with `--version 1.9.8 1.11.4`, with each of those instead.

In a data directory of their own, apart from the one in which stacks are applied: each `terraform init` writes
anew which modules are installed, and the integration tests apply the root module at the same time.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path

from localalb.stacks.home import NAME
from localalb.stacks.terraform import Terraform, TerraformError
from tests.terraform import versions

ROOT = Path(__file__).parents[2]
HOME = ROOT / NAME / "tests"
TESTS = "-test-directory=tests/terraform"


def run(terraform: Terraform) -> bool:
    """Whether all of it passes."""
    terraform.init(TESTS)
    commands = (("fmt", "-check", "-recursive", "-diff"), ("validate",), ("test", TESTS))
    return all(terraform.run(*command).returncode == 0 for command in commands)


def run_with(version: str, path: str) -> str | None:
    """What is wrong with this version, None if nothing is. `path` is the caller's PATH."""
    try:
        directory, origin = versions.directory(version, path)
        os.environ["PATH"] = f"{directory}{os.pathsep}{path}"
        print(f"\nTerraform {version}, {origin}", flush=True)
        # One store of providers for all of them, and a data directory each.
        terraform = Terraform(ROOT, HOME, state=HOME / f"terraform-{version}.tfstate")
        return None if run(terraform) else "failed; what, stands above"
    except TerraformError as error:
        return str(error)


def run_with_each(wanted: list[str]) -> int:
    path = os.environ["PATH"]
    wrong = {version: run_with(version, path) for version in wanted}
    print()
    for version, problem in wrong.items():
        print(f"Terraform {version}: {problem or 'passed'}")
    return 1 if any(wrong.values()) else 0


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.terraform", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--version", nargs="+", choices=versions.WHEELS, help="run each of these")
    wanted = parser.parse_args().version
    if wanted:
        return run_with_each(wanted)
    try:
        return 0 if run(Terraform(ROOT, HOME)) else 1
    except TerraformError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
