"""Event source mappings, and what becomes of events that nobody waits for."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import (
    LESS,
    MISSING,
    MORE,
    OBSERVED,
    REFERENCE,
    SNAPSHOTS,
    VALIDATION,
    constraint,
    of_function,
)

MAPPING: dict[str, Any] = {"FunctionName": "mute", "EventSourceArn": "{queue}"}
CREATE, EVENTS = REFERENCE + "CreateEventSourceMapping", REFERENCE + "PutFunctionEventInvokeConfig"
UNKNOWN = {"UUID": "00000000-0000-0000-0000-000000000000"}
QUEUES = "localstack, test_lambda_integration_sqs.snapshot"
GONE = "The resource you requested does not exist."
LONG = "maximumBatchingWindowInSeconds"

EVENT_SOURCES = (
    *(
        of_function("CreateEventSourceMapping", id, fact, MAPPING | changed, words, source, OBSERVED)
        for id, fact, changed, words, source in (
            (
                "mapping-to-nothing",
                "Its function exists.",
                {"FunctionName": "none"},
                "Function does not exist",
                SNAPSHOTS,
            ),
            (
                "mapping-from-nowhere",
                "It has a source.",
                {"EventSourceArn": None},
                "Unrecognized event source.",
                SNAPSHOTS,
            ),
            (
                "mapping-from-no-queue",
                "Which exists.",
                {"EventSourceArn": "{queue}0"},
                "SQS Error Code: AWS.SimpleQueueService.NonExistentQueue.",
                QUEUES,
            ),
            (
                "mapping-from-a-fast-queue",
                "It hides a message while the function may run.",
                {"EventSourceArn": "{fast}"},
                "Queue visibility timeout: 1 seconds is less than Function timeout: 10 seconds",
                "provider #18099",
            ),
            (
                "mapping-of-many-at-once",
                "More than ten messages are waited for.",
                {"BatchSize": 11},
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater",
                QUEUES,
            ),
            (
                "mapping-from-a-stream",
                "A stream is read from somewhere on.",
                {"EventSourceArn": "arn:aws:kinesis:eu-west-2:123456789012:stream/none"},
                "Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
                SNAPSHOTS,
            ),
        )
    ),
    *(
        of_function("CreateEventSourceMapping", id, fact, MAPPING | changed, words, CREATE, code=VALIDATION)
        for id, fact, changed, words in (
            (
                "mapping-of-none",
                "It is of one record.",
                {"BatchSize": 0},
                constraint("0", "batchSize", MORE.format(1)),
            ),
            (
                "mapping-of-10001",
                "It is of 10,000 at most.",
                {"BatchSize": 10001},
                constraint("10001", "batchSize", LESS.format(10000)),
            ),
            (
                "mapping-that-waits",
                "It waits five minutes at most.",
                {"MaximumBatchingWindowInSeconds": 301},
                constraint("301", LONG, LESS.format(300)),
            ),
        )
    ),
    of_function(
        "UpdateEventSourceMapping",
        "change-no-mapping",
        "One changes that exists.",
        UNKNOWN,
        GONE,
        SNAPSHOTS,
        OBSERVED,
        **MISSING,
    ),
    of_function(
        "DeleteEventSourceMapping",
        "delete-no-mapping",
        "And is deleted.",
        UNKNOWN,
        GONE,
        SNAPSHOTS,
        OBSERVED,
        **MISSING,
    ),
    *(
        of_function(
            "PutFunctionEventInvokeConfig",
            id,
            fact,
            {"FunctionName": "mute"} | changed,
            words,
            SNAPSHOTS,
            OBSERVED,
        )
        for id, fact, changed, words in (
            (
                "events-of-nothing",
                "Something is set.",
                {},
                "You must specify at least one of error handling or destination setting.",
            ),
            (
                "events-in-a-circle",
                "A function is no destination of its own.",
                {"DestinationConfig": {"OnSuccess": {"Destination": "{mute}"}}},
                "You can't specify the function as a destination for itself.",
            ),
        )
    ),
    of_function(
        "PutFunctionEventInvokeConfig",
        "events-of-no-function",
        "The function exists.",
        {"FunctionName": "none", "MaximumRetryAttempts": 1},
        "The function doesn't exist.",
        SNAPSHOTS,
        OBSERVED,
        **MISSING,
    ),
    *(
        of_function(
            "PutFunctionEventInvokeConfig",
            id,
            fact,
            {"FunctionName": "mute"} | changed,
            words,
            EVENTS,
            code=VALIDATION,
        )
        for id, fact, changed, words in (
            (
                "events-tried-three-times",
                "They are tried again twice at most.",
                {"MaximumRetryAttempts": 3},
                constraint("3", "maximumRetryAttempts", LESS.format(2)),
            ),
            (
                "events-of-a-minute",
                "They are kept a minute at least.",
                {"MaximumEventAgeInSeconds": 59},
                constraint("59", "maximumEventAgeInSeconds", MORE.format(60)),
            ),
        )
    ),
)
