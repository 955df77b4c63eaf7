"""Rules: their priorities, and what they have."""

from __future__ import annotations

from typing import Any

from tests.cases import LISTENERS
from tests.cases.calls.call import (
    API,
    FIXED,
    LESS,
    MORE,
    OBSERVED,
    PATH,
    constraint,
    refused,
)

MOTO = "moto, test_elbv2, for the message"


def rule(**changed: Any) -> dict[str, Any]:
    """The parameters of CreateRule, of a rule that is taken but for what is changed."""
    return {"ListenerArn": "{busy.81}", "Priority": 7, "Conditions": PATH, "Actions": FIXED} | changed


PRIORITIES = (
    refused(
        "CreateRule",
        "priority-0",
        "Priorities begin with 1.",
        rule(Priority=0),
        constraint("0", "priority", MORE.format(1)),
        API + "CreateRule: Priority",
    ),
    refused(
        "CreateRule",
        "priority-50001",
        "Priorities end with 50000.",
        rule(Priority=50001),
        constraint("50001", "priority", LESS.format(50000)),
        API + "CreateRule: Priority",
    ),
    refused(
        "CreateRule",
        "priority-in-use",
        "A listener has one rule of a priority.",
        rule(ListenerArn="{busy.80}", Priority=1),
        "Priority '1' is currently in use",
        "stelligent/mu#324",
        OBSERVED,
        code="PriorityInUse",
    ),
    refused(
        "SetRulePriorities",
        "move-to-a-priority-in-use",
        "Nor does a rule move to one that is taken.",
        {"RulePriorities": [{"RuleArn": "{busy.rule}", "Priority": 2}]},
        "Priority '2' is currently in use",
        API + "SetRulePriorities: PriorityInUse",
        code="PriorityInUse",
    ),
    refused(
        "SetRulePriorities",
        "move-two-to-one-priority",
        "Two rules cannot be given one priority.",
        {
            "RulePriorities": [
                {"RuleArn": "{busy.rule}", "Priority": 9},
                {"RuleArn": "{busy.second}", "Priority": 9},
            ]
        },
        "Priority '9' was provided multiple times",
        API + "SetRulePriorities; " + MOTO,
        by_moto=True,
    ),
    refused(
        "SetRulePriorities",
        "move-below-1",
        "Nor one below 1.",
        {"RulePriorities": [{"RuleArn": "{busy.rule}", "Priority": 0}]},
        constraint("0", "rulePriorities.1.member.priority", MORE.format(1)),
        API + "RulePriorityPair: Priority",
    ),
    refused(
        "ModifyRule",
        "modify-a-default-rule",
        "The default rule changes with its listener.",
        {"RuleArn": "{busy.default}", "Actions": FIXED},
        "Default rule '{busy.default}' cannot be modified",
        "tentez#32",
        OBSERVED,
        code="OperationNotPermitted",
    ),
    refused(
        "DeleteRule",
        "delete-a-default-rule",
        "The default rule is not deleted.",
        {"RuleArn": "{busy.default}"},
        "Default rule '{busy.default}' cannot be deleted",
        "aws-load-balancer-controller#37",
        OBSERVED,
        code="OperationNotPermitted",
    ),
    refused(
        "SetRulePriorities",
        "move-a-default-rule",
        "The default rule has no priority to change; the message is a guess.",
        {"RulePriorities": [{"RuleArn": "{busy.default}", "Priority": 3}]},
        "Default rule '{busy.default}' cannot be moved",
        LISTENERS,
        code="OperationNotPermitted",
    ),
    refused(
        "CreateRule",
        "rule-of-no-listener",
        "A rule is of a listener that exists.",
        rule(ListenerArn="{busy.81}0"),
        "",
        API + "CreateRule: ListenerNotFound",
        code="ListenerNotFound",
        by_moto=True,
    ),
    refused(
        "ModifyRule",
        "modify-no-rule",
        "A rule that does not exist does not change.",
        {"RuleArn": "{busy.rule}0", "Actions": FIXED},
        "",
        API + "ModifyRule: RuleNotFound",
        code="RuleNotFound",
        by_moto=True,
    ),
    refused(
        "ModifyRule",
        "modify-nothing-of-a-rule",
        "A change of a rule is of its conditions or actions.",
        {"RuleArn": "{busy.rule}"},
        "Either conditions or actions must be specified",
        API + "ModifyRule; " + MOTO,
        by_moto=True,
    ),
    refused(
        "DeleteRule",
        "delete-no-rule",
        "A rule that does not exist is not deleted; the message is moto's.",
        {"RuleArn": "{busy.rule}0"},
        "The specified rule does not exist.",
        API + "DeleteRule: RuleNotFound",
        code="RuleNotFound",
    ),
)
