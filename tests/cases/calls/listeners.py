"""Listeners."""

from __future__ import annotations

from tests.cases.calls.call import (
    API,
    DOCUMENTED,
    FIXED,
    IDEMPOTENT,
    OBSERVED,
    PATH,
    SHARED,
    CallCase,
    forward,
    weighted,
)

CERTIFICATE = "A certificate must be specified for HTTPS listeners"

LISTENERS = (
    CallCase(
        id="create-listener-with-anothers-group",
        fact="A target group serves one load balancer: a second one's listener is refused.",
        source="provider #22005; that the ARN follows is a guess",
        confidence=OBSERVED,
        operation="CreateListener",
        arguments={
            "LoadBalancerArn": "{idle}",
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": forward("{used}"),
        },
        code="TargetGroupAssociationLimit",
        message=SHARED,
    ),
    CallCase(
        id="create-listener-with-anothers-weighted-group",
        fact="Likewise where the group is one of several.",
        source="provider #22005",
        confidence=OBSERVED,
        operation="CreateListener",
        arguments={
            "LoadBalancerArn": "{idle}",
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": weighted("{free}", "{used}"),
        },
        code="TargetGroupAssociationLimit",
        message=SHARED,
    ),
    CallCase(
        id="create-rule-with-its-own-group",
        fact="Rules and listeners of one load balancer share a target group.",
        source=f"{API}CreateRule: TargetGroupAssociationLimit",
        confidence=DOCUMENTED,
        operation="CreateRule",
        arguments={
            "ListenerArn": "{busy.81}",
            "Priority": 1,
            "Conditions": PATH,
            "Actions": forward("{used}"),
        },
    ),
    CallCase(
        id="create-listener-on-a-taken-port",
        fact="A second listener on a port with other settings is refused.",
        source="terraform#26407",
        confidence=OBSERVED,
        operation="CreateListener",
        arguments={
            "LoadBalancerArn": "{busy}",
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": FIXED,
        },
        code="DuplicateListener",
        message="A listener already exists on this port for this load balancer '{busy}'",
    ),
    CallCase(
        id="create-the-same-listener-again",
        fact="A second listener on a port with the same settings is the first.",
        source=f"{IDEMPOTENT.format('CreateListener')}; provider #35121",
        confidence=DOCUMENTED,
        operation="CreateListener",
        arguments={
            "LoadBalancerArn": "{busy}",
            "Protocol": "HTTP",
            "Port": 80,
            "DefaultActions": weighted("{used}"),
        },
        answers="{busy.80}",
    ),
    CallCase(
        id="modify-listener-to-a-taken-port",
        fact="A listener does not move to a port that another one has.",
        source="terraform#26407",
        confidence=OBSERVED,
        operation="ModifyListener",
        arguments={"ListenerArn": "{busy.81}", "Port": 80},
        code="ValidationError",
        message="Listener port '80' is already in use",
    ),
    CallCase(
        id="create-https-without-certificate",
        fact="A listener for HTTPS has a certificate.",
        source="pulumi-awsx#1242",
        confidence=OBSERVED,
        operation="CreateListener",
        arguments={
            "LoadBalancerArn": "{idle}",
            "Protocol": "HTTPS",
            "Port": 443,
            "DefaultActions": FIXED,
        },
        code="ValidationError",
        message=CERTIFICATE,
    ),
    CallCase(
        id="modify-to-https-without-certificate",
        fact="A listener that becomes one for HTTPS gets a certificate; the message is a guess.",
        source=f"{API}ModifyListener: from HTTP to HTTPS",
        confidence=DOCUMENTED,
        operation="ModifyListener",
        arguments={"ListenerArn": "{busy.81}", "Protocol": "HTTPS"},
        code="ValidationError",
        message=CERTIFICATE,
    ),
)
