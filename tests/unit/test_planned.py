"""The load balancers of a plan, as the API takes them. planned.json is a piece of a real one: the plan of
tests/cloud/adopted after `second` got its security group, by Terraform 1.11.4 and AWS provider 5.100.0."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localalb.stacks.planned import Creation, Unknown, changed, created, creation, needed

PLAN: dict[str, Any] = json.loads((Path(__file__).parent / "planned.json").read_text())
PREFIXED, SECOND = "aws_alb.prefixed", 'module.edge["second"].aws_lb.this[0]'
SUBNETS = ["subnet-19f650dab8ce7598b", "subnet-1acd12bc01201276a"]
SUFFIX = "20261125202032050000000001"
DEFAULTS = {
    "client_keep_alive.seconds": "3600",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "deletion_protection.enabled": "false",
    "routing.http2.enabled": "true",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "waf.fail_open.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "zonal_shift.config.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "access_logs.s3.enabled": "false",
    "connection_logs.s3.enabled": "false",
}


def made(address: str, plan: dict[str, Any] = PLAN) -> Creation:
    return creation(plan, address, "eu-west-1", lambda: SUFFIX)


def test_a_prefix_gets_the_provider_s_suffix_and_default_tags_count() -> None:
    assert made(PREFIXED) == Creation(
        PREFIXED,
        "eu-west-1",
        {
            "Name": f"pre-{SUFFIX}",
            "Type": "application",
            "Scheme": "internal",
            "Subnets": SUBNETS,
            "Tags": [{"Key": "Team", "Value": "edge"}],
        },
        DEFAULTS,
    )


def test_one_of_a_module_under_for_each() -> None:
    assert made(SECOND) == Creation(
        SECOND,
        "eu-west-1",
        {
            "Name": "edge-6",
            "Type": "application",
            "SecurityGroups": ["sg-7dca3923e6609f2fa"],
            "SubnetMappings": [{"SubnetId": subnet} for subnet in SUBNETS],
            "Tags": [{"Key": "Name", "Value": "edge-6"}, {"Key": "Team", "Value": "edge"}],
        },
        DEFAULTS
        | {
            "routing.http.drop_invalid_header_fields.enabled": "true",
            "idle_timeout.timeout_seconds": "120",
            "routing.http.xff_header_processing.mode": "preserve",
            "access_logs.s3.enabled": "true",
            "access_logs.s3.bucket": "edge-logs-20261125202139477300000001",
            "access_logs.s3.prefix": "edge-6",
        },
    )


def change(plan: dict[str, Any], address: str) -> dict[str, Any]:
    (found,) = (each["change"] for each in plan["resource_changes"] if each["address"] == address)
    return dict(found)


def edited(edit: Callable[[dict[str, Any], dict[str, Any]], object], address: str = SECOND) -> dict[str, Any]:
    """The plan with another `after` and `after_unknown`."""
    plan = copy.deepcopy(PLAN)
    found = change(plan, address)
    edit(found["after"], found["after_unknown"])
    return plan


def region(value: dict[str, Any]) -> dict[str, Any]:
    plan = copy.deepcopy(PLAN)
    plan["configuration"]["provider_config"]["aws"]["expressions"]["region"] = value
    return plan


CAPACITY = [{"capacity_units": 10}]
UNKNOWN: dict[str, tuple[str, dict[str, Any], str]] = {
    "a name that is computed": ("aws_lb.later[0]", PLAN, "its name is not known"),
    "subnets": (
        SECOND,
        edited(lambda after, unknown: (after.pop("subnet_mapping"), unknown.update(subnet_mapping=True))),
        "its subnets are not known",
    ),
    "one of the subnets": (
        PREFIXED,
        edited(lambda _, unknown: unknown.update(subnets=[False, True]), PREFIXED),
        "its subnets are not all known",
    ),
    "a bucket": (
        SECOND,
        edited(lambda _, unknown: unknown.update(access_logs=[{"bucket": True}])),
        "its access_logs is not known",
    ),
    "a tag": (
        SECOND,
        edited(lambda _, unknown: unknown.update(tags={"Name": True})),
        "its tags is not known",
    ),
    "a switch": (SECOND, edited(lambda _, unknown: unknown.update(enable_http2=True)), "its enable_http2 is"),
    "timeouts, which an import does not take over": (
        SECOND,
        edited(lambda after, _: after.update(timeouts={"create": "5m"})),
        "it sets timeouts",
    ),
    "a capacity, for which the provider waits as well": (
        SECOND,
        edited(lambda after, _: after.update(minimum_load_balancer_capacity=CAPACITY)),
        "it sets minimum_load_balancer_capacity",
    ),
    "another type": (
        SECOND,
        edited(lambda after, _: after.update(load_balancer_type="network")),
        "it is a network load balancer",
    ),
    "a region that is computed": (SECOND, region({"references": ["var.region"]}), "its provider's region"),
    "one that this plan does not make": ("aws_lb.gone", PLAN, "what it needs cannot be made before it"),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_is_not_known_is_left_to_the_provider(case: str) -> None:
    address, plan, reason = UNKNOWN[case]
    with pytest.raises(Unknown, match=f"^{reason}"):
        made(address, plan)


def test_the_region_is_that_of_the_provider_block() -> None:
    assert made(SECOND, region({"constant_value": "eu-north-1"})).region == "eu-north-1"


def test_neither_name_nor_prefix() -> None:
    """The provider names it tf-lb- then (aws_lb, "name")."""
    plan = edited(lambda after, _: after.update(name=None))
    del plan["configuration"]["root_module"]["module_calls"]["edge"]["module"]["resources"][0]["expressions"][
        "name"
    ]
    assert made(SECOND, plan).arguments["Name"] == f"tf-lb-{SUFFIX}"


# What Terraform 1.11.4 printed, with its colours.
SAID = """\
\x1b[1m  # aws_alb.prefixed\x1b[0m will be created
\x1b[0m  \x1b[32m+\x1b[0m\x1b[0m resource "aws_alb" "prefixed" {
\x1b[1m  # module.edge["first one"].aws_lb.this[0]\x1b[0m will be created
\x1b[1m  # module.edge["first one"].aws_lb_listener.this\x1b[0m will be created
  # module.edge["of aws_lb.x"].aws_security_group.this will be created
  # aws_lb.changed will be updated in-place
  # aws_lb.moved must be replaced
"""


def test_the_load_balancers_that_a_plan_creates() -> None:
    assert created(SAID) == ["aws_alb.prefixed", 'module.edge["first one"].aws_lb.this[0]']


MESSAGES = """\
{"@level":"info","@message":"Terraform 1.11.4","type":"version","ui":"1.2"}
Warning: not JSON
{"change":{"resource":{"addr":"aws_s3_bucket.logs"},"action":"create"},"type":"planned_change"}
{"change":{"resource":{"addr":"data.aws_subnets.of_it"},"action":"read"},"type":"planned_change"}
{"change":{"resource":{"addr":"aws_security_group.old"},"action":"update"},"type":"planned_change"}
{"change":{"resource":{"addr":"aws_lb.this"},"action":"create"},"type":"planned_change"}
{"change":{"resource":{"addr":"aws_lb.gone"},"action":"delete"},"type":"planned_change"}
{"change":{"resource":{"addr":"aws_lb.mine"},"action":"import","importing":{"id":"x"}},"type":"planned_change"}
"""


def test_what_load_balancers_need_is_what_else_their_plan_makes_or_changes() -> None:
    changes = changed(MESSAGES)
    assert changes["aws_lb.mine"] == "import"
    assert needed(changes, ["aws_lb.this"]) == ["aws_s3_bucket.logs", "aws_security_group.old"]
