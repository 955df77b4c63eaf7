"""Which events are those of one invocation."""

from __future__ import annotations

import json
from typing import Any

from localalb.inspector import invocation_log


def events(*messages: str, stream: str = "s") -> list[dict[str, Any]]:
    return [{"stream": stream, "time": number, "message": each} for number, each in enumerate(messages)]


def messages(found: list[dict[str, Any]]) -> list[str]:
    return [each["message"] for each in found]


def platform(kind: str, request_id: str) -> str:
    return json.dumps(
        {"type": f"platform.{kind}", "record": {"requestId": request_id}}, separators=(",", ":")
    )


TWO = events(
    "INIT_START Runtime Version: python3.13",
    "imported",
    "START RequestId: a Version: 1",
    "of a",
    "END RequestId: a",
    "REPORT RequestId: a\tDuration: 1.00 ms\t",
    "START RequestId: b Version: 1",
    "of b",
    "END RequestId: b",
    "REPORT RequestId: b\tDuration: 1.00 ms\t",
)


def test_what_stands_between_start_and_report() -> None:
    found = invocation_log.of(TWO, "s", "b", cold=False)
    assert messages(found) == [each["message"] for each in TWO[6:]]
    assert found[0]["timestamp"] == 6


def test_a_cold_start_has_what_the_environment_said_before() -> None:
    assert messages(invocation_log.of(TWO, "s", "a", cold=True)) == [each["message"] for each in TWO[:6]]


def test_another_environment_s_lines_are_not_its_own() -> None:
    """Several log at the same time."""
    mixed = [TWO[6], *events("of another", stream="t"), *TWO[7:]]
    assert "of another" not in messages(invocation_log.of(mixed, "s", "b", cold=False))
    assert invocation_log.of(TWO, "t", "b", cold=False) == []


def test_an_invocation_that_has_not_ended_has_what_there_is() -> None:
    assert messages(invocation_log.of(TWO[:8], "s", "b", cold=False)) == [TWO[6]["message"], "of b"]


def test_the_json_format() -> None:
    log = events(
        platform("start", "a"), '{"message":"hello"}', platform("report", "a"), platform("start", "b")
    )
    assert messages(invocation_log.of(log, "s", "a", cold=False)) == [each["message"] for each in log[:3]]


def test_a_level_that_leaves_out_what_lambda_says() -> None:
    """`system_log_level` WARN: only lines that name the request can be told."""
    log = events('{"message":"mine","requestId":"id-1"}', '{"message":"other","requestId":"id-2"}')
    assert messages(invocation_log.of(log, "s", "id-1", cold=True)) == [log[0]["message"]]
    assert invocation_log.of(log, "s", "", cold=True) == []


def test_what_a_function_prints_cannot_end_its_log() -> None:
    """It may print what looks like a report: of another id it ends nothing, nor does JSON of no shape."""
    forged = "REPORT RequestId: z\tDuration"
    strange = ['"type":"platform.', '{"type":"platform.report","record":7}', "[" * 9000 + '"type":"platform.']
    log = [TWO[6], *events(forged, *strange), *TWO[7:]]
    assert len(invocation_log.of(log, "s", "b", cold=False)) == len(log)
