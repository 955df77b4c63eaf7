"""What Lambda refuses of invocations, and of what becomes of those that nobody waits for."""

from __future__ import annotations

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal, not_found, parameter

# Lambda guide, "Lambda quotas"; Lambda API, Invoke. It was 256 KB for events until October 2025.
MAX_PAYLOAD, MAX_EVENT = 6291456, 1048576
MAX_CONTEXT = 3583


def payload(call: Api, existing: Existing) -> Refusal | None:
    """Invoke: 6 MB, 1 MB where nobody waits. Words: streetwarp-web #14, hyp3 #2241."""
    size = len(call.get("Payload") or b"")
    if size > MAX_PAYLOAD:
        words = f"Request must be smaller than {MAX_PAYLOAD} bytes for the InvokeFunction operation"
    elif call.get("InvocationType") == "Event" and size > MAX_EVENT:
        words = f"{size} byte payload is too large for the Event invocation type (limit {MAX_EVENT} bytes)"
    else:
        return None
    return Refusal("RequestEntityTooLargeException", words, 413)


def client_context(call: Api, existing: Existing) -> Refusal | None:
    """Invoke, `ClientContext`: up to 3583 bytes in base64. Code and words are a guess."""
    if len(call.get("ClientContext") or "") <= MAX_CONTEXT:
        return None
    return Refusal("InvalidRequestContentException", f"Client context must be at most {MAX_CONTEXT} bytes")


def event_settings(call: Api, existing: Existing) -> Refusal | None:
    """PutFunctionEventInvokeConfig: of a function that exists, something, and no circle. Words: localstack,
    test_lambda_api.snapshot."""
    function = existing.function(call["FunctionName"])
    if function is None:
        return not_found("The function doesn't exist.")
    settings = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
    if all(call.get(each) is None for each in settings):
        return parameter("You must specify at least one of error handling or destination setting.")
    for each in (call.get("DestinationConfig") or {}).values():
        if (each or {}).get("Destination") == function.arn:
            return parameter("You can't specify the function as a destination for itself.")
    return None
