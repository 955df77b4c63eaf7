"""What checkov found, against what is excepted; and a plan as checkov should see it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

EXCEPTION = re.compile(r"^ *- (CKV2?_[A-Z]+_[0-9]+)(?: +# *(.*))?$", re.MULTILINE)
# What an unknown value looks like to checkov, which takes one that is missing for one that is not given.
UNKNOWN = "known after apply"

Finding = tuple[str, str]  # id of the policy, what is wrong where


def exceptions(config: str) -> dict[str, str]:
    """The policies that a .checkov.yaml skips, with the reason that stands behind each."""
    return dict(EXCEPTION.findall(config))


def findings(report: Mapping[str, Any] | list[Mapping[str, Any]]) -> list[Finding]:
    """What failed, of checkov's JSON: one report, or a list of one for each framework. What it could not read
    has failed too.
    """
    found = []
    for one in report if isinstance(report, list) else [report]:
        results = one.get("results", {})
        for each in results.get("failed_checks", ()):
            found.append((each["check_id"], f"{each['resource']}: {each['check_name']}"))
        found += [("unread", str(file)) for file in results.get("parsing_errors", ())]
    return found


def wrong(found: Iterable[Finding], excepted: Mapping[str, str]) -> Iterator[str]:
    """Findings that are not excepted, exceptions that have no reason, and those that nothing needs."""
    found = list(found)
    yield from (f"{policy} {text}" for policy, text in found if policy not in excepted)
    for policy, reason in excepted.items():
        if not reason:
            yield f"{policy} is skipped in .checkov.yaml without a reason behind it"
        if policy not in {each for each, _ in found}:
            yield f"{policy} is skipped in .checkov.yaml, but nothing fails it any more: remove the line"


def with_unknown(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan of `terraform show -json` in which an argument that is given, but not known yet, has a value.

    Only what the configuration gives: what the provider computes is unknown too, and may be nothing.
    """
    unknown = {
        each["address"]: each["change"].get("after_unknown", {}) for each in plan.get("resource_changes", ())
    }
    given = dict(_given(plan.get("configuration", {}).get("root_module", {}), ()))

    def filled(module: Mapping[str, Any]) -> dict[str, Any]:
        resources = [
            {
                **each,
                "values": {
                    **each.get("values", {}),
                    **{
                        name: UNKNOWN
                        for name, is_unknown in unknown.get(each["address"], {}).items()
                        if is_unknown is True and name in given.get(_plain(each["address"]), ())
                    },
                },
            }
            for each in module.get("resources", ())
        ]
        children = [filled(child) for child in module.get("child_modules", ())]
        return {**module, "resources": resources, "child_modules": children}

    values = plan.get("planned_values", {})
    return {**plan, "planned_values": {**values, "root_module": filled(values.get("root_module", {}))}}


def _given(module: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, frozenset[str]]]:
    """Address, without keys of count and for_each: the arguments that the configuration gives."""
    for each in module.get("resources", ()):
        yield ".".join((*path, each["address"])), frozenset(each.get("expressions", {}))
    for name, call in module.get("module_calls", {}).items():
        yield from _given(call["module"], (*path, "module", name))


def _plain(address: str) -> str:
    return re.sub(r'\["(?:[^"\\]|\\.)*"\]|\[\d+\]', "", address)
