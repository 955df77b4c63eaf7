"""How an invocation ended."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """`failure` is "" or one of init, error, exit, timeout, missing (no such function any more); the payload
    then describes it as the service does (errorMessage, errorType, ...). `log` is the end of its output."""

    request_id: str
    payload: bytes
    failure: str = ""
    log: str = ""

    def problem(self) -> str:
        """The failure in words: `ZeroDivisionError: division by zero`."""
        description = json.loads(self.payload)
        return ": ".join(filter(None, (description.get("errorType"), description.get("errorMessage"))))


class Throttled(Exception):
    """There is no concurrency left: the function's, the account's or this machine's."""
