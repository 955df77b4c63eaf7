"""`python -m tests.terraform`: validate the root module and run its plan-time tests.

In a data directory of their own, apart from the one in which stacks are applied: each `terraform init` writes
anew which modules are installed, and the integration tests apply the root module at the same time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from localalb.stacks.home import NAME
from localalb.stacks.terraform import Terraform, TerraformError

ROOT = Path(__file__).parents[2]
TESTS = "-test-directory=tests/terraform"


def main() -> int:
    terraform = Terraform(ROOT, ROOT / NAME / "tests")
    try:
        terraform.init(TESTS)
    except TerraformError as error:
        print(error, file=sys.stderr)
        return 1
    return terraform.run("validate").returncode or terraform.run("test", TESTS).returncode


if __name__ == "__main__":
    sys.exit(main())
