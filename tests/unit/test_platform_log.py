"""What Lambda writes of an invocation, in both formats and at each system log level."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from localalb.runtime import platform_log
from localalb.runtime.function import Function
from localalb.runtime.platform_log import Report

NOW = datetime(2026, 1, 2, 3, 4, 5, 678900, UTC).timestamp()
TEXT = Function(
    arn="arn:aws:lambda:eu-west-1:123456789012:function:demo",
    name="demo",
    version="$LATEST",
    handler="app.handler",
    runtime="python3.13",
    timeout=3,
    memory_size=128,
    code_sha256="",
    log_group="/aws/lambda/demo",
)
JSON = replace(TEXT, log_format="JSON")
WELL = Report("id", duration=12.301, memory=35)

# (the report, its line); each line was seen in a log of Lambda's that somebody published
LINES = {
    "a tab behind the last field": (
        Report("c24e", duration=16.0, memory=65),
        "REPORT RequestId: c24e\tDuration: 16.00 ms\tBilled Duration: 16 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 65 MB\t",
    ),
    "the init phase is billed, since August 2025": (
        Report("6beb", duration=4.93, memory=82, init=249.4),
        "REPORT RequestId: 6beb\tDuration: 4.93 ms\tBilled Duration: 255 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 82 MB\tInit Duration: 249.40 ms\t",
    ),
    "none behind a status": (
        Report("1e5c", duration=3000, memory=35, init=67.49, failure="timeout"),
        "REPORT RequestId: 1e5c\tDuration: 3000.00 ms\tBilled Duration: 3068 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 35 MB\tInit Duration: 67.49 ms\tStatus: timeout",
    ),
    "an error type behind it": (
        Report("77", duration=5.5, memory=128, failure="exit", error_type="Runtime.OutOfMemory"),
        "REPORT RequestId: 77\tDuration: 5.50 ms\tBilled Duration: 6 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 128 MB\tStatus: error\tError Type: Runtime.OutOfMemory",
    ),
}


@pytest.mark.parametrize("case", LINES.values(), ids=LINES)
def test_report(case: tuple[Report, str]) -> None:
    report, line = case
    assert platform_log.end(TEXT, report, NOW) == [f"END RequestId: {report.request_id}", line]


def test_an_event_has_a_time_a_type_and_a_record() -> None:
    [event] = platform_log.start(JSON, "id", NOW)
    assert json.loads(event) == {
        "time": "2026-01-02T03:04:05.678Z",
        "type": "platform.start",
        "record": {"requestId": "id", "version": "$LATEST"},
    }


def test_report_in_json() -> None:
    [event] = platform_log.end(JSON, WELL._replace(init=100.0), NOW)
    assert json.loads(event)["record"] == {
        "requestId": "id",
        "status": "success",
        "metrics": {
            "durationMs": 12.301,
            "billedDurationMs": 113,
            "memorySizeMB": 128,
            "maxMemoryUsedMB": 35,
            "initDurationMs": 100.0,
        },
    }


Moment = Callable[[Function], list[str]]
# (what is written, the events at DEBUG, INFO and WARN): developer guide, "System log level event mapping"
LEVELS: dict[str, tuple[Moment, tuple[str, str, str]]] = {
    "start of the init phase": (
        lambda function: platform_log.init_start(function, "python3.13", NOW),
        ("initStart", "initStart", ""),
    ),
    "an init phase that ended well": (
        lambda function: platform_log.init_done(function, "", 1, NOW),
        ("initRuntimeDone initReport", "", ""),
    ),
    "one that did not": (
        lambda function: platform_log.init_done(function, "error", 1, NOW),
        ("initRuntimeDone initReport",) * 3,
    ),
    "start": (lambda function: platform_log.start(function, "id", NOW), ("start", "start", "")),
    "an invocation that ended well": (
        lambda function: platform_log.end(function, WELL, NOW),
        ("runtimeDone report", "report", ""),
    ),
    "one that timed out": (
        lambda function: platform_log.end(function, WELL._replace(failure="timeout"), NOW),
        ("runtimeDone report",) * 3,
    ),
}


@pytest.mark.parametrize("case", LEVELS.values(), ids=LEVELS)
def test_system_log_level(case: tuple[Moment, tuple[str, str, str]]) -> None:
    write, wanted = case
    for level, types in zip(platform_log.LEVELS, wanted, strict=True):
        events = write(replace(JSON, system_log_level=level))
        assert [json.loads(event)["type"] for event in events] == [f"platform.{t}" for t in types.split()]


def test_levels_are_of_json_only() -> None:
    """LoggingConfig, API: a level can be set where the format is JSON."""
    quiet = replace(TEXT, system_log_level="WARN")
    assert len(platform_log.end(quiet, WELL, NOW)) == 2
    assert platform_log.init_done(quiet, "error", 1, NOW) == []
