"""Metrics of load balancers: each row of tests/cases/metrics.py, and under which dimensions they stand."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from localalb.balancer.access_log import Entry
from localalb.balancer.metrics import BalancerMetrics
from localalb.http.message import Request
from tests.cases.metrics import SECTIONS, MetricCase

ELB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
BALANCER = f"{ELB}:loadbalancer/app/demo/1"
GROUP = f"{ELB}:targetgroup/demo/2"
LB, TG = ("LoadBalancer", "app/demo/1"), ("TargetGroup", "targetgroup/demo/2")


def entry(**fields: Any) -> Entry:
    if "target_group" in fields:
        fields["target_group"] = GROUP
    request = Request("GET", "/", size=100)
    return Entry(request, BALANCER, created=0.0, **{"sent": 50} | fields)


@pytest.mark.parametrize(
    "case", [row for rows in SECTIONS.values() for row in rows], ids=lambda case: case.id
)
def test_a_request(case: MetricCase) -> None:
    metrics = BalancerMetrics(lambda: 100.0)
    metrics.over(entry(**case.entry))
    found = {
        name: each[(LB, TG)] if (LB, TG) in each else each[(LB,)] for name, each in samples(metrics).items()
    }
    reached = "TargetResponseTime" in case.values and "target" not in case.entry
    assert found.pop("LambdaTargetProcessedBytes", None) == (150 if reached else None)
    assert found == case.values


def samples(metrics: BalancerMetrics) -> dict[str, dict[Any, float | None]]:
    """Sums by name and dimensions."""
    found: dict[str, dict[Any, float | None]] = defaultdict(dict)
    for metric, minute, distribution in metrics.samples():
        assert (metric.account, metric.region) == ("123456789012", "eu-west-1")
        assert (metric.namespace, minute) == ("AWS/ApplicationELB", 60)
        found[metric.name][metric.dimensions] = distribution.statistic("Sum")
    return found


def test_dimensions() -> None:
    """User guide, "CloudWatch metrics": LoadBalancer is the end of its ARN, TargetGroup likewise."""
    metrics = BalancerMetrics(lambda: 100.0)
    fields = {"status": 200, "target_status": 200, "target_duration": 0.5, "target_group": GROUP}
    metrics.over(entry(**fields))
    metrics.over(entry(**fields))
    metrics.over(entry(status=502, reason="LambdaUnhandled", target_group=GROUP))
    metrics.over(entry(status=503, action="fixed-response"))
    found = samples(metrics)
    assert found["RequestCount"] == {(LB,): 3, (LB, TG): 3}
    assert found["HTTPCode_Target_2XX_Count"] == {(LB,): 2, (LB, TG): 2}
    assert found["TargetResponseTime"] == {(LB,): 1.0, (LB, TG): 1.0}
    assert found["LambdaUserError"] == {(TG,): 1, (LB, TG): 1}
    assert found["LambdaTargetProcessedBytes"] == {(LB,): 300}
    # Of the load balancer as a whole, whatever group was meant.
    assert found["HTTPCode_ELB_5XX_Count"] == {(LB,): 2}
    assert found["HTTPCode_ELB_502_Count"] == {(LB,): 1}
    assert found["HTTP_Fixed_Response_Count"] == {(LB,): 1}
