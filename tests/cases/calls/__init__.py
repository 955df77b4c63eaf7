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
  `heard` has the versions 1 and 2, the alias `live`, which is 1, and a permission of the id `statement`;
  `kept` has a URL, reserves two executions and provisions one for its version 1; `full` has a policy of
  10 KB; each may run for ten seconds
- the layers `layer.1` and `layer.2`, versions of one; the queues `queue` and `fast`, which hides messages for
  a second
- the buckets `open`, into which load balancers may write logs under `logs/`, `closed`, into which they may
  not, and `far`, in another region
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.cases.calls.actions import ACTIONS
from tests.cases.calls.aliases import ALIASES
from tests.cases.calls.call import DOCUMENTED, FIXED, PATH, CallCase, filled, forward
from tests.cases.calls.concurrency import CONCURRENCY
from tests.cases.calls.conditions import CONDITIONS
from tests.cases.calls.event_sources import EVENT_SOURCES
from tests.cases.calls.function_urls import FUNCTION_URLS
from tests.cases.calls.functions import FUNCTIONS
from tests.cases.calls.layers import LAYERS
from tests.cases.calls.listeners import LISTENERS
from tests.cases.calls.load_balancer_attributes import ATTRIBUTES
from tests.cases.calls.load_balancers import LOAD_BALANCERS
from tests.cases.calls.logins import LOGINS
from tests.cases.calls.logs import LOGS
from tests.cases.calls.permissions import PERMISSIONS
from tests.cases.calls.rules import PRIORITIES
from tests.cases.calls.tags import TAGS
from tests.cases.calls.target_group_attributes import ATTRIBUTES as GROUP_ATTRIBUTES
from tests.cases.calls.target_group_settings import SETTINGS
from tests.cases.calls.target_groups import TARGET_GROUPS
from tests.cases.calls.transforms import REGEXES, TRANSFORMS
from tests.cases.calls.versions import VERSIONS

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
    "Logs of load balancers": LOGS,
    "Target groups and their functions": TARGET_GROUPS,
    "Settings of target groups": SETTINGS,
    "Attributes of target groups": GROUP_ATTRIBUTES,
    "Listeners": LISTENERS,
    "Rules and their priorities": PRIORITIES,
    "Conditions of rules": CONDITIONS,
    "Actions of rules": (*ACTIONS, *LOGINS),
    "Regular expressions of rules": REGEXES,
    "Transforms of rules": TRANSFORMS,
    "Tags": TAGS,
    "Functions and their versions": FUNCTIONS,
    "Versions and qualifiers": VERSIONS,
    "Layers": LAYERS,
    "Aliases": ALIASES,
    "Permissions of functions": PERMISSIONS,
    "Invocations and concurrency": CONCURRENCY,
    "URLs of functions": FUNCTION_URLS,
    "Event sources, and events that nobody waits for": EVENT_SOURCES,
    "Security groups": SECURITY_GROUPS,
}
