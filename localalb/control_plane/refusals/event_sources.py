"""What Lambda refuses of event source mappings. Words: localstack's snapshots of Lambda's answers."""

from __future__ import annotations

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal, not_found, parameter

_STREAMS = ("kinesis", "dynamodb")  # Lambda API, CreateEventSourceMapping: those with a starting position


def source(call: Api, existing: Existing) -> Refusal | None:
    """CreateEventSourceMapping: of a function, from somewhere, from a position in a stream."""
    if existing.function(call["FunctionName"]) is None:
        return parameter("Function does not exist")
    arn = call.get("EventSourceArn")
    if not arn and not call.get("SelfManagedEventSource"):
        return parameter("Unrecognized event source.")
    if (arn or "::").split(":")[2] in _STREAMS and not call.get("StartingPosition"):
        words = "Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."
        return parameter(f"1 validation error detected: {words}")
    return None


def queue(call: Api, existing: Existing) -> Refusal | None:
    """CreateEventSourceMapping: a queue that exists, hides a message for as long as the function may run, and
    takes time to collect many. Words: provider #18099 of the visibility timeout."""
    arn = call.get("EventSourceArn") or ""
    if not arn.startswith("arn:aws:sqs:"):
        return None
    function, hidden = existing.function(call["FunctionName"]), existing.visibility_timeout(arn)
    if hidden is None:
        return parameter(
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
            "SQS Error Message: The specified queue does not exist."
        )
    if function and hidden < function.timeout:
        return parameter(
            f"Queue visibility timeout: {hidden} seconds is less than Function timeout: {function.timeout} "
            "seconds"
        )
    if (call.get("BatchSize") or 0) > 10 and not call.get("MaximumBatchingWindowInSeconds"):
        return parameter(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        )
    return None


def is_there(call: Api, existing: Existing) -> Refusal | None:
    """UpdateEventSourceMapping and DeleteEventSourceMapping."""
    if call["UUID"] in existing.event_source_mappings:
        return None
    return not_found("The resource you requested does not exist.")
