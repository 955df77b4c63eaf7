"""What Elastic Load Balancing refuses of rules' transforms: user guide, "Transforms for listener rules", and
RuleTransform and RewriteConfig of the ELBv2 API. The words are a guess."""

from __future__ import annotations

from collections import Counter

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal, invalid
from localalb.control_plane.refusals.regexes import unusable

LONGEST = 1024
_CONFIGS = {"host-header-rewrite": "HostHeaderRewriteConfig", "url-rewrite": "UrlRewriteConfig"}


def resets(call: Api) -> bool:
    """Whether a ModifyRule takes the transforms away; of a query it may be a word still."""
    return call.get("ResetTransforms") in (True, "true")


def set_or_reset(call: Api, existing: Existing) -> Refusal | None:
    """ModifyRule, `ResetTransforms`: it goes with no `Transforms`."""
    if resets(call) and call.get("Transforms"):
        return invalid("You cannot specify both 'Transforms' and 'ResetTransforms'")
    return None


def one_of_each(call: Api, existing: Existing) -> Refusal | None:
    """One of each type a rule ("Transform basics")."""
    types = Counter(each.get("Type") for each in call.get("Transforms") or ())
    for type, number in types.items():
        if number > 1:
            return invalid(f"A rule can only have one '{type}' transform")
    return None


def each_transform(call: Api, existing: Existing) -> Refusal | None:
    found = (_words_against(each) for each in call.get("Transforms") or ())
    words = next(filter(None, found), None)
    return invalid(words) if words else None


def _words_against(transform: Api) -> str | None:
    type = transform["Type"]
    name = _CONFIGS[type]
    if strange := next(
        (other for other in _CONFIGS.values() if other != name and transform.get(other)), None
    ):
        return f"The '{strange}' field is not compatible with '{type}'"
    rewrites: list[Api] = (transform.get(name) or {}).get("Rewrites") or []
    if len(rewrites) != 1:  # provider #44702: the API takes one
        return f"A '{type}' transform must have one rewrite"
    (rewrite,) = rewrites
    for member in ("Regex", "Replace"):
        if len(rewrite.get(member) or "") > LONGEST:
            return f"The '{type}' {member.lower()} is too long; the limit is '{LONGEST}'"
    return unusable(rewrite.get("Regex") or "")
