"""The metrics of load balancers and their target groups: the namespace AWS/ApplicationELB.

User guide, "CloudWatch metrics for your Application Load Balancer". There are no zones here, so no metric has
the dimension AvailabilityZone. Health checks do not count.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from localalb.balancer.access_log import Entry
from localalb.http import faults
from localalb.login import reasons
from localalb.runtime.distribution import Distribution, Metric, Sample, Tallies

NAMESPACE = "AWS/ApplicationELB"
CLIENT_GONE = 460
# Which of the reasons are the load balancer's or Lambda's own fault (user guide, "Access logs", "Error reason
# codes"); all others are the function's.
INTERNAL = frozenset({faults.CONNECTION_TIMEOUT})
UNITS = {"TargetResponseTime": "Seconds", "LambdaTargetProcessedBytes": "Bytes"}


class Outcome(NamedTuple):
    """What became of a request, in the words of its access log entry. `answered`: the target was, in time;
    `address`: it is no function; `refused`: it took no connection."""

    load_balancer: str
    target_group: str
    status: int
    target_status: int
    reason: str
    action: str
    answered: bool
    address: bool
    refused: bool


class Attempt(NamedTuple):
    """What became of a client at a gate. `asked`: a provider was."""

    load_balancer: str
    outcome: str
    reason: str
    asked: bool


class BalancerMetrics:
    """Counts requests that are over."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._tallies: Tallies[tuple[Any, ...]] = Tallies(clock)  # by what becomes an `Outcome` when read
        self._attempts: Tallies[Attempt] = Tallies(clock)

    def over(self, entry: Entry) -> None:
        if (visit := entry.visit) is not None:
            attempt = Attempt(entry.load_balancer, visit.outcome, entry.reason, visit.asked >= 0)
            self._attempts.add(attempt, visit.asked * 1000)
        outcome = (
            entry.load_balancer,
            entry.target_group,
            entry.status,
            entry.target_status,
            entry.reason,
            entry.action,
            entry.target_duration >= 0,
            bool(entry.target),
            entry.refused,
        )
        # Guess: which bytes LambdaTargetProcessedBytes counts is not documented; here the request's and the
        # response's on the wire.
        self._tallies.add(outcome, entry.target_duration, entry.request.size + entry.sent)

    def samples(self) -> Iterator[Sample]:
        return chain(self._tallies.samples(_publish), self._attempts.samples(_publish_attempts))


def counted(outcome: Outcome) -> Iterator[str]:
    """The metrics in which a request counts as one."""
    by_lambda = outcome.reason.startswith("Lambda")
    gone = outcome.status == CLIENT_GONE and outcome.target_group
    if outcome.answered or by_lambda or outcome.address or gone:
        yield "RequestCount"  # a target was chosen
    if outcome.refused:
        yield "TargetConnectionErrorCount"
    if outcome.target_status:
        yield f"HTTPCode_Target_{outcome.target_status // 100}XX_Count"
    if outcome.status != outcome.target_status:
        # What a rule answers comes from the load balancer too. That it counts is a guess.
        if outcome.status >= 300:
            yield f"HTTPCode_ELB_{outcome.status // 100}XX_Count"
        if outcome.status in (500, 502, 503, 504):
            yield f"HTTPCode_ELB_{outcome.status}_Count"
    if by_lambda:
        yield "LambdaInternalError" if outcome.reason in INTERNAL else "LambdaUserError"
    if outcome.action.endswith("redirect"):
        yield "HTTP_Redirect_Count"
    elif outcome.action.endswith("fixed-response"):
        yield "HTTP_Fixed_Response_Count"


def _publish(key: tuple[Any, ...], values: tuple[Distribution, ...]) -> Iterator[tuple[Metric, Distribution]]:
    outcome = Outcome(*key)
    durations, sizes = values
    _, _, _, region, account, resource = outcome.load_balancer.split(":", 5)
    balancer = ("LoadBalancer", resource.removeprefix("loadbalancer/"))
    group = ("TargetGroup", outcome.target_group.rpartition(":")[2])
    found = [(name, Distribution.repeated(1, durations.count)) for name in counted(outcome)]
    if outcome.answered:
        found.append(("TargetResponseTime", durations))
        if not outcome.address:
            found.append(("LambdaTargetProcessedBytes", sizes))
    for name, distribution in found:
        for dimensions in _dimensions(name, balancer, group):
            unit = UNITS.get(name, "Count")
            yield Metric(account, region, NAMESPACE, name, unit, dimensions), distribution


def _publish_attempts(
    attempt: Attempt, values: tuple[Distribution, ...]
) -> Iterator[tuple[Metric, Distribution]]:
    (latencies,) = values
    _, _, _, region, account, resource = attempt.load_balancer.split(":", 5)
    dimensions = (("LoadBalancer", resource.removeprefix("loadbalancer/")),)
    for name in filter(None, (reasons.METRICS.get(attempt.reason), reasons.OUTCOMES.get(attempt.outcome))):
        counted = Distribution.repeated(1, latencies.count)
        yield Metric(account, region, NAMESPACE, name, "Count", dimensions), counted
    if attempt.asked:
        yield Metric(account, region, NAMESPACE, "ELBAuthLatency", "Milliseconds", dimensions), latencies


def _dimensions(
    name: str, balancer: tuple[str, str], group: tuple[str, str]
) -> list[tuple[tuple[str, str], ...]]:
    if name in ("LambdaUserError", "LambdaInternalError"):
        return [(group,), (balancer, group)]
    if name.startswith(("HTTPCode_ELB", "HTTP_")) or name == "LambdaTargetProcessedBytes":
        return [(balancer,)]
    return [(balancer,), (balancer, group)]
