"""What Lambda refuses of the URLs of functions. Words: localstack, test_lambda_api.snapshot."""

from __future__ import annotations

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal, not_found


def of_what_exists(call: Api, existing: Existing) -> Refusal | None:
    """CreateFunctionUrlConfig and UpdateFunctionUrlConfig: a function, and an alias that it has."""
    function = existing.function(call["FunctionName"])
    alias = call.get("Qualifier")
    if function and (alias is None or alias in function.aliases):
        return None
    return not_found("Function does not exist")


def one(call: Api, existing: Existing) -> Refusal | None:
    """CreateFunctionUrlConfig: one a function. One for each alias besides is more than moto keeps."""
    function = existing.function(call["FunctionName"])
    if function is None or not function.has_url or call.get("Qualifier"):
        return None
    words = (
        f"Failed to create function url config for [functionArn = {function.arn}]. Error message: "
        "FunctionUrlConfig exists for this Lambda function"
    )
    return Refusal("ResourceConflictException", words, 409)


def is_there(call: Api, existing: Existing) -> Refusal | None:
    """UpdateFunctionUrlConfig and DeleteFunctionUrlConfig."""
    function = existing.function(call["FunctionName"])
    return None if function and function.has_url else not_found("The resource you requested does not exist.")
