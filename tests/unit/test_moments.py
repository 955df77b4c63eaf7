"""What Lambda itself says, told from what functions log to look like it."""

from __future__ import annotations

import pytest

from localalb.runtime.moments import moment

SAID = {
    "START RequestId: a-1 Version: $LATEST": ("start", "a-1", False),
    "REPORT RequestId: a-1\tDuration: 1.00 ms\t": ("report", "a-1", False),
    "REPORT RequestId: a-1\tDuration: 1.00 ms\tInit Duration: 80.00 ms\t": ("report", "a-1", True),
    "END RequestId: a-1": ("other", "", False),
    '{"time":"t","type":"platform.start","record":{"requestId":"a-1"}}': ("start", "a-1", False),
    '{"type":"platform.report","record":{"requestId":"a-1","metrics":{"initDurationMs":8}}}': (
        "report",
        "a-1",
        True,
    ),
    '{"type":"platform.initStart","record":{}}': ("other", "", False),
}


@pytest.mark.parametrize("message", SAID)
def test_lambda_says(message: str) -> None:
    assert moment(message) == SAID[message]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "START",
        "a START RequestId: a-1 Version: $LATEST",
        '{"type":"platform.start"',
        '["type":"platform.start"]',
        '{"type":"platform.start","record":"text"}',
        '{"type":"platform.start","record":null}',
        '{"type":"platform.report","record":{"metrics":7}}',
        '{"a":"\\"type\\":\\"platform.","type":7,"record":{}}',
        '{"type":"platform.start","record":' + "[" * 100_000,
    ],
)
def test_a_function_logs(message: str) -> None:
    """Whatever it is, who reads the log goes on."""
    assert moment(message) is None
