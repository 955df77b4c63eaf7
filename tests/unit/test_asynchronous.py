"""Developer guide, "How Lambda handles errors and retries with asynchronous invocation" and "Capturing
records of Lambda asynchronous invocations"; the records are those of its examples."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from localalb.runtime.asynchronous import (
    Asynchronous,
    Event,
    Outcome,
    Settings,
    dead_letter,
    record,
    retry_wait,
)
from localalb.runtime.result import Result, Throttled

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:demo"
EVENT = Event(ARN, b'{"order": 1}', "id", None, received=0.0)
WELL = Result("id", b'"done"', version="$LATEST")
FAILED = Result("id", b'{"errorMessage": "no", "errorType": "E"}', "error", version="$LATEST")
THROTTLED = Throttled("none left")
HOUR = 3600.0
USUAL = Settings()


@dataclass
class World:
    """A function with these answers, one a try (the last again and again), and a clock that sleep moves."""

    answers: list[Result | Throttled]
    settings: Settings = USUAL
    now: float = 0.0
    slept: list[float] = field(default_factory=list)
    tried: int = 0
    outcomes: list[Outcome] = field(default_factory=list)

    async def look_up(self, arn: str) -> Settings:
        return self.settings

    async def invoke(self, event: Event) -> Result:
        answer = self.answers[min(self.tried, len(self.answers) - 1)]
        self.tried += 1
        if isinstance(answer, Throttled):
            raise answer
        return answer

    async def send(self, settings: Settings, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def run(self, event: Event = EVENT) -> Outcome:
        async def whole() -> None:
            queue = Asynchronous(
                self.look_up, self.invoke, self.send, sleep=self.sleep, clock=lambda: self.now
            )
            queue.accept(event)
            await asyncio.gather(*queue._tasks)

        asyncio.run(whole())
        [outcome] = self.outcomes
        return outcome


@dataclass(frozen=True)
class Case:
    answers: tuple[Result | Throttled, ...]
    condition: str
    tries: int
    slept: tuple[float, ...] = ()
    settings: Settings = USUAL


CASES = {
    "a success is over": Case((WELL,), "Success", 1),
    "a failure is tried again after one minute": Case((FAILED, WELL), "Success", 2, (60,)),
    "and after two more": Case((FAILED, FAILED, WELL), "Success", 3, (60, 120)),
    "three failures are the end": Case((FAILED,), "RetriesExhausted", 3, (60, 120)),
    "MaximumRetryAttempts 1": Case((FAILED,), "RetriesExhausted", 2, (60,), Settings(retries=1)),
    "MaximumRetryAttempts 0": Case((FAILED,), "RetriesExhausted", 1, (), Settings(retries=0)),
    "MaximumEventAgeInSeconds": Case((FAILED,), "EventAgeExceeded", 2, (60,), Settings(max_age=100)),
    "throttling is no try": Case((THROTTLED, THROTTLED, WELL), "Success", 1, (1, 2)),
    "what is throttled waits twice as long each time, five minutes at most": Case(
        (THROTTLED,),
        "EventAgeExceeded",
        0,
        (1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300),
        Settings(max_age=1200),
    ),
    "a reserved concurrency of none": Case(
        (WELL,), "ZeroReservedConcurrency", 0, (), Settings(reserved_concurrency=0)
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_tries(case: Case) -> None:
    world = World(list(case.answers), case.settings)
    outcome = world.run()
    assert (outcome.condition, outcome.tries) == (case.condition, case.tries)
    assert tuple(world.slept) == case.slept


def test_an_event_is_throttled_for_six_hours() -> None:
    world = World([THROTTLED])
    assert world.run().condition == "EventAgeExceeded"
    assert 5.9 * HOUR < world.now <= 6 * HOUR


def test_a_function_that_is_gone_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    class Gone(World):
        async def look_up(self, arn: str) -> Settings:
            raise LookupError("it is gone")

    world = Gone([WELL])
    with pytest.raises(ValueError, match="not enough"):
        world.run()
    assert "it is gone" in caplog.text


def test_record() -> None:
    made = record(
        Outcome(EVENT, "RetriesExhausted", 3, FAILED), datetime(2019, 11, 14, 18, 16, 5, 568000, UTC)
    )
    assert made == {
        "version": "1.0",
        "timestamp": "2019-11-14T18:16:05.568Z",
        "requestContext": {
            "requestId": "id",
            "functionArn": f"{ARN}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"order": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "no", "errorType": "E"},
    }


def test_record_of_an_alias_that_succeeded() -> None:
    made = record(Outcome(replace(EVENT, arn=f"{ARN}:live"), "Success", 1, WELL), datetime.now(UTC))
    assert made["requestContext"]["functionArn"] == f"{ARN}:live"
    assert "functionError" not in made["responseContext"]
    assert made["responsePayload"] == "done"


def test_record_of_what_never_ran() -> None:
    made = record(Outcome(EVENT, "EventAgeExceeded", 0, None), datetime.now(UTC))
    assert not {"responseContext", "responsePayload"} & set(made)


def test_a_dead_letter_has_the_first_kilobyte_of_the_message() -> None:
    """Developer guide, "Adding a dead-letter queue"."""
    payload = json.dumps({"errorMessage": "é" * 1000}).encode()
    attributes = dead_letter(Outcome(EVENT, "RetriesExhausted", 3, FAILED._replace(payload=payload)))
    assert attributes == {"RequestID": "id", "ErrorCode": "200", "ErrorMessage": "é" * 512}


@pytest.mark.parametrize("text", ["soon", "-1", "61", "nan"])
def test_a_wait_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"LOCALALB_RETRY_WAIT is '.*': set it to a number"):
        retry_wait({"LOCALALB_RETRY_WAIT": text})
    assert retry_wait({}) == 60.0
