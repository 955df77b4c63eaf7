"""Rules of security groups by prefix list or by another group: moto drops their descriptions, and changes
only rules by IPv4 address.

EC2 API, AuthorizeSecurityGroupIngress and ModifySecurityGroupRules.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = (
    (SecurityGroupRule, "__init__"),
    (SecurityGroupRule, "description"),
    (SecurityGroupBackend, "modify_security_group_rules"),
)


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` as they should be."""
    init = SecurityGroupRule.__init__
    modify = SecurityGroupBackend.modify_security_group_rules

    def init_with_prefix_list(self: Any, *args: Any, **named: Any) -> None:
        init(self, *args, **named)
        prefix_list = args[7] if len(args) > 7 else named.get("prefix_list_id")
        self.prefix_list = prefix_list or {}

    def modify_every_source(
        self: SecurityGroupBackend, group_id: str, rules: dict[str, dict[str, Any]]
    ) -> None:
        modify(self, group_id, rules)
        group: Any = self.get_security_group_by_name_or_id(group_id)
        for rule_id, wanted in rules.items():
            _change(group.get_rule(rule_id), wanted)

    return [
        (SecurityGroupRule, "__init__", init_with_prefix_list),
        (SecurityGroupRule, "description", property(_description)),
        (SecurityGroupBackend, "modify_security_group_rules", modify_every_source),
    ]


def _source(rule: Any) -> dict[str, str]:
    """Where a rule's traffic comes from or goes to, and its description: one of the three is filled."""
    found: dict[str, str] = rule.source_group or rule.prefix_list or rule.ip_range
    return found


def _description(self: Any) -> str | None:
    return _source(self).get("Description")


def _change(rule: Any, wanted: dict[str, Any]) -> None:
    """Give a rule the source and description asked for; moto has written the latter among the addresses."""
    if arn := wanted.get("PrefixListId"):
        rule.prefix_list_id, rule.prefix_list, rule.ip_range = arn, {"PrefixListId": arn}, {}
    elif group := wanted.get("ReferencedGroupId"):
        rule.source_group, rule.ip_range = rule.source_group | {"GroupId": group}, {}
    elif address := wanted.get("CidrIpv6"):
        rule.ip_range = {"CidrIpv6": address}
    _source(rule)["Description"] = wanted.get("Description", "")
