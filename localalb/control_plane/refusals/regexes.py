"""What Elastic Load Balancing refuses of the regular expressions in conditions. Its words are a guess."""

from __future__ import annotations

from localalb.balancer import regexes
from localalb.control_plane.refusals.reason import Api

FIELDS = ("host-header", "http-header", "path-pattern")  # RuleCondition, `RegexValues`
LONGEST = 128  # the same


def regexes_of(condition: Api) -> list[str]:
    """A condition's regular expressions, old form or new."""
    configs = [condition[key] for key in condition if key.endswith("Config") and condition[key]]
    return [
        *(condition.get("RegexValues") or ()),
        *(each for config in configs for each in config.get("RegexValues") or ()),
    ]


def words_against(condition: Api, values: list[str]) -> str | None:
    """Why a condition that has regular expressions besides `values` is refused, None where it is not."""
    field, found = condition["Field"], regexes_of(condition)
    if field not in FIELDS:
        return f"The 'RegexValues' field is not compatible with '{field}'"
    if values:
        return f"You cannot provide both 'Values' and 'RegexValues' for a condition of type '{field}'"
    if not all(found):
        return "A condition value must be specified"
    if any(len(each) > LONGEST for each in found):
        return f"The '{field}' regex value is too long; the limit is '{LONGEST}'"
    return next(filter(None, map(unusable, found)), None)


def unusable(regex: str) -> str | None:
    """Why an expression cannot be used ("Listener rules", "Rule basics")."""
    try:
        regexes.compiled(regex)
    except ValueError as error:
        return f"The regular expression '{regex}' is not valid: {error}"
    return None
