"""CloudWatch as moto keeps it, with the metrics of the data plane, and read as CloudWatch reads.

moto mixes metrics of other dimensions into an answer, begins a period wherever the first value lies, has no
percentiles and evaluates no alarm. Here a metric is its namespace, name and dimensions exactly, periods begin
at their multiples, and an alarm is evaluated when somebody asks for it. Its actions are not performed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.exceptions import InvalidParameterCombination, InvalidParameterValue, ValidationError
from moto.cloudwatch.models import (
    Alarm,
    CloudWatchBackend,
    MetricAggregatedDatum,
    MetricDatumBase,
)
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from localalb.control_plane import alarms
from localalb.control_plane.alarms import Threshold
from localalb.runtime.distribution import Distribution, Sample

Replacement = tuple[type, str, Callable[..., Any]]
Samples = Callable[[str, str], Iterable[Sample]]
Series = dict[int, Distribution]  # by the second at which a period begins

SEAMS: tuple[tuple[type, str], ...] = (
    (CloudWatchBackend, "get_all_metrics"),
    (CloudWatchBackend, "get_metric_data"),
    (CloudWatchResponse, "get_metric_statistics"),
    (CloudWatchResponse, "describe_alarms"),
    (CloudWatchResponse, "describe_alarms_for_metric"),
)


class Datum(MetricAggregatedDatum):
    """A sample of the data plane, with how its values are spread."""

    def __init__(self, sample: Sample) -> None:
        metric, minute, self.distribution = sample
        super().__init__(
            namespace=metric.namespace,
            name=metric.name,
            min_stat=self.distribution.minimum,
            max_stat=self.distribution.maximum,
            sample_count=self.distribution.count,
            sum_stat=self.distribution.total,
            dimensions=[{"Name": name, "Value": value} for name, value in metric.dimensions],
            timestamp=_time(minute),
            unit=metric.unit,
        )


def replacements(samples: Samples) -> list[Replacement]:
    """The methods of `SEAMS` as they should be. `samples` gives those of an account and a region."""
    get_all_metrics = CloudWatchBackend.get_all_metrics
    get_metric_data = CloudWatchBackend.get_metric_data
    describe: Any = CloudWatchResponse.describe_alarms
    describe_for_metric: Any = CloudWatchResponse.describe_alarms_for_metric

    def all_metrics(self: CloudWatchBackend) -> list[MetricDatumBase]:
        return [*get_all_metrics(self), *map(Datum, samples(self.account_id, self.region_name))]

    def data(
        self: CloudWatchBackend,
        queries: list[dict[str, Any]],
        start_time: datetime,
        end_time: datetime,
        scan_by: str = "TimestampAscending",
    ) -> list[dict[str, Any]]:
        if _seconds(start_time) >= _seconds(end_time):
            raise ValidationError("The parameter EndTime must be greater than StartTime.")
        everything = self.get_all_metrics()
        found: dict[str, dict[str, Any]] = {}
        for query in (each for each in queries if "MetricStat" in each):
            wanted, stat = query["MetricStat"]["Metric"], query["MetricStat"]["Stat"]
            period = int(query["MetricStat"]["Period"])
            unit = query["MetricStat"].get("Unit")
            series = read(everything, wanted, unit, period, _seconds(start_time), _seconds(end_time))
            values = {second: each.statistic(stat) for second, each in series.items()}
            order = sorted((second for second in values), reverse=scan_by == "TimestampDescending")
            kept = [second for second in order if values[second] is not None]
            found[query["Id"]] = {
                "id": query["Id"],
                "label": query.get("Label") or f"{wanted['MetricName']} {stat}",
                "values": [values[second] for second in kept],
                "timestamps": [_time(second) for second in kept],
                "status_code": "Complete",
            }
        answers = []
        for query in queries:
            if query["Id"] in found:
                answer = found[query["Id"]]
            elif query["Expression"] in found:
                same = found[query["Expression"]]
                answer = same | {"id": query["Id"], "label": query.get("Label") or query["Id"]}
            else:
                (answer,) = get_metric_data(self, [query], start_time, end_time, scan_by)
            if query.get("ReturnData", True):
                answers.append(answer)
        return answers

    def statistics(self: Any) -> ActionResult:
        ask = self._get_param
        plain, extended = ask("Statistics", []), ask("ExtendedStatistics", [])
        start, end = _seconds(ask("StartTime")), _seconds(ask("EndTime"))
        if not plain and not extended:
            raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
        if start >= end:
            raise InvalidParameterValue("The parameter StartTime must be less than the parameter EndTime.")
        wanted = {name: ask(name) for name in ("Namespace", "MetricName", "Dimensions")}
        everything = self.cloudwatch_backend.get_all_metrics()
        unit, period = ask("Unit"), self._get_int_param("Period")
        series = read(everything, wanted, unit, period, start, end)
        unit = unit or next((each.unit for each in everything if _is(each, wanted)), None)
        datapoints = [
            {"Timestamp": _time(second), "Unit": unit}
            | _present(distribution, plain)
            | ({"ExtendedStatistics": _present(distribution, extended)} if extended else {})
            for second, distribution in sorted(series.items())
        ]
        return ActionResult({"Label": wanted["MetricName"], "Datapoints": datapoints})

    def describe_evaluated(self: Any) -> ActionResult:
        evaluate(self.cloudwatch_backend, time.time())
        answer: ActionResult = describe(self)
        return answer

    def describe_evaluated_for_metric(self: Any) -> ActionResult:
        evaluate(self.cloudwatch_backend, time.time())
        answer: ActionResult = describe_for_metric(self)
        return answer

    return [
        (CloudWatchBackend, "get_all_metrics", all_metrics),
        (CloudWatchBackend, "get_metric_data", data),
        (CloudWatchResponse, "get_metric_statistics", statistics),
        (CloudWatchResponse, "describe_alarms", describe_evaluated),
        (CloudWatchResponse, "describe_alarms_for_metric", describe_evaluated_for_metric),
    ]


def _present(distribution: Distribution, names: Iterable[str]) -> dict[str, float]:
    found = ((name, distribution.statistic(name)) for name in names)
    return {name: value for name, value in found if value is not None}


def read(
    everything: Iterable[Any],
    wanted: Mapping[str, Any],
    unit: str | None,
    period: int,
    start: float,
    end: float,
) -> Series:
    """A metric's periods that have values. The start is rounded down to its minute (GetMetricStatistics,
    `StartTime`)."""
    series: Series = {}
    for each in everything:
        second = _seconds(each.timestamp)
        if start // 60 * 60 <= second < end and _is(each, wanted) and unit in (None, each.unit):
            begins = int(second // period * period)
            series.setdefault(begins, Distribution()).merge(_distribution(each))
    return series


def _is(datum: Any, wanted: Mapping[str, Any]) -> bool:
    dimensions = {(each["Name"], each["Value"]) for each in wanted.get("Dimensions") or ()}
    return (
        datum.namespace == wanted["Namespace"]
        and datum.name == wanted["MetricName"]
        and {(each.name, each.value) for each in datum.dimensions} == dimensions
    )


def _distribution(datum: Any) -> Distribution:
    if isinstance(datum, Datum):
        return datum.distribution
    if isinstance(datum, MetricAggregatedDatum):
        return Distribution.of(
            count=datum.sample_count, total=datum.sum, minimum=datum.min, maximum=datum.max
        )
    one = Distribution()
    one.add(datum.value)
    return one


def evaluate(backend: CloudWatchBackend, now: float) -> None:
    """Bring the alarms of a region up to date: those that compare one metric with a static threshold."""
    found = [each for each in list(backend.alarms.values()) if each.metric_name and not each.rule]
    everything = backend.get_all_metrics() if found else []
    for alarm in found:
        _evaluate(alarm, everything, now)


def _evaluate(alarm: Alarm, everything: list[MetricDatumBase], now: float) -> None:
    if alarm.comparison_operator not in alarms.COMPARISONS or alarm.threshold is None:
        return
    periods = int(alarm.evaluation_periods)
    threshold = Threshold(
        alarm.comparison_operator,
        float(alarm.threshold),
        periods,
        int(alarm.datapoints_to_alarm or periods),
        alarm.treat_missing_data or "missing",
    )
    period, statistic = int(alarm.period), alarm.statistic or alarm.extended_statistic or ""
    dimensions = [{"Name": each.name, "Value": each.value} for each in alarm.dimensions]
    wanted = {"Namespace": alarm.namespace, "MetricName": alarm.metric_name, "Dimensions": dimensions}
    last = int(now // period * period)
    start = last - threshold.range * period
    series = read(everything, wanted, alarm.unit, period, start, last + period)
    if last not in series:
        # The period under way counts as soon as it has values, so that nobody waits for its end; AWS waits.
        last -= period
    begins = range(last - (threshold.range - 1) * period, last + period, period)
    points = [series[second].statistic(statistic) if second in series else None for second in begins]
    state = alarms.state(threshold, points, alarm.state_value)
    if state != alarm.state_value:
        words = ", ".join("missing" if point is None else f"{point:g}" for point in points)
        alarm.update_state(
            f"{statistic} was [{words}], compared by {threshold.comparison} with {threshold.value:g}",
            "{}",
            state,
        )


def _seconds(moment: datetime) -> float:
    """Seconds since the epoch; moto's times without a zone are UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None)
