"""The terminal of `dev`: a line a request, its log below, and what nobody asked for."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from localalb.dev.transcript import Transcript

NUMBERS = count()
REPORT = "REPORT RequestId: {}\tDuration: 1.00 ms\tBilled Duration: 1 ms\t"


def record(request_id: str = "", **more: Any) -> dict[str, Any]:
    known = {"time": "2026-11-25T12:00:00.000+00:00", "status": 200, "duration_ms": 12.34, "method": "GET"}
    rest = {
        "target": "/x",
        "rule": "10",
        "function": "hello",
        "target_group": "group",
        "reason": "",
        "why": "",
    }
    return {**known, **rest, "request_id": request_id, **more}


def logged(*messages: str, stream: str = "s", group: str = "/aws/lambda/hello") -> list[dict[str, Any]]:
    return [{"id": next(NUMBERS), "group": group, "stream": stream, "message": each} for each in messages]


def invocation(
    request_id: str, *messages: str, cold: bool = False, stream: str = "s"
) -> list[dict[str, Any]]:
    """An invocation's log, as `runtime.platform_log` writes it."""
    init = "Init Duration: 50.00 ms\t" if cold else ""
    start, end = f"START RequestId: {request_id} Version: $LATEST", f"END RequestId: {request_id}"
    first = ["INIT_START Runtime Version: python3.13"] if cold else []
    return logged(*first, start, *messages, end, REPORT.format(request_id) + init, stream=stream)


def as_json(request_id: str, *messages: str) -> list[dict[str, Any]]:
    metrics = {"durationMs": 1.0, "initDurationMs": 50.0}
    events = [
        {"time": "t", "type": "platform.start", "record": {"requestId": request_id}},
        {"time": "t", "type": "platform.report", "record": {"requestId": request_id, "metrics": metrics}},
    ]
    start, report = (json.dumps(each, separators=(",", ":")) for each in events)
    return logged(start, *messages, report)


def shown(transcript: Transcript, *args: Any) -> list[str]:
    """What it says, without the time, which is the machine's own."""
    return [line[8:] if line[2:3] == ":" else line for line in transcript.feed(*args)]


LINE = "  200      12.3 ms  GET /x  rule 10  hello"


@pytest.mark.parametrize(
    ("records", "events", "lines"),
    [
        ([record("a")], invocation("a"), [LINE]),
        ([record("a")], invocation("a", "1", "2\n3\n"), [LINE, "    | 1", "    | 2", "    | 3"]),
        ([record("a")], invocation("a", cold=True), [LINE + "  cold start"]),
        ([record("a")], invocation("a", "one", cold=True), [LINE + "  cold start", "    | one"]),
        ([record("a")], as_json("a", '{"level":"INFO"}'), [LINE + "  cold start", '    | {"level":"INFO"}']),
        ([record(rule="0")], [], [LINE.replace("rule 10", "default rule")]),
        ([record(rule="", function="", target_group="")], [], ["  200      12.3 ms  GET /x"]),
        ([record(function="")], [], [LINE.replace("hello", "group")]),  # of addresses
        (
            [record(status=502, reason="LambdaInvalidResponse", why="body is null")],
            [],
            [LINE.replace("200", "502"), "    LambdaInvalidResponse: body is null"],
        ),
        ([record(target="/\x1b[2J")], [], [LINE.replace("/x", "/\\x1b[2J")]),
        ([record("a")], invocation("a", "\x1b[2J"), [LINE, "    | \\x1b[2J"]),
        # Two environments at work at the same time.
        (
            [record("a"), record("b", target="/y")],
            [
                each
                for pair in zip(
                    invocation("a", "of a"), invocation("b", "of b", stream="t"), strict=True
                )
                for each in pair
            ],
            [LINE, "    | of a", LINE.replace("/x", "/y"), "    | of b"],
        ),
        # An environment that does not start has no invocation.
        ([], logged("INIT_START Runtime Version: x", "boom"), ["          hello logged", "    | boom"]),
    ],
)  # fmt: skip
def test_what_is_shown(records: list[Any], events: list[Any], lines: list[str]) -> None:
    assert shown(Transcript(), records, events) == lines


def test_an_invocation_waits_for_its_request() -> None:
    """The log was read a moment after the requests, and had more in it."""
    transcript = Transcript()
    assert shown(transcript, [], invocation("a", "one")) == []
    assert shown(transcript, [record("a")], []) == [LINE, "    | one"]


def test_an_invocation_that_no_request_wanted_stands_alone() -> None:
    transcript = Transcript()
    assert shown(transcript, [], invocation("a", "one")) == []
    assert shown(transcript, [], []) == ["          hello logged", "    | one"]
    assert shown(transcript, [], []) == []


def test_quiet_shows_refusals_alone() -> None:
    transcript = Transcript(quiet=True)
    refused = record("b", status=502, why="it failed")
    lines = shown(transcript, [record("a"), refused], invocation("a", "one") + invocation("b", "two"))
    assert lines == [LINE.replace("200", "502"), "    it failed"]
    assert shown(transcript, [], invocation("c", "three")) == []
    assert shown(transcript, [], []) == []


def test_tracebacks_name_the_users_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/app.py").touch()
    events = invocation(
        "1", '  File "/unpacked/app.py", line 7, in handler\n    File "/unpacked/lib.py", line 1'
    )
    lines = shown(Transcript(), [record("1")], events, {"/unpacked": str(tmp_path / "src")})
    assert lines[1:] == [
        '    |   File "src/app.py", line 7, in handler',
        '    |     File "/unpacked/lib.py", line 1',
    ]
