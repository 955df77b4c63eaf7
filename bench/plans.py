"""What a plan takes: the root module alone, and many services of it on one load balancer."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

from localalb.stacks.terraform import Terraform
from tests.sites import running

ROOT = Path(__file__).parents[1]
ROUNDS = 3
ALONE = 0  # services: the root module, called with no input
BUDGETS = {ALONE: 5.0, 50: 15.0}  # seconds
SIZES = (ALONE, 1, 10, 50)

STACK = """
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

module "load_balancer" {
  source = "%(root)s/modules/load-balancer"

  name                = "shared"
  security_group_name = "shared"
  vpc_id              = "vpc-0a1b2c3d"
  subnet_ids          = ["subnet-0a", "subnet-0b"]
}

module "service" {
  source   = "%(root)s"
  for_each = { for number in range(%(services)d) : "service-${number}" => number + 1 }

  name                 = each.key
  create_load_balancer = false
  listener_rules = {
    path = {
      listener_arn  = module.load_balancer.listener_arn
      priority      = each.value
      path_patterns = ["/${each.key}/*"]
    }
  }
}
"""


def main() -> list[str]:
    """Print the table; a line for each plan over its budget."""
    print(f"plans of what is not there yet; medians of {ROUNDS}, interleaved")
    missed = []
    with tempfile.TemporaryDirectory() as place, running(Path(place)):
        stacks = {services: stack(Path(place), services) for services in SIZES}
        taken: dict[int, list[float]] = {services: [] for services in SIZES}
        for _ in range(ROUNDS):
            for services, terraform in stacks.items():
                taken[services].append(seconds(terraform))
    for services, times in taken.items():
        name = f"{services} services on one load balancer" if services else "the root module"
        middle = statistics.median(times)
        print(f"{name:36}{middle:6.1f} s")
        if middle > BUDGETS.get(services, float("inf")):
            missed.append(f"plans, {name}: {middle:.1f} s, budget {BUDGETS[services]:.0f} s")
    return missed


def stack(place: Path, services: int) -> Terraform:
    directory = ROOT
    if services != ALONE:
        directory = place / f"stack-{services}"
        directory.mkdir()
        (directory / "main.tf").write_text(STACK % {"root": ROOT, "services": services})
    terraform = Terraform(directory, place / "home", os.environ, place / f"{services}.tfstate")
    terraform.init()
    return terraform


def seconds(terraform: Terraform) -> float:
    began = time.perf_counter()
    made = terraform.run("plan", "-input=false", capture=True)
    if made.returncode:
        raise RuntimeError(made.stdout)
    return time.perf_counter() - began
