"""A call of the API, and what it is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from tests.cases.calls import SECTIONS, CallCase, filled
from tests.conformance.play import Outcome

ROWS = [row for rows in SECTIONS.values() for row in rows]
ARN = {
    "CreateLoadBalancer": "LoadBalancerArn",
    "CreateTargetGroup": "TargetGroupArn",
    "CreateListener": "ListenerArn",
}


def play(case: CallCase, client: Any, ids: Mapping[str, str]) -> Outcome:
    """`client` is of the row's service; `ids` are those of the world. The message is seen, but no part of
    what is expected: AWS documents codes."""
    expected: dict[str, Any] = {"code": case.code, "status": case.status} if case.code else {"code": ""}
    if case.answers:
        expected["answers"] = filled(case.answers, ids)
    try:
        answer = getattr(client, xform_name(case.operation))(**filled(case.arguments, ids))
    except ClientError as refused:
        error = refused.response
        code, status = error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]
        return Outcome(expected, {"code": code, "status": status}, error["Error"].get("Message", ""))
    except (BotoCoreError, ResponseParserError) as error:  # no answer in time, or none that can be read
        return Outcome(expected, {"code": f"{type(error).__name__}: {error}"[:200]})
    seen: dict[str, Any] = {"code": ""}
    if case.answers:
        made = [value for value in answer.values() if isinstance(value, list)]
        seen["answers"] = made[0][0][ARN[case.operation]] if made and made[0] else None
    return Outcome(expected, seen)
