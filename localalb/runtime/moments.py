"""What Lambda itself says in a log stream, told from what a function logged, in both formats.

An environment runs one invocation at a time, so in its log stream what stands between START and REPORT is of
that invocation, and REPORT says whether it began with a cold start (Lambda guide, "View CloudWatch logs for
Lambda functions"). `platform.start` and `platform.report` say the same where the format is JSON. A function
may log what looks like either.
"""

from __future__ import annotations

import json
import re

_START = re.compile(r"START RequestId: (\S+) Version: ")
_REPORT = re.compile(r"REPORT RequestId: (\S+)\t")
_END = re.compile(r"END RequestId: |INIT_START Runtime Version: ")


def moment(message: str) -> tuple[str, str, bool] | None:
    """What Lambda itself says: a kind, a request id, a cold start. None for what the function logged."""
    if found := _START.match(message):
        return "start", found[1], False
    if found := _REPORT.match(message):
        return "report", found[1], "Init Duration: " in message
    if _END.match(message):
        return "other", "", False
    if '"type":"platform.' not in message:
        return None
    try:
        event = json.loads(message)
        kind, record = event["type"].removeprefix("platform."), event["record"]
        if kind in ("start", "report"):
            return kind, str(record.get("requestId", "")), "initDurationMs" in record.get("metrics", {})
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return "other", "", False
