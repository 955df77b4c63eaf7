"""Asynchronous invocations: an event waits, is tried up to three times, and what became of it is sent on.

Developer guide, "Invoking a Lambda function asynchronously", "How Lambda handles errors and retries with
asynchronous invocation" and "Capturing records of Lambda asynchronous invocations". Events are kept in
memory: those that still wait when the cloud stops are lost.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from localalb.runtime.platform_log import stamp
from localalb.runtime.result import Result, Throttled

logger = logging.getLogger("localalb.asynchronous")

FIRST_WAIT = 60.0  # seconds before the first retry of a function that failed; the second waits twice that
RETRY_WAIT = "LOCALALB_RETRY_WAIT"  # seconds in place of these, for who will not wait three minutes
RETRIES = 2
MAX_AGE = 21600  # seconds
LONGEST_WAIT = 300.0  # seconds, between two tries of what was throttled
ERROR_MESSAGE = 1024  # bytes of it in a dead letter


@dataclass(frozen=True, slots=True)
class Event:
    """`arn` is the function's as the caller named it, `received` seconds since the epoch."""

    arn: str
    payload: bytes
    request_id: str
    client_context: str | None
    received: float


@dataclass(frozen=True, slots=True)
class Settings:
    """A function's, as they are at each try. `max_age` is in seconds; the rest are ARNs, empty for none."""

    retries: int = RETRIES
    max_age: int = MAX_AGE
    on_success: str = ""
    on_failure: str = ""
    dead_letter: str = ""
    reserved_concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event. `condition` is Success, RetriesExhausted, EventAgeExceeded or
    ZeroReservedConcurrency (the last: observed by LocalStack's tests against AWS); `result` is the last
    try's, None where there was none."""

    event: Event
    condition: str
    tries: int
    result: Result | None


def retry_wait(environ: Mapping[str, str]) -> float:
    """The seconds before the first retry. Raises `ValueError` where the variable has no number."""
    text = environ.get(RETRY_WAIT) or str(FIRST_WAIT)
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= FIRST_WAIT:
        raise ValueError(f"{RETRY_WAIT} is {text!r}: set it to a number of seconds from 0 to 60")
    return seconds


def wait(settings: Settings, event: Event, tries: int, now: float, first: float) -> float | None:
    """Seconds until the next try of a function that has failed `tries` times; None where the event is too
    old by then."""
    seconds = first * tries
    return seconds if now + seconds - event.received <= settings.max_age else None


def wait_throttled(settings: Settings, event: Event, throttled: int, now: float) -> float | None:
    """The same of an event that found no concurrency `throttled` times in a row."""
    seconds = min(2.0 ** (throttled - 1), LONGEST_WAIT)
    return seconds if now + seconds - event.received <= settings.max_age else None


def record(outcome: Outcome, now: datetime) -> dict[str, Any]:
    """The invocation record that destinations get."""
    event, result = outcome.event, outcome.result
    qualified = event.arn if len(event.arn.split(":")) > 7 else f"{event.arn}:$LATEST"
    made: dict[str, Any] = {
        "version": "1.0",
        "timestamp": stamp(now),
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": qualified,
            "condition": outcome.condition,
            "approximateInvokeCount": outcome.tries,
        },
        "requestPayload": json.loads(event.payload or b"{}"),
    }
    if result is not None:
        context = {"statusCode": 200, "executedVersion": result.version}
        if result.failure:
            context["functionError"] = "Unhandled"
        made |= {"responseContext": context, "responsePayload": _value(result.payload)}
    return made


def dead_letter(outcome: Outcome) -> dict[str, str]:
    """The attributes of a dead letter; its body is the event. Guess: those of an event that never ran."""
    if outcome.result is None:
        code, message = "429", "Rate Exceeded."
    else:
        value = _value(outcome.result.payload)
        code, message = "200", str(value.get("errorMessage", "")) if isinstance(value, dict) else ""
    cut = message.encode()[:ERROR_MESSAGE].decode("utf-8", "ignore")
    return {"RequestID": outcome.event.request_id, "ErrorCode": code, "ErrorMessage": cut}


def _value(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "replace")


class Asynchronous:
    """Runs events, in the event loop.

    `settings` gives a function's by its ARN and raises `LookupError` where it is gone; `invoke` runs it once
    and raises `Throttled`; `send` has the record of an outcome and its dead letter delivered. `sleep` is
    asyncio's.
    """

    def __init__(
        self,
        settings: Callable[[str], Awaitable[Settings]],
        invoke: Callable[[Event], Awaitable[Result]],
        send: Callable[[Settings, Outcome], Awaitable[None]],
        first_wait: float = FIRST_WAIT,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._invoke = invoke
        self._send = send
        self._first_wait = first_wait
        self._sleep = sleep
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, event: Event) -> None:
        task = asyncio.get_running_loop().create_task(self._run(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what still waits, and say so."""
        if self._tasks:
            logger.warning("%d asynchronous invocations are not over and are given up", len(self._tasks))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, event: Event) -> None:
        try:
            settings, outcome = await self._try(event)
            await self._send(settings, outcome)
        except LookupError as error:
            logger.warning("the event %s is dropped: %s", event.request_id, error)
        except Exception:  # nobody waits for this task, and its end must not pass unseen
            logger.exception("the event %s of %s was lost", event.request_id, event.arn)

    async def _try(self, event: Event) -> tuple[Settings, Outcome]:
        tries = throttled = 0
        result: Result | None = None
        while True:
            settings = await self._settings(event.arn)
            if settings.reserved_concurrency == 0:
                return settings, Outcome(event, "ZeroReservedConcurrency", tries, result)
            try:
                result = await self._invoke(event)
            except Throttled:
                throttled += 1
                seconds = wait_throttled(settings, event, throttled, self._clock())
            else:
                tries, throttled = tries + 1, 0
                if not result.failure:
                    return settings, Outcome(event, "Success", tries, result)
                if tries > settings.retries:
                    return settings, Outcome(event, "RetriesExhausted", tries, result)
                seconds = wait(settings, event, tries, self._clock(), self._first_wait)
            if seconds is None:
                return settings, Outcome(event, "EventAgeExceeded", tries, result)
            await self._sleep(seconds)
