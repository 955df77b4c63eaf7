"""Calls that AWS takes only after a while: its parts hear of a change some seconds or minutes later."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

PATIENCE = 600.0  # seconds; network interfaces outlive their load balancer by minutes


def again(words: str, call: Callable[..., Any], **arguments: Any) -> Any:
    """The result of a call, which is made again while it fails with these words. Raises `ClientError`."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return call(**arguments)
        except ClientError as error:
            if words not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(5)
