"""What Lambda refuses of the names of functions: a qualifier in the name, and another beside it."""

from __future__ import annotations

from localalb.control_plane.existing import Existing, qualifier_of
from localalb.control_plane.refusals.reason import Api, Refusal, parameter


def one_qualifier(call: Api, existing: Existing) -> Refusal | None:
    """localstack, test_lambda_api.snapshot: where both are given they are the same."""
    named, given = qualifier_of(call["FunctionName"]), call.get("Qualifier")
    if named is None or given is None or named == given:
        return None
    return parameter("The derived qualifier from the function name does not match the specified qualifier.")
