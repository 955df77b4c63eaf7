"""What Lambda itself writes to a function's log: INIT_START, START, END and REPORT, or `platform` events.

Pure: each function gives the messages of one moment (`now`, in seconds since the epoch), in the format and of
the level that the function's LoggingConfig says (developer guide, "Configuring JSON and plain text log
formats", "Log-level filtering"; the records are those of the Telemetry API's schema).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from math import ceil
from typing import Any, NamedTuple

from localalb.runtime.function import Function

LEVELS = ("DEBUG", "INFO", "WARN")
_STATUS = {"": "success", "timeout": "timeout"}  # by `Result.failure`; what else went wrong is an error


class Report(NamedTuple):
    """The end of an invocation. Times are in ms, memory in MB; `init` is None where there was no cold start,
    `failure` a `Result`'s, `error_type` what Lambda's own report names."""

    request_id: str
    duration: float
    memory: int
    init: float | None = None
    failure: str = ""
    error_type: str = ""

    @property
    def billed(self) -> int:
        """Every begun ms, the init phase included (AWS's announcement for August 2025; observed since)."""
        return ceil(self.duration + (self.init or 0))

    @property
    def status(self) -> str:
        return _STATUS.get(self.failure, "error")


def stamp(now: datetime) -> str:
    """A moment as Lambda writes it, to the millisecond."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def init_start(function: Function, runtime: str, now: float) -> list[str]:
    if function.log_format != "JSON":
        return [f"INIT_START Runtime Version: {runtime}"]
    record = {
        "initializationType": "on-demand",
        "phase": "init",
        "runtimeVersion": runtime,
        "functionName": function.name,
        "functionVersion": function.version,
    }
    return _events(function, now, ("INFO", "initStart", record))


def init_done(function: Function, failure: str, duration: float, now: float) -> list[str]:
    """The end of the init phase, which text does not mention."""
    if function.log_format != "JSON":
        return []
    level = "WARN" if failure else "DEBUG"
    record = {"initializationType": "on-demand", "phase": "init", "status": _STATUS.get(failure, "error")}
    report = record | {"metrics": {"durationMs": round(duration, 3)}}
    return _events(function, now, (level, "initRuntimeDone", record), (level, "initReport", report))


def start(function: Function, request_id: str, now: float) -> list[str]:
    if function.log_format != "JSON":
        return [f"START RequestId: {request_id} Version: {function.version}"]
    record = {"requestId": request_id, "version": function.version}
    return _events(function, now, ("INFO", "start", record))


def end(function: Function, report: Report, now: float) -> list[str]:
    if function.log_format != "JSON":
        return [f"END RequestId: {report.request_id}", _report_line(function, report)]
    duration = {"durationMs": round(report.duration, 3)}
    record = {"requestId": report.request_id, "status": report.status}
    metrics: dict[str, Any] = {
        **duration,
        "billedDurationMs": report.billed,
        "memorySizeMB": function.memory_size,
        "maxMemoryUsedMB": report.memory,
    }
    if report.init is not None:
        metrics["initDurationMs"] = round(report.init, 3)
    done = record | {"metrics": duration}
    whole = {"requestId": report.request_id, "metrics": metrics, "status": report.status}
    if report.error_type:
        done, whole = done | {"errorType": report.error_type}, whole | {"errorType": report.error_type}
    return _events(
        function,
        now,
        ("WARN" if report.failure else "DEBUG", "runtimeDone", done),
        ("WARN" if report.failure else "INFO", "report", whole),
    )


def _report_line(function: Function, report: Report) -> str:
    line = (
        f"REPORT RequestId: {report.request_id}\tDuration: {report.duration:.2f} ms\t"
        f"Billed Duration: {report.billed} ms\tMemory Size: {function.memory_size} MB\t"
        f"Max Memory Used: {report.memory} MB\t"
    )
    if report.init is not None:
        line += f"Init Duration: {report.init:.2f} ms\t"
    # Observed in many logs: a tab behind the last field, but none behind a status.
    if not report.failure:
        return line
    line += f"Status: {report.status}"
    # Observed: nasa-gcn/gcn.nasa.gov#3628.
    return f"{line}\tError Type: {report.error_type}" if report.error_type else line


def _events(function: Function, now: float, *events: tuple[str, str, dict[str, Any]]) -> list[str]:
    """The events (level, type, record) that the function's system log level lets through."""
    least = LEVELS.index(function.system_log_level)
    time = stamp(datetime.fromtimestamp(now, UTC))
    return [
        json.dumps({"time": time, "type": f"platform.{kind}", "record": record}, separators=(",", ":"))
        for level, kind, record in events
        if LEVELS.index(level) >= least
    ]
