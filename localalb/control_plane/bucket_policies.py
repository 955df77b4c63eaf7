"""Bucket policies with conditions. moto takes a condition that it cannot judge for a refusal, even in a
statement that allows: a bucket that refuses plain HTTP would refuse everybody.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from localalb.control_plane.seam import Replacement, Seam

SEAMS: tuple[Seam, ...] = ((FakeBucket, "get_permission"),)


def replacements() -> list[Replacement]:
    """The methods of `SEAMS` as they should be."""
    get_permission = FakeBucket.get_permission

    def get_permission_without_conditions(self: FakeBucket, action: str, resource: str) -> Any:
        """Statements with a condition count neither way: on AWS the caller comes over TLS, and nothing here
        knows the rest of a request's context."""
        if self.policy is None:
            return get_permission(self, action, resource)
        policy = json.loads(self.policy)
        statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
        judged = [each for each in statements if not each.get("Condition")]
        if not judged:
            return PermissionResult.NEUTRAL
        return IAMPolicy(json.dumps({"Statement": judged})).is_action_permitted(action, resource)

    return [(FakeBucket, "get_permission", get_permission_without_conditions)]
