"""What moto's Step Functions lacks, and the AWS provider asks in every plan.

Step Functions API, ValidateStateMachineDefinition and ListStateMachineVersions. Whatever is JSON is valid:
no state machine runs here.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.responses import StepFunctionResponse

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = ()
ADDITIONS: tuple[Seam, ...] = (
    (StepFunctionResponse, "validate_state_machine_definition"),
    (StepFunctionResponse, "list_state_machine_versions"),
)


def replacements() -> list[Replacement]:
    """The methods of `ADDITIONS` as they should be."""
    return [
        (StepFunctionResponse, "validate_state_machine_definition", _validate),
        (StepFunctionResponse, "list_state_machine_versions", _versions),
    ]


def _validate(self: Any) -> ActionResult:
    """The answer as the API reference has it; its words are a guess."""
    try:
        json.loads(self._get_param("definition"))
    except ValueError as error:
        fault = {"severity": "ERROR", "code": "INVALID_JSON_DESCRIPTION", "message": str(error)}
        return ActionResult({"result": "FAIL", "diagnostics": [fault], "truncated": False})
    return ActionResult({"result": "OK", "diagnostics": [], "truncated": False})


def _versions(self: Any) -> ActionResult:
    """The latest first."""
    machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
    versions = [machine.versions[number] for number in sorted(machine.versions, reverse=True)]
    listed = [{"stateMachineVersionArn": each.arn, "creationDate": each.creation_date} for each in versions]
    return ActionResult({"stateMachineVersions": listed})
