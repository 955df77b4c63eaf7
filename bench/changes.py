"""What a change takes in a cloud with much in it: 50 load balancers with 200 rules each.

Printed for each change: until the call is answered, and until a request sent then has met the change; medians
and longest. What ends a function's execution environments has the start of a new one in the second pair. The
first line is the making of it all.
"""

from __future__ import annotations

import itertools
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sites import Site, Sites, fixed, running

BALANCERS, RULES = 50, 200
CLIENTS = 4  # that make it all; Terraform has 10
TIMES = 15
BUDGET = 0.100  # seconds: the median until a call is answered

CODE = """
import os

def handler(event, context):
    mode = "multi" if "multiValueHeaders" in event else "single"
    return {"statusCode": 200, "body": mode + " " + os.environ.get("WORD", "")}
"""


@dataclass(frozen=True)
class Change:
    """`call` makes the change with a number, a request for `path` then answers as `expected` says of that
    number; `after` is called unmeasured."""

    name: str
    call: Callable[[int], Any]
    path: str = "/"
    expected: Callable[[int], str] = lambda number: "single "
    after: Callable[[Any], object] = lambda answer: None


@dataclass(frozen=True)
class Measured:
    """Seconds, one of each a time."""

    answered: list[float]
    visible: list[float]


def populate(sites: Sites, balancers: int = BALANCERS, rules: int = RULES) -> Site:
    """Make the load balancers; the last, with a function, is the one that is changed."""

    def balancer(number: int) -> None:
        arn = sites.load_balancer(f"full-{number}")["LoadBalancerArn"]
        fill(sites, sites.listener(arn, fixed("default")), rules)

    with ThreadPoolExecutor(CLIENTS) as executor:
        list(executor.map(balancer, range(1, balancers)))
    site = sites.deploy(CODE)
    fill(sites, site.listener, rules)
    return site


def fill(sites: Sites, listener: str, rules: int) -> None:
    for number in range(1, rules + 1):
        sites.elbv2.create_rule(
            ListenerArn=listener,
            Priority=number,
            Conditions=[{"Field": "path-pattern", "Values": [f"/rule/{number}"]}],
            Actions=[fixed(str(number))],
        )


def changes(sites: Sites, site: Site) -> Iterator[Change]:
    """The changes that are measured, of one load balancer."""
    elbv2, functions = sites.elbv2, sites.functions
    rule = sites.rule(site, fixed("first"), RULES + 1, "/changed")
    other = sites.target_group(site.function_arn)  # keeps the function's environments while it is registered
    sites.rule(site, {"Type": "forward", "TargetGroupArn": other}, RULES + 2, "/other")
    target = [{"Id": site.function_arn}]

    def create(number: int) -> Any:
        return elbv2.create_rule(
            ListenerArn=site.listener,
            Priority=1000 + number,
            Conditions=[{"Field": "path-pattern", "Values": ["/created"]}],
            Actions=[fixed(f"created {number}")],
        )

    def register(number: int) -> Any:
        elbv2.register_targets(TargetGroupArn=other, Targets=target)

    def deregister(answer: object = None) -> None:
        elbv2.deregister_targets(TargetGroupArn=other, Targets=target)

    def multi_value(value: bool) -> None:
        attribute = {"Key": "lambda.multi_value_headers.enabled", "Value": str(value).lower()}
        elbv2.modify_target_group_attributes(TargetGroupArn=site.target_group, Attributes=[attribute])

    yield Change(
        "ModifyRule",
        lambda number: elbv2.modify_rule(RuleArn=rule, Actions=[fixed(f"changed {number}")]),
        "/changed",
        lambda number: f"changed {number}",
    )
    yield Change(
        "CreateRule",
        create,
        "/created",
        lambda number: f"created {number}",
        lambda made: elbv2.delete_rule(RuleArn=made["Rules"][0]["RuleArn"]),
    )
    yield Change(
        "ModifyListener",
        lambda number: elbv2.modify_listener(ListenerArn=site.listener, DefaultActions=[fixed(str(number))]),
        "/",
        str,
        lambda _: elbv2.modify_listener(
            ListenerArn=site.listener,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": site.target_group}],
        ),
    )
    yield Change(
        "AddTags",
        lambda number: elbv2.add_tags(ResourceArns=[rule], Tags=[{"Key": "a", "Value": str(number)}]),
    )
    deregister()
    yield Change("RegisterTargets", register, "/other", after=deregister)
    register(0)
    yield Change(
        "ModifyTargetGroupAttributes",
        lambda number: multi_value(True),
        expected=lambda number: "multi ",
        after=lambda _: multi_value(False),
    )
    yield Change(
        "UpdateFunctionConfiguration",
        lambda number: functions.update_function_configuration(
            FunctionName=site.name, Environment={"Variables": {"WORD": str(number)}}
        ),
        expected=lambda number: f"single {number}",
    )


def measure(site: Site, change: Change, times: int = TIMES) -> Measured:
    """Raises `RuntimeError` where a change is not met by the next request."""
    measured = Measured([], [])
    site.ask(change.path)  # an execution environment has started
    for number in itertools.islice(itertools.count(1), times):
        began = time.perf_counter()
        answer = change.call(number)
        answered = time.perf_counter()
        found = site.ask(change.path).text
        measured.visible.append(time.perf_counter() - began)
        measured.answered.append(answered - began)
        if found != change.expected(number):
            raise RuntimeError(f"{change.name}: {found!r} was answered, {change.expected(number)!r} expected")
        change.after(answer)
    return measured


def main() -> list[str]:
    """Print the table; a line for each change over the budget."""
    machine = f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    print(f"changes, Python {platform.python_version()}, {machine}")
    with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as sites:
        began = time.perf_counter()
        site = populate(sites)
        took = time.perf_counter() - began
        print(f"{BALANCERS} load balancers with {RULES} rules are made in {took:,.0f} s by {CLIENTS} clients")
        print(f"{'':28}{'answered':>13}{'longest':>13}{'visible':>13}{'longest':>13}", flush=True)
        missed = []
        for change in changes(sites, site):
            measured = measure(site, change)
            figures = (
                figure(each)
                for taken in (measured.answered, measured.visible)
                for figure, each in ((statistics.median, taken), (max, taken))
            )
            print(f"{change.name:28}" + "".join(f"{each * 1000:10,.1f} ms" for each in figures), flush=True)
            median = statistics.median(measured.answered)
            if median > BUDGET:
                missed.append(f"changes, {change.name}: {median * 1000:,.0f} ms, budget {BUDGET * 1000:,.0f}")
        return missed
