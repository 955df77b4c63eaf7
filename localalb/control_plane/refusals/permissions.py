"""What Lambda refuses of the permissions of functions: for $LATEST, to nobody."""

from __future__ import annotations

import re

from localalb.control_plane.existing import Existing
from localalb.control_plane.refusals.reason import Api, Refusal, parameter

# An account, an ARN of IAM, a service. Not that IAM knows the one who is named: AWS refuses strangers too.
_PRINCIPAL = re.compile(
    r"\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazon\.com)"
)


def permission(call: Api, existing: Existing) -> Refusal | None:
    """AddPermission. Words: localstack, test_lambda_api.snapshot."""
    if call.get("Qualifier") == "$LATEST":
        return parameter("We currently do not support adding policies for $LATEST.")
    if not _PRINCIPAL.fullmatch(call["Principal"]):
        return parameter("The provided principal was invalid. Please check the principal and try again.")
    return None
