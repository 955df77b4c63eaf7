"""Transforms and regular expressions of listener rules, which moto's ELBv2 lacks: kept, and given back.

ELBv2 API, CreateRule, ModifyRule and RuleCondition. What AWS refuses of them stands in `refusals`.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.models import ELBv2Backend
from moto.elbv2.responses import ELBV2Response

from localalb.control_plane.refusals.regexes import regexes_of
from localalb.control_plane.refusals.transforms import resets
from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = (
    (ELBv2Backend, "_validate_conditions"),
    (ELBV2Response, "create_rule"),
    (ELBV2Response, "modify_rule"),
)


def replacements() -> list[Replacement]:
    validate = ELBv2Backend._validate_conditions
    create_rule: Any = ELBV2Response.create_rule
    modify_rule: Any = ELBV2Response.modify_rule

    def validate_values(self: ELBv2Backend, conditions: list[dict[str, Any]]) -> None:
        validate(self, [each for each in conditions if not regexes_of(each)])  # moto wants `Values`

    def create_with_transforms(self: Any) -> ActionResult:
        made: ActionResult = create_rule(self)
        _rule(made).transforms = self._get_params().get("Transforms") or []
        return made

    def modify_with_transforms(self: Any) -> ActionResult:
        call = self._get_params()
        wanted: list[Any] = call.get("Transforms") or []
        changes = bool(wanted) or resets(call)
        if call.get("Conditions") or call.get("Actions") or not changes:
            made: ActionResult = modify_rule(self)
        else:  # moto wants conditions or actions
            found = self.elbv2_backend.describe_rules(listener_arn=None, rule_arns=[call["RuleArn"]])
            made = ActionResult({"Rules": list(found)})
        if changes:  # the list given replaces the one there is (ModifyRule)
            _rule(made).transforms = wanted
        return made

    return [
        (ELBv2Backend, "_validate_conditions", validate_values),
        (ELBV2Response, "create_rule", create_with_transforms),
        (ELBV2Response, "modify_rule", modify_with_transforms),
    ]


def _rule(made: ActionResult) -> Any:
    result: Any = made.result
    return result["Rules"][0]
