"""`python -m tests.terraform`: check the HCL's format, validate the root module, run its plan-time tests, and
those of a stack that calls it.

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
CONSUMER = ROOT / "tests/terraform/consumer"


def run(version: str = "terraform") -> bool:
    """Whether all of it passes. One store of providers for every version, and a data directory each."""
    root = Terraform(ROOT, HOME, state=HOME / f"{version}.tfstate")
    consumer = Terraform(CONSUMER, HOME, state=HOME / f"{version}-consumer.tfstate")
    root.init(TESTS)
    consumer.init()
    commands = (
        (root, "fmt", "-check", "-recursive", "-diff"),
        (root, "validate"),
        (root, "test", TESTS),
        (consumer, "test"),
    )
    return all(passes(terraform, *command) for terraform, *command in commands)


def passes(terraform: Terraform, *command: str) -> bool:
    result = terraform.run(*command, capture=True)
    print(result.stdout, end="", flush=True)
    return result.returncode == 0


def run_with(version: str, path: str) -> str | None:
    """What is wrong with this version, None if nothing is. `path` is the caller's PATH."""
    try:
        directory, origin = versions.directory(version, path)
        os.environ["PATH"] = f"{directory}{os.pathsep}{path}"
        print(f"\nTerraform {version}, {origin}", flush=True)
        return None if run(f"terraform-{version}") else "failed; what, stands above"
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
        return 0 if run() else 1
    except TerraformError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
