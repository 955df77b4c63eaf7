"""How an invocation ended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple
from uuid import uuid4

from localalb.runtime.function import Function

LOG_TAIL = 4096  # characters; Invoke with the LogType Tail answers "the last 4 KB of the execution log"


class Result(NamedTuple):
    """`failure` is "" or one of init, error, exit, timeout, missing (no such function any more); the payload
    then describes it as the service does (errorMessage, errorType, ...). `logged` has the messages of its
    log, of a long one the last, `version` is the one that ran, `duration` its time in ms; `init` that of its
    environment's start, unpacking included, where it was a cold start, and `stream` the environment's log
    stream."""

    request_id: str
    payload: bytes
    failure: str = ""
    logged: Sequence[str] = ()
    version: str = ""
    duration: float = 0.0
    init: float | None = None
    stream: str = ""

    @property
    def log(self) -> str:
        """The end of its log."""
        return tail(self.logged)

    def problem(self) -> str:
        """The failure in words: `ZeroDivisionError: division by zero`."""
        description = json.loads(self.payload)
        return ": ".join(filter(None, (description.get("errorType"), description.get("errorMessage"))))


def tail(messages: Sequence[str]) -> str:
    """The last `LOG_TAIL` characters of messages, a line each."""
    return "".join(f"{message}\n" for message in messages)[-LOG_TAIL:]


def lacking(result: Result, what: str) -> Result:
    """A result whose import failed, with what the package has that cannot be loaded here. ctypes raises an
    OSError."""
    description = json.loads(result.payload)
    if not what or description.get("errorType") not in ("Runtime.ImportModuleError", "OSError"):
        return result
    description["errorMessage"] += f"; {what}"
    return result._replace(payload=json.dumps(description).encode())


class Throttled(Exception):
    """There is no concurrency left: the function's, the account's or this machine's."""


def unusable_package(function: Function, error: Exception) -> Result:
    """The result of an invocation whose deployment package cannot be laid out."""
    description = {
        "errorType": "Runtime.InvalidPackage",
        "errorMessage": f"the deployment package of {function.name} cannot be unpacked: {error}",
    }
    return Result(str(uuid4()), json.dumps(description).encode(), "init", version=function.version)


def unsupported_runtime(function: Function) -> Result:
    """The result of an invocation of what no Python can run. The type is localalb's own."""
    what = f"needs {function.runtime}" if function.runtime else "is a container image"
    description = {
        "errorType": "Runtime.Unsupported",
        "errorMessage": f"{function.name} {what}; localalb runs the runtimes python3.9 and newer, from zips",
    }
    return Result(str(uuid4()), json.dumps(description).encode(), "init", version=function.version)


def missing(function: Function, error: LookupError) -> Result:
    """The result of an invocation whose function was deleted before it had an environment."""
    description = {"errorType": "ResourceNotFoundException", "errorMessage": str(error)}
    return Result(str(uuid4()), json.dumps(description).encode(), "missing", version=function.version)
