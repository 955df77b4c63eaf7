"""What was asked over HTTP stands in CloudWatch, and alarms go off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sites import Site, Sites, fixed

CODE = """
def handler(event, context):
    what = event.get("path", "/")[1:]
    if what == "raise":
        raise ValueError(what)
    if what == "malformed":
        return {}
    return {"statusCode": int(what or 200), "body": ""}
"""
ASKED = {"200": 4, "404": 2, "500": 3, "raise": 2, "malformed": 1}
Dimensions = dict[str, str]


@dataclass(frozen=True)
class Watched:
    """A site that has had the requests of `ASKED`, a redirected one, and one that was throttled."""

    cloud: Sites
    site: Site

    @property
    def balancer(self) -> Dimensions:
        return {"LoadBalancer": self.site.load_balancer.partition(":loadbalancer/")[2]}

    @property
    def group(self) -> Dimensions:
        return {"TargetGroup": self.site.target_group.rpartition(":")[2]}

    @property
    def function(self) -> Dimensions:
        return {"FunctionName": self.site.name}

    def statistics(
        self, namespace: str, name: str, dimensions: Dimensions, *statistics: str, period: int = 86400
    ) -> list[dict[str, Any]]:
        percentiles = [each for each in statistics if each.startswith("p")]
        plain = [each for each in statistics if each not in percentiles]
        now = datetime.now(UTC)
        answer = self.cloud.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=api(dimensions),
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=1),
            Period=period,
            **({"Statistics": plain} if plain else {}),
            **({"ExtendedStatistics": percentiles} if percentiles else {}),
        )
        datapoints: list[dict[str, Any]] = answer["Datapoints"]
        return datapoints

    def sum(self, namespace: str, name: str, dimensions: Dimensions) -> float | None:
        """A metric's sum over all there is, however the minutes and days fell."""
        found = self.statistics(namespace, name, dimensions, "Sum")
        return sum(each["Sum"] for each in found) if found else None


def api(dimensions: Dimensions) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


@pytest.fixture(scope="module")
def watched(cloud: Sites) -> Iterator[Watched]:
    with cloud.deployed(CODE) as site:
        config = {"StatusCode": "HTTP_301", "Path": "/new"}
        cloud.rule(site, {"Type": "redirect", "RedirectConfig": config}, path="/moved")
        cloud.rule(site, fixed("closed", 503), priority=2, path="/closed")
        for path, count in ASKED.items():
            for _ in range(count):
                site.ask(f"/{path}")
        site.ask("/moved")
        site.ask("/closed")
        cloud.functions.put_function_concurrency(FunctionName=site.name, ReservedConcurrentExecutions=0)
        site.ask("/200")
        cloud.functions.delete_function_concurrency(FunctionName=site.name)
        cloud.record(site, sum(ASKED.values()) + 3)
        yield Watched(cloud, site)


def test_the_load_balancer_s_metrics(watched: Watched) -> None:
    """User guide, "CloudWatch metrics for your Application Load Balancer"."""
    expected = {
        "RequestCount": 13,
        "HTTPCode_Target_2XX_Count": 4,
        "HTTPCode_Target_4XX_Count": 2,
        "HTTPCode_Target_5XX_Count": 3,
        "HTTPCode_Target_3XX_Count": None,
        "HTTPCode_ELB_3XX_Count": 1,
        "HTTPCode_ELB_4XX_Count": None,
        "HTTPCode_ELB_5XX_Count": 5,
        "HTTPCode_ELB_502_Count": 4,
        "HTTPCode_ELB_503_Count": 1,
        "HTTP_Redirect_Count": 1,
        "HTTP_Fixed_Response_Count": 1,
    }
    found = {name: watched.sum("AWS/ApplicationELB", name, watched.balancer) for name in expected}
    assert found == expected


def test_the_target_group_s_metrics(watched: Watched) -> None:
    both = watched.balancer | watched.group
    assert watched.sum("AWS/ApplicationELB", "RequestCount", both) == 13
    assert watched.sum("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", both) == 3
    for dimensions in (watched.group, both):
        # Raised, malformed, throttled.
        assert watched.sum("AWS/ApplicationELB", "LambdaUserError", dimensions) == 4
        assert watched.sum("AWS/ApplicationELB", "LambdaInternalError", dimensions) is None


def test_the_function_s_metrics(watched: Watched) -> None:
    """Developer guide, "Types of metrics for Lambda functions". A malformed answer is no error there."""
    found = {
        name: watched.sum("AWS/Lambda", name, watched.function)
        for name in ("Invocations", "Errors", "Throttles")
    }
    assert found == {"Invocations": 12, "Errors": 2, "Throttles": 1}
    by_resource = watched.function | {"Resource": watched.site.name}
    assert watched.sum("AWS/Lambda", "Invocations", by_resource) == 12


def test_statistics_and_percentiles(watched: Watched) -> None:
    names = ("Average", "Minimum", "Maximum", "SampleCount", "p50", "p99")
    for namespace, metric, dimensions, unit in (
        ("AWS/Lambda", "Duration", watched.function, "Milliseconds"),
        ("AWS/ApplicationELB", "TargetResponseTime", watched.balancer, "Seconds"),
    ):
        for found in watched.statistics(namespace, metric, dimensions, *names):
            assert found["Unit"] == unit
            percentiles = found["ExtendedStatistics"]
            assert 0 < found["Minimum"] <= percentiles["p50"] <= percentiles["p99"] <= found["Maximum"]
            assert found["Average"] <= found["Maximum"]


def test_metric_data(watched: Watched) -> None:
    """The dimensions in any order; a period begins at its multiple."""
    both = api(watched.group | watched.balancer)
    metric = {"Namespace": "AWS/ApplicationELB", "MetricName": "RequestCount", "Dimensions": both}
    now = datetime.now(UTC)
    answer = watched.cloud.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}, "ReturnData": False},
            {"Id": "m2", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "p99"}},
            {"Id": "e1", "Expression": "m1", "Label": "requests"},
        ],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
    )
    percentile, requests = answer["MetricDataResults"]
    assert (percentile["Id"], set(percentile["Values"])) == ("m2", {1.0})
    assert (requests["Id"], requests["Label"], sum(requests["Values"])) == ("e1", "requests", 13)
    assert {moment.timestamp() % 300 for moment in requests["Timestamps"]} == {0}


def test_metrics_are_listed(watched: Watched) -> None:
    listed = watched.cloud.client("cloudwatch").list_metrics(
        Namespace="AWS/Lambda", MetricName="Errors", Dimensions=api(watched.function)
    )["Metrics"]
    found = [{each["Name"]: each["Value"] for each in metric["Dimensions"]} for metric in listed]
    resource = {"Resource": watched.site.name}
    assert sorted(found, key=len) == [watched.function, watched.function | resource]


def test_what_somebody_puts_is_read_with_the_same_rules(cloud: Sites) -> None:
    cloudwatch = cloud.client("cloudwatch")
    narrow = [{"Name": "A", "Value": "1"}, {"Name": "B", "Value": "2"}]
    for dimensions, values in ((narrow[:1], [1.0, 3.0]), (narrow, [50.0])):
        cloudwatch.put_metric_data(
            Namespace="Mine", MetricData=[{"MetricName": "x", "Dimensions": dimensions, "Values": values}]
        )
    now = datetime.now(UTC)
    found = cloudwatch.get_metric_statistics(
        Namespace="Mine", MetricName="x", Dimensions=narrow[:1], Period=3600, Statistics=["Sum"],
        StartTime=now - timedelta(hours=2), EndTime=now + timedelta(minutes=1),
    )["Datapoints"]  # fmt: skip
    assert sum(each["Sum"] for each in found) == 4.0
    with pytest.raises(ClientError, match="StartTime must be less"):
        cloudwatch.get_metric_statistics(
            Namespace="Mine", MetricName="x", Period=60, Statistics=["Sum"], StartTime=now, EndTime=now
        )


def alarm(watched: Watched, name: str, metric: str, dimensions: Dimensions, **more: Any) -> str:
    """The state of an alarm that is made, asked for, and deleted."""
    cloudwatch = watched.cloud.client("cloudwatch")
    arguments = {
        "Namespace": "AWS/ApplicationELB",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 5,
        "DatapointsToAlarm": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }
    cloudwatch.put_metric_alarm(
        AlarmName=name, MetricName=metric, Dimensions=api(dimensions), **arguments | more
    )
    (found,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    cloudwatch.delete_alarms(AlarmNames=[name])
    return str(found["StateValue"])


def test_alarms_go_off(watched: Watched) -> None:
    """One of the latest minutes breaches; which, depends on when the test runs."""
    assert alarm(watched, "elb", "HTTPCode_ELB_5XX_Count", watched.balancer, Threshold=1) == "ALARM"
    assert alarm(watched, "many", "HTTPCode_ELB_5XX_Count", watched.balancer, Threshold=100) == "OK"
    target = watched.balancer | watched.group
    assert alarm(watched, "target", "HTTPCode_Target_5XX_Count", target, Threshold=1) == "ALARM"
    assert alarm(watched, "none", "LambdaInternalError", target, Threshold=1) == "OK"
    missing = {"Threshold": 1, "TreatMissingData": "missing"}
    assert alarm(watched, "missing", "LambdaInternalError", target, **missing) == "INSUFFICIENT_DATA"
    function = {"Namespace": "AWS/Lambda"}
    assert alarm(watched, "errors", "Errors", watched.function, Threshold=1, **function) == "ALARM"
    assert alarm(watched, "throttles", "Throttles", watched.function, Threshold=1, **function) == "ALARM"


def test_an_alarm_on_a_percentile(watched: Watched) -> None:
    cloudwatch = watched.cloud.client("cloudwatch")
    for threshold, state in ((0.001, "ALARM"), (60_000, "OK")):
        cloudwatch.put_metric_alarm(
            AlarmName="p99",
            MetricName="Duration",
            Namespace="AWS/Lambda",
            Dimensions=api(watched.function),
            ExtendedStatistic="p99",
            Period=60,
            EvaluationPeriods=5,
            DatapointsToAlarm=1,
            Threshold=threshold,
            ComparisonOperator="GreaterThanThreshold",
        )
        found = cloudwatch.describe_alarms_for_metric(Namespace="AWS/Lambda", MetricName="Duration")
        states = {each["AlarmName"]: each["StateValue"] for each in found["MetricAlarms"]}
        assert states["p99"] == state
    cloudwatch.delete_alarms(AlarmNames=["p99"])
