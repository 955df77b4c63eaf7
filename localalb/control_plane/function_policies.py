"""The resource policies of functions: one for a function and one for each of its qualifiers.

moto keeps one for all of them: a statement id is found that stands for another qualifier, and one that exists
is added again. Lambda API, AddPermission and GetPolicy; guide, "Working with resource-based policies".
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = (
    (LambdaBackend, "add_permission"),
    (LambdaBackend, "get_policy"),
    (LambdaResponse, "remove_permission"),
)


class _Conflict(LambdaClientError):
    code = 409

    def __init__(self, statement: str) -> None:
        words = (
            f"The statement id ({statement}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement."
        )
        super().__init__("ResourceConflictException", words)


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` as they should be."""
    return [
        (LambdaBackend, "add_permission", _add),
        (LambdaBackend, "get_policy", _get),
        (LambdaResponse, "remove_permission", _remove),
    ]


def _add(self: LambdaBackend, function_name: str, qualifier: str | None, raw: str) -> dict[str, Any]:
    policy, qualifier = _policy(self, function_name, qualifier)
    statement = json.loads(raw)["StatementId"]
    if any(each["Sid"] == statement for each in policy.statements):
        raise _Conflict(statement)
    added: dict[str, Any] = policy.add_statement(raw, qualifier)[0]
    return added


def _get(self: LambdaBackend, function_name: str, qualifier: str | None = None) -> str:
    policy, _ = _policy(self, function_name, qualifier)
    return policy.wire_format()


def _remove(self: Any) -> tuple[int, dict[str, int], str]:
    *_, function_name, _, statement = self.path.split("/")
    policy, _ = _policy(self.backend, unquote(function_name), self._get_param("Qualifier"))
    policy.del_statement(statement, self._get_param("RevisionId", ""))
    return 204, {"status": 204}, ""


def _policy(backend: LambdaBackend, name: str, qualifier: str | None) -> tuple[Policy, str | None]:
    """The policy of a function or of one of its qualifiers, and the qualifier, which may stand in the name.

    Raises `UnknownFunctionException` where there is no such function, version or alias.
    """
    parts = name.split(":")
    bare, inner = (parts[6], parts[7:]) if name.startswith("arn:") else (parts[0], parts[1:])
    qualifier = inner[0] if inner else qualifier
    latest: Any = backend.get_function(bare)
    if qualifier is None:
        return latest.policy, None
    backend.get_function(bare, qualifier)
    policies: dict[str, Policy] = vars(latest).setdefault("qualified_policies", {})
    return policies.setdefault(qualifier, Policy(latest)), qualifier
