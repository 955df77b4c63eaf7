"""What Lambda refuses of versions: of which code and configuration they are made, and which go.

Words: localstack's snapshots of Lambda's answers (test_lambda_api), where no other source stands beside them.
"""

from __future__ import annotations

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal, parameter


def code_sha256(call: Api, existing: Existing) -> Refusal | None:
    """PublishVersion, `CodeSha256`."""
    function = existing.function(call["FunctionName"])
    wanted = call.get("CodeSha256")
    if not function or not wanted or wanted == function.code_sha256:
        return None
    return parameter(
        f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({function.code_sha256}). "
        "Please try again with the CodeSHA256 in $LATEST."
    )


def revision(call: Api, existing: Existing) -> Refusal | None:
    """`RevisionId`: what is changed, a function or the alias `Name`, is still what the caller has read."""
    function = existing.function(call["FunctionName"])
    wanted = call.get("RevisionId")
    if not function or not wanted:
        return None
    alias = f":{call['Name']}" if "Name" in call else ""
    if wanted == existing.revision(function.arn + alias):
        return None
    words = (
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API "
        "to retrieve the latest Revision Id"
    )
    return Refusal("PreconditionFailedException", words, 412)


def latest_is_not_deleted(call: Api, existing: Existing) -> Refusal | None:
    """DeleteFunction, `Qualifier`: a version, and one that no alias has. Words: go-lambda-cleanup #45."""
    qualifier = call.get("Qualifier")
    if qualifier == "$LATEST":
        return parameter("$LATEST version cannot be deleted without deleting the function.")
    function = existing.function(call["FunctionName"])
    named = [name for name, versions in function.aliases.items() if qualifier in versions] if function else []
    if not named:
        return None
    words = f"Unable to delete version because the following aliases reference it: [{', '.join(named)}]"
    return Refusal("ResourceConflictException", words, 409)
