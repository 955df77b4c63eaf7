"""Actions of rules."""

from __future__ import annotations

from typing import Any

from tests.cases.calls.call import (
    API,
    FIXED,
    MORE,
    OBSERVED,
    SHORTER,
    CallCase,
    constraint,
    forward,
    refused,
)
from tests.cases.calls.rules import rule

QUOTAS = "user guide, Quotas for your Application Load Balancers"
MOTO = "moto, test_elbv2, for the message"
LOOP = "The redirect configuration is not valid because it creates a loop."
LAST = "Exactly one action of type 'forward', 'redirect' or 'fixed-response' must come last"
FIELDS = "For actions of type '{}', you must specify the following fields: '{}'"


def redirect(**config: str) -> list[dict[str, Any]]:
    return [{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **config}}]


def fixed(**config: str) -> list[dict[str, Any]]:
    return [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", **config}}]


def weights(*numbers: int, **config: Any) -> list[dict[str, Any]]:
    pairs = [{"TargetGroupArn": "{used}", "Weight": number} for number in numbers]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": pairs, **config}}]


def of_actions(id: str, fact: str, actions: Any, message: str, source: str, **more: Any) -> CallCase:
    return refused(
        "CreateRule",
        id,
        fact,
        rule(Actions=actions),
        message,
        source,
        **{"code": "InvalidLoadBalancerAction"} | more,
    )


ACTIONS = (
    of_actions(
        "no-actions",
        "A rule has an action; that CreateRule says what ModifyListener says is a guess.",
        [],
        "An action must be specified",
        "provider #40022",
        code="ValidationError",
    ),
    of_actions(
        "unknown-action",
        "Actions are of certain types.",
        [{"Type": "refuse"}],
        constraint("refuse", "actions.1.member.type", "Member must satisfy enum value set: [forward, "),
        API + "Action: Type",
        code="ValidationError",
    ),
    of_actions(
        "action-without-a-type",
        "An action has a type.",
        [{"TargetGroupArn": "{used}"}],
        "Value null at 'actions.1.member.type' failed to satisfy constraint: Member must not be null",
        API + "Action: Type",
        code="ValidationError",
    ),
    of_actions(
        "two-final-actions",
        "A rule answers once; the message is a guess.",
        FIXED + fixed(),
        LAST,
        API + "CreateRule: Actions",
    ),
    of_actions(
        "no-final-action",
        "The last action answers; the message is a guess.",
        [
            {
                "Type": "authenticate-cognito",
                "AuthenticateCognitoConfig": {
                    "UserPoolArn": "pool",
                    "UserPoolClientId": "client",
                    "UserPoolDomain": "domain",
                },
            }
        ],
        LAST,
        API + "CreateRule: Actions",
    ),
    of_actions(
        "order-0",
        "Orders begin with 1.",
        [FIXED[0] | {"Order": 0}],
        constraint("0", "actions.1.member.order", MORE.format(1)),
        API + "Action: Order",
        code="ValidationError",
    ),
    of_actions(
        "login-without-https",
        "Logins are for HTTPS; the message is a guess.",
        [
            {
                "Type": "authenticate-cognito",
                "Order": 1,
                "AuthenticateCognitoConfig": {
                    "UserPoolArn": "pool",
                    "UserPoolClientId": "client",
                    "UserPoolDomain": "domain",
                },
            },
            FIXED[0] | {"Order": 2},
        ],
        "Actions of type 'authenticate-cognito' are supported only on HTTPS listeners",
        "user guide, Authenticate users",
    ),
    of_actions(
        "forward-to-nothing",
        "A forward has a target group; the message is computed.",
        [{"Type": "forward"}],
        FIELDS.format("forward", "TargetGroupArn"),
        API + "Action: TargetGroupArn",
    ),
    of_actions(
        "forward-to-a-group-that-is-not-there",
        "The target group exists.",
        forward("{used}0"),
        "Target group '{used}0' not found",
        API + "CreateRule: TargetGroupNotFound; " + MOTO,
        code="TargetGroupNotFound",
        by_moto=True,
    ),
    of_actions(
        "weight-1000",
        "Weights end with 999; the message is a guess.",
        weights(1000),
        "Target group weight '1000' must be between '0-999' inclusive",
        API + "TargetGroupTuple: Weight",
        code="ValidationError",
    ),
    of_actions(
        "weight-below-0",
        "Weights begin with 0; the message is a guess.",
        weights(-1),
        "Target group weight '-1' must be between '0-999' inclusive",
        API + "TargetGroupTuple: Weight",
        code="ValidationError",
    ),
    of_actions(
        "six-groups",
        "A forward has five target groups; the message is a guess.",
        weights(*[1] * 6),
        "A forward action can only have '5' target groups",
        QUOTAS,
    ),
    of_actions(
        "sticky-for-over-a-week",
        "A client stays for seven days at most; the message is a guess.",
        weights(1, TargetGroupStickinessConfig={"Enabled": True, "DurationSeconds": 604801}),
        "Target group stickiness duration '604801' must be between '1-604800' inclusive",
        API + "TargetGroupStickinessConfig",
        code="ValidationError",
    ),
    of_actions(
        "sticky-without-an-end",
        "Stickiness has a duration; the message is a guess.",
        weights(1, TargetGroupStickinessConfig={"Enabled": True}),
        "A duration must be specified for target group stickiness",
        API + "TargetGroupStickinessConfig",
        code="ValidationError",
    ),
    of_actions(
        "redirect-without-a-target",
        "A redirect says where.",
        [{"Type": "redirect"}],
        FIELDS.format("redirect", "RedirectConfig"),
        "terraform#32620",
        confidence=OBSERVED,
    ),
    of_actions(
        "redirect-without-a-code",
        "A redirect has a code.",
        [{"Type": "redirect", "RedirectConfig": {"Port": "443"}}],
        "Value null at 'actions.1.member.redirectConfig.statusCode' failed to satisfy constraint: Member "
        "must not be null",
        API + "RedirectActionConfig: StatusCode",
        code="ValidationError",
    ),
    of_actions(
        "redirect-307",
        "The codes are 301 and 302.",
        redirect(StatusCode="HTTP_307", Port="443"),
        constraint(
            "HTTP_307",
            "actions.1.member.redirectConfig.statusCode",
            "Member must satisfy enum value set: [HTTP_301, HTTP_302]",
        ),
        API + "RedirectActionConfig: StatusCode",
        code="ValidationError",
    ),
    of_actions(
        "redirect-to-itself",
        "A redirect changes protocol, host, port or path.",
        redirect(),
        LOOP,
        "aws-load-balancer-controller#487",
        confidence=OBSERVED,
    ),
    of_actions(
        "redirect-to-its-own-port",
        "Its own protocol and port change nothing.",
        redirect(Protocol="HTTP", Port="81", Host="#{host}", Path="/#{path}", Query="a=b"),
        LOOP,
        API + "RedirectActionConfig",
    ),
    refused(
        "CreateRule",
        "redirect-from-https-to-http",
        "A redirect does not lead from HTTPS to HTTP; the message is a guess.",
        rule(ListenerArn="{busy.443}", Actions=redirect(Protocol="HTTP", Port="80")),
        "You cannot redirect HTTPS to HTTP",
        API + "RedirectActionConfig: Protocol",
        code="InvalidLoadBalancerAction",
    ),
    of_actions(
        "redirect-to-ftp",
        "A redirect leads to HTTP or HTTPS.",
        redirect(Protocol="FTP"),
        constraint(
            "FTP",
            "actions.1.member.redirectConfig.protocol",
            "Member must satisfy regular expression pattern: ^(HTTPS?|#\\{protocol\\})$",
        ),
        API + "RedirectActionConfig: Protocol",
        code="ValidationError",
    ),
    of_actions(
        "redirect-to-a-strange-port",
        "Its port is a port; the message is a guess.",
        redirect(Port="65536"),
        "The redirect port '65536' must be between",
        API + "RedirectActionConfig: Port",
    ),
    of_actions(
        "redirect-to-a-path-without-a-slash",
        "Its path begins with a slash; the message is a guess.",
        redirect(Path="new"),
        "The redirect path 'new' must begin with '/'",
        API + "RedirectActionConfig: Path",
    ),
    of_actions(
        "redirect-to-a-long-path",
        "Its path has 128 characters.",
        redirect(Path="/" * 129),
        constraint("/" * 129, "actions.1.member.redirectConfig.path", SHORTER.format(128)),
        API + "RedirectActionConfig: Path",
        code="ValidationError",
    ),
    of_actions(
        "redirect-to-a-long-host",
        "So has its host.",
        redirect(Host="a" * 129),
        constraint("a" * 129, "actions.1.member.redirectConfig.host", SHORTER.format(128)),
        API + "RedirectActionConfig: Host",
        code="ValidationError",
    ),
    of_actions(
        "redirect-to-a-long-query",
        "So has its query.",
        redirect(Port="443", Query="a" * 129),
        constraint("a" * 129, "actions.1.member.redirectConfig.query", SHORTER.format(128)),
        API + "RedirectActionConfig: Query",
        code="ValidationError",
    ),
    of_actions(
        "fixed-without-anything",
        "A fixed response says what.",
        [{"Type": "fixed-response"}],
        FIELDS.format("fixed-response", "FixedResponseConfig"),
        "terraform#32620, of a redirect",
        confidence="computed",
    ),
    of_actions(
        "fixed-302",
        "A fixed response is 2XX, 4XX or 5XX.",
        fixed(StatusCode="302"),
        constraint(
            "302",
            "actions.1.member.fixedResponseConfig.statusCode",
            "Member must satisfy regular expression pattern: ^(2|4|5)\\d\\d$",
        ),
        API + "FixedResponseActionConfig: StatusCode",
        code="ValidationError",
    ),
    of_actions(
        "fixed-without-a-code",
        "A fixed response has a code.",
        [{"Type": "fixed-response", "FixedResponseConfig": {"MessageBody": "a"}}],
        "Value null at 'actions.1.member.fixedResponseConfig.statusCode' failed to satisfy constraint: "
        "Member must not be null",
        API + "FixedResponseActionConfig: StatusCode",
        code="ValidationError",
    ),
    of_actions(
        "fixed-with-a-long-body",
        "Its body has 1024 characters.",
        fixed(MessageBody="a" * 1025),
        constraint("a" * 1025, "actions.1.member.fixedResponseConfig.messageBody", SHORTER.format(1024)),
        API + "FixedResponseActionConfig: MessageBody",
        code="ValidationError",
    ),
    of_actions(
        "fixed-image",
        "Its content type is one of five.",
        fixed(ContentType="image/png"),
        "The ContentType must be one of:",
        f"{API}FixedResponseActionConfig: ContentType; {MOTO}",
    ),
    refused(
        "ModifyRule",
        "modify-to-no-redirect",
        "What a rule cannot begin with it cannot become.",
        {"RuleArn": "{busy.rule}", "Actions": redirect()},
        LOOP,
        "aws-load-balancer-controller#487",
        OBSERVED,
        code="InvalidLoadBalancerAction",
    ),
    of_actions(
        "two-ways-to-one-group",
        "`TargetGroupArn` is the group of `ForwardConfig`; the message is a guess.",
        [{**weights(1)[0], "TargetGroupArn": "{free}"}],
        "'TargetGroupArn' must be the one target group of 'ForwardConfig'",
        API + "Action: ForwardConfig",
        code="InvalidLoadBalancerAction",
    ),
)
