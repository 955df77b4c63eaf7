"""The conformance kit on the local cloud: a third of the rows over sockets, all of it built by boto3."""

from __future__ import annotations

from zlib import crc32

import pytest

from tests.conformance import run
from tests.conformance.clouds import LocalAlb
from tests.conformance.players import plays
from tests.conformance.stack import PREFIX, stack
from tests.sites import Sites

REGION = "eu-central-1"  # a region of the test's own
# A third, the same in every run: tests/socket plays all rows, but past the control plane.
CHOSEN = [play for play in plays() if crc32(play.case.id.encode()) % 3 == 0]
UNPLAYABLE = (
    "needs a client at ",
    "no value of a Python ",
    "a share is seen ",
    "no row provokes ",
    "CloudWatch has ",
)


@pytest.fixture
def cloud_under_test(cloud: Sites) -> LocalAlb:
    return LocalAlb(cloud.endpoint.url, "localalb", cloud.endpoint.key)


def test_rows_hold_from_end_to_end(cloud_under_test: LocalAlb) -> None:
    with stack(cloud_under_test, REGION, "0.0.0.0/0") as made:
        rows = run.over_sockets(made, CHOSEN, print)
    assert [(row.id, row.expected, row.seen) for row in rows if row.verdict == "differs"] == []
    unplayable = {row.id: row.why for row in rows if row.verdict == "not playable"}
    refused = {id for id, why in unplayable.items() if why.startswith(run.REFUSED)}
    assert refused <= REFUSED
    others = [why for id, why in unplayable.items() if id not in refused]
    assert [why for why in others if not any(known in why for known in UNPLAYABLE)] == []
    assert left(cloud_under_test) == []


# Rules that AWS takes no more than localalb does: what they would do, only the pure functions know.
REFUSED = {
    "rule-path-encoded",
    "rule-path-encoded-raw",
    "rule-header-name-wildcard",
    "rule-method-case",
    "rule-method-star",
}


def test_nothing_is_left_of_a_run_that_fails(cloud_under_test: LocalAlb) -> None:
    def interrupted() -> None:
        with stack(cloud_under_test, REGION, "0.0.0.0/0"):
            assert left(cloud_under_test)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert left(cloud_under_test) == []


def left(cloud: LocalAlb) -> list[str]:
    """The names of what a stack consists of."""
    elbv2, ec2 = cloud.client("elbv2", REGION), cloud.client("ec2", REGION)
    iam, functions = cloud.client("iam", REGION), cloud.client("lambda", REGION)
    found = [each["LoadBalancerName"] for each in elbv2.describe_load_balancers()["LoadBalancers"]]
    found += [each["TargetGroupName"] for each in elbv2.describe_target_groups()["TargetGroups"]]
    found += [each["FunctionName"] for each in functions.list_functions()["Functions"]]
    found += [each["GroupName"] for each in ec2.describe_security_groups()["SecurityGroups"]]
    found += [each["RoleName"] for each in iam.list_roles()["Roles"]]
    return [name for name in found if name.startswith(PREFIX)]
