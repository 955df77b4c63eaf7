"""Calls that the API of Elastic Load Balancing and of EC2 refuses, and those it answers with what is there.

A row is a call in a world that `tests/unit/test_refusals.py` makes of values and `tests/cloud/test_calls.py`
through the API. `{main.a}` stands for an id; the world, in which everything has the name of its key:

- two VPCs, `main` and `other`: the subnets `main.a`, `main.b`, `main.c`, `other.a`, `other.b` in the zone of
  that letter, and `main.aa` in zone a; the security groups `main.group` and `other.group`
- the load balancer `busy`, protected against deletion, in main.a and main.b, with `main.group`: the listeners
  `busy.80`, which forwards to the target group `used` and has the rules `busy.rule` and `busy.second` of
  priorities 1 and 2 besides `busy.default`; `busy.81`; and `busy.443`, for HTTPS with the certificate `mine`
- the load balancer `idle`, without listeners, in the same subnets
- the target groups `free`, in no rule, `taken`, which has the function `heard`, and `plain`, of addresses
- the functions `mute`, which has no permission, and `heard`, whose policy lets `free` and `taken` invoke it;
  `heard` has the versions 1 and 2, the alias `live`, which is 1, and a permission of the id `statement`
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.cases.calls.call import DOCUMENTED, FIXED, PATH, CallCase, filled, forward
from tests.cases.calls.functions import ALIASES, CONCURRENCY, FUNCTIONS, PERMISSIONS
from tests.cases.calls.listeners import LISTENERS
from tests.cases.calls.load_balancers import ATTRIBUTES, LOAD_BALANCERS
from tests.cases.calls.logins import LOGINS
from tests.cases.calls.rules import ACTIONS, CONDITIONS, PRIORITIES
from tests.cases.calls.target_groups import ATTRIBUTES as GROUP_ATTRIBUTES
from tests.cases.calls.target_groups import SETTINGS, TARGET_GROUPS

__all__ = ["FIXED", "PATH", "SECTIONS", "CallCase", "filled", "forward"]

SECURITY_GROUPS = (
    CallCase(
        id="create-a-security-group-of-the-same-name",
        fact="A VPC has one security group of a name.",
        source="EC2 API, CreateSecurityGroup: GroupName; terraform#15428, for the message",
        confidence=DOCUMENTED,
        service="ec2",
        by_moto=True,
        operation="CreateSecurityGroup",
        arguments={"GroupName": "group", "Description": "another", "VpcId": "{main}"},
        code="InvalidGroup.Duplicate",
        message="The security group 'group' already exists",  # AWS adds: for VPC '{main}'; moto does not
    ),
)

SECTIONS: Mapping[str, tuple[CallCase, ...]] = {
    "Load balancers": LOAD_BALANCERS,
    "Attributes of load balancers": ATTRIBUTES,
    "Target groups and their functions": TARGET_GROUPS,
    "Settings of target groups": SETTINGS,
    "Attributes of target groups": GROUP_ATTRIBUTES,
    "Listeners": LISTENERS,
    "Rules and their priorities": PRIORITIES,
    "Conditions of rules": CONDITIONS,
    "Actions of rules": ACTIONS,
    "Actions that authenticate": LOGINS,
    "Functions and their versions": FUNCTIONS,
    "Aliases": ALIASES,
    "Permissions of functions": PERMISSIONS,
    "Invocations and reserved concurrency": CONCURRENCY,
    "Security groups": SECURITY_GROUPS,
}
