"""The resource policies of functions: one for a function and one for each of its qualifiers.

moto keeps one for all of them: a statement id is found that stands for another qualifier, and one that exists
is added again. Lambda API, AddPermission and GetPolicy; guide, "Working with resource-based policies".
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import LambdaClientError, UnknownFunctionException
from moto.awslambda.models import LambdaBackend
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = (
    (LambdaBackend, "add_permission"),
    (LambdaBackend, "get_policy"),
    (LambdaResponse, "remove_permission"),
)


MAX_POLICY = 20480  # Lambda guide, "Lambda quotas"


class _Refused(LambdaClientError):
    """Words: localstack, test_lambda_api.snapshot; helix-deploy #24 of the size."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(code, words)
        self.code = status


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` as they should be."""
    return [
        (LambdaBackend, "add_permission", _add),
        (LambdaBackend, "get_policy", _get),
        (LambdaResponse, "remove_permission", _remove),
    ]


def _add(self: LambdaBackend, function_name: str, qualifier: str | None, raw: str) -> dict[str, Any]:
    policy, qualifier = _policy(self, function_name, qualifier)
    asked = json.loads(raw)
    _read_last(policy, asked.get("RevisionId"))
    statement = asked["StatementId"]
    if any(each["Sid"] == statement for each in policy.statements):
        words = (
            f"The statement id ({statement}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement."
        )
        raise _Refused(409, "ResourceConflictException", words)
    before, revision = list(policy.statements), policy.revision
    added: dict[str, Any] = policy.add_statement(raw, qualifier)[0]
    size = len(json.loads(policy.wire_format())["Policy"])
    if size > MAX_POLICY:
        policy.statements, policy.revision = before, revision
        words = f"The final policy size ({size}) is bigger than the limit ({MAX_POLICY})."
        raise _Refused(400, "PolicyLengthExceededException", words)
    return added


def _read_last(policy: Policy, revision: str | None) -> None:
    """Refuses a change of a policy that is another by now."""
    if revision and revision != policy.revision:
        words = (
            "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to "
            "retrieve the latest Revision Id"
        )
        raise _Refused(412, "PreconditionFailedException", words)


def _get(self: LambdaBackend, function_name: str, qualifier: str | None = None) -> str:
    policy, _ = _policy(self, function_name, qualifier)
    return policy.wire_format()


def _remove(self: Any) -> tuple[int, dict[str, int], str]:
    *_, function_name, _, statement = self.path.split("/")
    name = unquote(function_name)
    try:
        policy, _ = _policy(self.backend, name, self._get_param("Qualifier"))
    except UnknownFunctionException as error:
        words = str(error.message).replace("Function not found", "No policy found for")
        raise _Refused(404, "ResourceNotFoundException", words) from None
    if not policy.statements:
        raise _Refused(404, "ResourceNotFoundException", "No policy is associated with the given resource.")
    _read_last(policy, self._get_param("RevisionId"))
    kept = [each for each in policy.statements if each["Sid"] != statement]
    if len(kept) == len(policy.statements):
        words = f"Statement {statement} is not found in resource policy."
        raise _Refused(404, "ResourceNotFoundException", words)
    policy.statements = kept
    return 204, {"status": 204}, ""


def _policy(backend: LambdaBackend, name: str, qualifier: str | None) -> tuple[Policy, str | None]:
    """The policy of a function or of one of its qualifiers, and the qualifier, which may stand in the name.

    Raises `UnknownFunctionException` where there is no such function or version, `_Refused` where there is no
    such alias.
    """
    parts = name.split(":")
    bare, inner = (parts[6], parts[7:]) if name.startswith("arn:") else (parts[0], parts[1:])
    qualifier = inner[0] if inner else qualifier
    latest: Any = backend.get_function(bare)
    if qualifier is None:
        return latest.policy, None
    try:
        backend.get_function(bare, qualifier)
    except UnknownFunctionException:
        if qualifier.isdecimal():
            raise
        words = f"Cannot find alias arn: {latest.function_arn}:{qualifier}"
        raise _Refused(404, "ResourceNotFoundException", words) from None
    policies: dict[str, Policy] = vars(latest).setdefault("qualified_policies", {})
    return policies.setdefault(qualifier, Policy(latest)), qualifier
