"""What a stack's functions logged."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import boto3

from localalb.stacks import resources

Moment = datetime | float
"""A time: with seconds since the epoch as `time.time()` gives them."""


def milliseconds(since: Moment | None) -> int:
    """Since the epoch, as CloudWatch Logs counts; 0 for None."""
    if isinstance(since, datetime):
        since = since.timestamp()
    return int((since or 0) * 1000)


def logged(state: Path, name: str | None, since: int) -> list[str]:
    """The messages of a log group from `since` on, in milliseconds since the epoch, oldest first. `name` is
    the log group's or its function's; None is the only log group that a state has.

    Raises `LookupError` where None is not one.
    """
    regions = {
        each["name"]: each["arn"].split(":")[3] for each in resources.made(state, "aws_cloudwatch_log_group")
    }
    if name is None:
        if len(regions) != 1:
            there = ", ".join(sorted(regions)) or "none"
            raise LookupError(f"name the log group: stack.logs(NAME); the stack has {there}")
        (name,) = regions
    elif f"/aws/lambda/{name}" in regions:
        name = f"/aws/lambda/{name}"
    pages = boto3.client("logs", regions.get(name)).get_paginator("filter_log_events")
    found = (event for page in pages.paginate(logGroupName=name, startTime=since) for event in page["events"])
    return [event["message"] for event in sorted(found, key=lambda event: event["timestamp"])]
