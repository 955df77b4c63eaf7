"""What Elastic Load Balancing refuses of rules: their priorities and conditions."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from typing import Any

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals import regexes
from localalb.control_plane.refusals.reason import Api, Refusal, invalid

_FIELDS = ("path-pattern", "host-header", "http-header", "http-request-method", "query-string", "source-ip")
# RuleCondition: at most one condition of each of these a rule.
_SINGLE = ("host-header", "http-request-method", "path-pattern", "source-ip")
# User guide, "Condition types for listener rules": what a path and a host name may hold.
_PATH = re.compile(r"""[A-Za-z0-9_.$/~"'@:+&;*?-]*""")  # & is written &amp;
_HOST = re.compile(r"[A-Za-z0-9.*?-]*\.[A-Za-z*?]*")
_METHOD = re.compile(r"[A-Z_-]*")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'+.^_`|~-]*")  # RFC 7230 without the wildcard
# User guide, "Quotas": condition values and condition wildcards a rule. Accounts of before 2020 may have six
# wildcards (elb-application-load-balancers-user-guide #32).
_VALUES, _WILDCARDS = 5, 5


def priority_in_use(call: Api, existing: Existing) -> Refusal | None:
    """PriorityInUse of CreateRule and SetRulePriorities; stelligent/mu #324 has the words."""
    moved = {each.get("RuleArn"): each.get("Priority") for each in call.get("RulePriorities") or ()}
    wanted = moved or {None: call.get("Priority")}
    for arn, priority in wanted.items():
        owner = existing.owner(call["ListenerArn"]) if arn is None else existing.owner_of_rule(arn)
        rules = owner[1].rules if owner else ()
        if any(rule.priority == priority is not None and rule.arn not in moved for rule in rules):
            return Refusal("PriorityInUse", f"Priority '{priority}' is currently in use")
    return None


def default_rule(doing: str) -> Any:
    """A reason against `doing` something with a default rule. Words: alb-ingress #37, tentez #32."""

    def reason(call: Api, existing: Existing) -> Refusal | None:
        arns = [call.get("RuleArn"), *(each.get("RuleArn") for each in call.get("RulePriorities") or ())]
        for arn in filter(None, arns):
            owner = existing.owner_of_rule(arn)
            if owner and any(rule.arn == arn and rule.priority is None for rule in owner[1].rules):
                return Refusal("OperationNotPermitted", f"Default rule '{arn}' cannot be {doing}")
        return None

    return reason


def a_condition(call: Api, existing: Existing) -> Refusal | None:
    """Every rule but the default one has a condition (CreateRule, `Conditions`). A guess of words."""
    return None if call.get("Conditions") else invalid("A condition must be specified")


def counts(call: Api, existing: Existing) -> Refusal | None:
    """Values and wildcards of all conditions (aws-cdk #10065), conditions of a field (RuleCondition). The
    words but for the values are a guess."""
    conditions = call.get("Conditions") or ()
    values = [value for condition in conditions for value in _values(condition)]
    expressions = [each for condition in conditions for each in regexes.regexes_of(condition)]
    if len(values) + len(expressions) > _VALUES:
        return invalid(f"A rule can only have '{_VALUES}' condition values")
    if sum(len(re.findall(r"[*?]", value)) for value in values) > _WILDCARDS:
        return invalid(f"A rule can only have '{_WILDCARDS}' condition wildcards")
    fields = Counter(condition.get("Field") for condition in conditions)
    for field in _SINGLE:
        if fields[field] > 1:
            return invalid(f"A rule can only have one '{field}' condition")
    return None


def each_condition(call: Api, existing: Existing) -> Refusal | None:
    """The conditions one by one, before moto checks lengths and fields."""
    found = (_condition(condition) for condition in call.get("Conditions") or ())
    words = next(filter(None, found), None)
    return invalid(words) if words else None


def _condition(condition: Api) -> str | None:
    field = condition.get("Field")
    if not field:
        return "A condition field must be specified"
    if field not in _FIELDS:  # moto has the words
        return f"Condition field '{field}' must be one of '[{','.join(_FIELDS)}]'"
    name = "".join(part.capitalize() for part in field.split("-")) + "Config"
    config: Api = condition.get(name) or {}
    given = [key for key in condition if key.endswith("Config") and condition[key]]
    if strange := next((key for key in given if key != name), None):
        return f"The '{strange}' field is not compatible with '{field}'"
    if condition.get("Values") and field not in ("host-header", "path-pattern"):
        return f"The 'Values' field is not compatible with '{field}'"
    if condition.get("Values") and config:
        return f"You cannot provide both Values and '{name}' for a condition of type '{field}'"
    values = _values(condition)
    if regexes.regexes_of(condition):
        words = regexes.words_against(condition, values)
    else:
        words = None if values and all(values) else "A condition value must be specified"
    if words:
        return words
    match field:
        case "path-pattern":
            return _first(field, values, _PATH)
        case "host-header":
            return _first(field, values, _HOST)
        case "http-request-method":
            return _first(field, values, _METHOD)
        case "http-header":
            header = config.get("HttpHeaderName") or ""
            if header.lower() == "host" or not header or not _TOKEN.fullmatch(header):
                return f"The 'HttpHeaderName' value '{header}' is not valid"
        case "source-ip":
            return next(
                (f"The 'source-ip' value '{each}' is not valid" for each in values if not _cidr(each)), None
            )
    return None


def known_rule(call: Api, existing: Existing) -> Refusal | None:
    """RuleNotFound of DeleteRule; moto has the words."""
    if existing.owner_of_rule(call["RuleArn"]):
        return None
    return Refusal("RuleNotFound", "The specified rule does not exist.")


def _first(field: str, values: list[str], allowed: re.Pattern[str]) -> str | None:
    """The words about the first value that is not allowed: a guess."""
    for value in values:
        if not allowed.fullmatch(value):
            return f"The '{field}' value '{value}' is not valid"
    return None


def _cidr(value: str) -> bool:
    """SourceIpConditionConfig: an IPv4 or IPv6 block, no wildcards."""
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return "/" in value


def _values(condition: Api) -> list[str]:
    """A condition's values, old form or new; a pair of a query string is one, with its key."""
    configs = [condition[key] for key in condition if key.endswith("Config") and condition[key]]
    found = [
        *(condition.get("Values") or ()),
        *(each for config in configs for each in config.get("Values") or ()),
    ]
    return [
        each if isinstance(each, str) else (each.get("Key") or "") + (each.get("Value") or "")
        for each in found
    ]
