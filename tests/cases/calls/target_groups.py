"""Target groups and their functions."""

from __future__ import annotations

from tests.cases import LAMBDA
from tests.cases.calls.call import API, DOCUMENTED, IDEMPOTENT, OBSERVED, CallCase

TARGET_GROUPS = (
    CallCase(
        id="create-a-target-group-of-the-same-name",
        fact="A second target group of a name with other settings is refused.",
        source="terraform-aws-alb#251",
        confidence=OBSERVED,
        operation="CreateTargetGroup",
        arguments={"Name": "free", "TargetType": "lambda", "HealthCheckEnabled": True},
        code="DuplicateTargetGroupName",
        message="A target group with the same name 'free' exists, but with different settings",
    ),
    CallCase(
        id="create-a-target-group-of-another-type",
        fact="Another target type is another setting.",
        source="terraform-aws-alb#251",
        confidence=OBSERVED,
        operation="CreateTargetGroup",
        arguments={
            "Name": "free",
            "TargetType": "ip",
            "Protocol": "HTTP",
            "Port": 80,
            "VpcId": "{main}",
        },
        code="DuplicateTargetGroupName",
        message="A target group with the same name 'free' exists, but with different settings",
    ),
    CallCase(
        id="create-the-same-target-group-again",
        fact="A second target group of a name with the same settings is the first.",
        source=f"{IDEMPOTENT.format('CreateTargetGroup')}; provider #6013",
        confidence=DOCUMENTED,
        operation="CreateTargetGroup",
        arguments={"Name": "free", "TargetType": "lambda", "HealthCheckIntervalSeconds": 35},
        answers="{free}",
    ),
    CallCase(
        id="delete-a-target-group-in-use",
        fact="A target group that a listener or a rule names is not deleted.",
        source=f"{API}DeleteTargetGroup; terraform#13076, for the message",
        confidence=DOCUMENTED,
        operation="DeleteTargetGroup",
        arguments={"TargetGroupArn": "{used}"},
        code="ResourceInUse",
        message="Target group '{used}' is currently in use by a listener or a rule",
    ),
    CallCase(
        id="register-without-permission",
        fact="A function that the load balancer may not invoke for this target group is not registered.",
        source="ansible#52253",
        confidence=OBSERVED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{free}", "Targets": [{"Id": "{mute}"}]},
        code="AccessDenied",
        message="elasticloadbalancing principal does not have permission to invoke {mute} from target group "
        "{free}",
        status=403,
    ),
    CallCase(
        id="register-with-another-groups-permission",
        fact="A permission for another target group does not count.",
        source=f"{LAMBDA}: permissions to invoke the Lambda function",
        confidence=DOCUMENTED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{used}", "Targets": [{"Id": "{heard}"}]},
        code="AccessDenied",
        message="elasticloadbalancing principal does not have permission to invoke {heard} from target group "
        "{used}",
        status=403,
    ),
    CallCase(
        id="register-what-does-not-exist",
        fact="A function that does not exist is not registered.",
        source=f"{API}RegisterTargets: InvalidTarget",
        confidence=DOCUMENTED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{free}", "Targets": [{"Id": "{mute}-none"}]},
        code="InvalidTarget",
        message="The specified target does not exist",
    ),
    CallCase(
        id="register-with-permission",
        fact="A function with the permission is registered.",
        source=f"{LAMBDA}: permissions to invoke the Lambda function",
        confidence=DOCUMENTED,
        operation="RegisterTargets",
        arguments={"TargetGroupArn": "{free}", "Targets": [{"Id": "{heard}"}]},
    ),
)
