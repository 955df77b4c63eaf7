"""Rules: priorities, conditions, actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.cases import LISTENERS, Confidence
from tests.cases.calls.call import (
    API,
    FIXED,
    LESS,
    MORE,
    OBSERVED,
    PATH,
    SHORTER,
    CallCase,
    constraint,
    forward,
    refused,
)

CONDITION = API + "RuleCondition"
TYPES = "user guide, Condition types for listener rules"
QUOTAS = "user guide, Quotas for your Application Load Balancers"
MOTO = "moto, test_elbv2, for the message"
LOOP = "The redirect configuration is not valid because it creates a loop."
LAST = "Exactly one action of type 'forward', 'redirect' or 'fixed-response' must come last"
FIELDS = "For actions of type '{}', you must specify the following fields: '{}'"
MARK: Confidence = "guess"


def rule(**changed: Any) -> dict[str, Any]:
    """The parameters of CreateRule, of a rule that is taken but for what is changed."""
    return {"ListenerArn": "{busy.81}", "Priority": 7, "Conditions": PATH, "Actions": FIXED} | changed


def condition(field: str, values: Sequence[Any], **more: Any) -> dict[str, Any]:
    name = "".join(part.capitalize() for part in field.split("-")) + "Config"
    return {"Field": field, name: {"Values": values, **more}}


def expressions(field: str, values: Sequence[str], **more: Any) -> dict[str, Any]:
    name = "".join(part.capitalize() for part in field.split("-")) + "Config"
    return {"Field": field, name: {"RegexValues": values, **more}}


def rewrite(type: str, *pairs: tuple[str, str]) -> dict[str, Any]:
    name = "UrlRewriteConfig" if type == "url-rewrite" else "HostHeaderRewriteConfig"
    return {"Type": type, name: {"Rewrites": [{"Regex": regex, "Replace": to} for regex, to in pairs]}}


def redirect(**config: str) -> list[dict[str, Any]]:
    return [{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **config}}]


def fixed(**config: str) -> list[dict[str, Any]]:
    return [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", **config}}]


def weights(*numbers: int, **config: Any) -> list[dict[str, Any]]:
    pairs = [{"TargetGroupArn": "{used}", "Weight": number} for number in numbers]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": pairs, **config}}]


def of_conditions(id: str, fact: str, conditions: Any, message: str, source: str, **more: Any) -> CallCase:
    return refused("CreateRule", id, fact, rule(Conditions=conditions), message, source, **more)


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


def of_transforms(id: str, fact: str, transforms: Any, message: str, source: str, **more: Any) -> CallCase:
    return refused("CreateRule", id, fact, rule(Transforms=transforms), message, source, **more)


PRIORITIES = (
    refused(
        "CreateRule",
        "priority-0",
        "Priorities begin with 1.",
        rule(Priority=0),
        constraint("0", "priority", MORE.format(1)),
        API + "CreateRule: Priority",
    ),
    refused(
        "CreateRule",
        "priority-50001",
        "Priorities end with 50000.",
        rule(Priority=50001),
        constraint("50001", "priority", LESS.format(50000)),
        API + "CreateRule: Priority",
    ),
    refused(
        "CreateRule",
        "priority-in-use",
        "A listener has one rule of a priority.",
        rule(ListenerArn="{busy.80}", Priority=1),
        "Priority '1' is currently in use",
        "stelligent/mu#324",
        OBSERVED,
        code="PriorityInUse",
    ),
    refused(
        "SetRulePriorities",
        "move-to-a-priority-in-use",
        "Nor does a rule move to one that is taken.",
        {"RulePriorities": [{"RuleArn": "{busy.rule}", "Priority": 2}]},
        "Priority '2' is currently in use",
        API + "SetRulePriorities: PriorityInUse",
        code="PriorityInUse",
    ),
    refused(
        "SetRulePriorities",
        "move-two-to-one-priority",
        "Two rules cannot be given one priority.",
        {
            "RulePriorities": [
                {"RuleArn": "{busy.rule}", "Priority": 9},
                {"RuleArn": "{busy.second}", "Priority": 9},
            ]
        },
        "Priority '9' was provided multiple times",
        API + "SetRulePriorities; " + MOTO,
        by_moto=True,
    ),
    refused(
        "SetRulePriorities",
        "move-below-1",
        "Nor one below 1.",
        {"RulePriorities": [{"RuleArn": "{busy.rule}", "Priority": 0}]},
        constraint("0", "rulePriorities.1.member.priority", MORE.format(1)),
        API + "RulePriorityPair: Priority",
    ),
    refused(
        "ModifyRule",
        "modify-a-default-rule",
        "The default rule changes with its listener.",
        {"RuleArn": "{busy.default}", "Actions": FIXED},
        "Default rule '{busy.default}' cannot be modified",
        "tentez#32",
        OBSERVED,
        code="OperationNotPermitted",
    ),
    refused(
        "DeleteRule",
        "delete-a-default-rule",
        "The default rule is not deleted.",
        {"RuleArn": "{busy.default}"},
        "Default rule '{busy.default}' cannot be deleted",
        "aws-load-balancer-controller#37",
        OBSERVED,
        code="OperationNotPermitted",
    ),
    refused(
        "SetRulePriorities",
        "move-a-default-rule",
        "The default rule has no priority to change; the message is a guess.",
        {"RulePriorities": [{"RuleArn": "{busy.default}", "Priority": 3}]},
        "Default rule '{busy.default}' cannot be moved",
        LISTENERS,
        code="OperationNotPermitted",
    ),
    refused(
        "CreateRule",
        "rule-of-no-listener",
        "A rule is of a listener that exists.",
        rule(ListenerArn="{busy.81}0"),
        "",
        API + "CreateRule: ListenerNotFound",
        code="ListenerNotFound",
        by_moto=True,
    ),
    refused(
        "ModifyRule",
        "modify-no-rule",
        "A rule that does not exist does not change.",
        {"RuleArn": "{busy.rule}0", "Actions": FIXED},
        "",
        API + "ModifyRule: RuleNotFound",
        code="RuleNotFound",
        by_moto=True,
    ),
    refused(
        "ModifyRule",
        "modify-nothing-of-a-rule",
        "A change of a rule is of its conditions or actions.",
        {"RuleArn": "{busy.rule}"},
        "Either conditions or actions must be specified",
        API + "ModifyRule; " + MOTO,
        by_moto=True,
    ),
)

CONDITIONS = (
    of_conditions(
        "no-conditions",
        "A rule has a condition; the message is a guess.",
        [],
        "A condition must be specified",
        API + "CreateRule: Conditions",
    ),
    of_conditions(
        "six-values",
        "A rule has five values in all its conditions.",
        [condition("path-pattern", [f"/{each}" for each in "abcdef"])],
        "A rule can only have '5' condition values",
        "aws-cdk#10065",
        confidence=OBSERVED,
    ),
    of_conditions(
        "six-values-in-two-conditions",
        "However they are parted.",
        [
            condition("path-pattern", ["/a", "/b", "/c"]),
            condition("host-header", ["a.com", "b.com", "c.com"]),
        ],
        "A rule can only have '5' condition values",
        QUOTAS,
    ),
    of_conditions(
        "seven-wildcards",
        "A rule has six wildcards; the message is a guess.",
        [condition("path-pattern", ["/*a*b*c*", "/*?d?"])],
        "A rule can only have '6' condition wildcards",
        QUOTAS,
    ),
    *(
        of_conditions(
            f"two-conditions-{field}",
            f"A rule has one condition {field}; the message is a guess.",
            [condition(field, [each]) for each in values],
            f"A rule can only have one '{field}' condition",
            CONDITION,
        )
        for field, values in (
            ("path-pattern", ("/a", "/b")),
            ("host-header", ("a.com", "b.com")),
            ("http-request-method", ("GET", "PUT")),
            ("source-ip", ("192.0.2.0/24", "198.51.100.0/24")),
        )
    ),
    of_conditions(
        "unknown-field",
        "Conditions are of six fields.",
        [{"Field": "cookie", "Values": ["a"]}],
        "Condition field 'cookie' must be one of '[",
        f"{CONDITION}: Field; {MOTO}",
    ),
    of_conditions(
        "no-field",
        "A condition has a field; the message is a guess.",
        [{"Values": ["/a"]}],
        "A condition field must be specified",
        f"{CONDITION}: Field",
        confidence=MARK,
    ),
    of_conditions(
        "no-values",
        "A condition has a value.",
        [condition("path-pattern", [])],
        "A condition value must be specified",
        f"{CONDITION}: a value cannot be empty; {MOTO}",
    ),
    of_conditions(
        "empty-value",
        "The value of a condition is not empty.",
        [condition("path-pattern", [""])],
        "A condition value must be specified",
        f"{CONDITION}: a value cannot be empty",
    ),
    of_conditions(
        "two-old-values",
        "The old form has one value.",
        [{"Field": "path-pattern", "Values": ["/a", "/b"]}],
        "The 'path-pattern' field contains too many values; the limit is '1'",
        f"{CONDITION}: Values; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "old-and-new-values",
        "A condition has the old form or the new.",
        [{"Field": "host-header", "Values": ["a.com"], "HostHeaderConfig": {"Values": ["b.com"]}}],
        "You cannot provide both Values and 'HostHeaderConfig' for a condition of type 'host-header'",
        f"{CONDITION}: Values; {MOTO}",
    ),
    of_conditions(
        "old-values-of-a-header",
        "The old form is for hosts and paths.",
        [{"Field": "http-header", "Values": ["a"]}],
        "The 'Values' field is not compatible with 'http-header'",
        f"{CONDITION}: Values; {MOTO}",
    ),
    of_conditions(
        "config-of-another-field",
        "A condition has its field's configuration; the message is a guess.",
        [{"Field": "path-pattern", "HostHeaderConfig": {"Values": ["a.com"]}}],
        "The 'HostHeaderConfig' field is not compatible with 'path-pattern'",
        f"{CONDITION}: HostHeaderConfig",
    ),
    of_conditions(
        "long-path",
        "A path pattern has 128 characters.",
        [condition("path-pattern", ["/" * 129])],
        "The 'path-pattern' value is too long; the limit is '128'",
        f"{TYPES}; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "strange-path",
        "A path pattern has certain characters; the message is a guess.",
        [condition("path-pattern", ["/a b"])],
        "The 'path-pattern' value '/a b' is not valid",
        TYPES,
    ),
    of_conditions(
        "long-host",
        "A host name has 128 characters.",
        [condition("host-header", ["a" * 125 + ".com"])],
        "The 'host-header' value is too long; the limit is '128'",
        f"{TYPES}; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "strange-host",
        "A host name has letters, digits, '-', '.' and wildcards; the message is a guess.",
        [condition("host-header", ["a_b.com"])],
        "The 'host-header' value 'a_b.com' is not valid",
        TYPES,
    ),
    of_conditions(
        "host-without-a-dot",
        "A host name has a dot; the message is a guess.",
        [condition("host-header", ["localhost"])],
        "The 'host-header' value 'localhost' is not valid",
        TYPES,
    ),
    of_conditions(
        "host-that-ends-in-digits",
        "After a host name's last dot are letters; the message is a guess.",
        [condition("host-header", ["127.0.0.1"])],
        "The 'host-header' value '127.0.0.1' is not valid",
        TYPES,
    ),
    of_conditions(
        "long-header-name",
        "A header's name has 40 characters.",
        [condition("http-header", ["a"], HttpHeaderName="x" * 41)],
        "The 'HttpHeaderName' value is too long; the limit is '40'",
        f"{API}HttpHeaderConditionConfig; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "wildcard-in-a-header-name",
        "A header's name has no wildcards; the message is a guess.",
        [condition("http-header", ["a"], HttpHeaderName="x-*")],
        "The 'HttpHeaderName' value 'x-*' is not valid",
        API + "HttpHeaderConditionConfig",
    ),
    of_conditions(
        "host-as-a-header",
        "The header Host has a field of its own; the message is a guess.",
        [condition("http-header", ["a.com"], HttpHeaderName="Host")],
        "The 'HttpHeaderName' value 'Host' is not valid",
        API + "HttpHeaderConditionConfig",
    ),
    of_conditions(
        "long-header-value",
        "A header's value has 128 characters.",
        [condition("http-header", ["a" * 129], HttpHeaderName="x")],
        "The 'http-header' value is too long; the limit is '128'",
        f"{API}HttpHeaderConditionConfig; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "lower-method",
        "A method has capitals, '-' and '_'; the message is a guess.",
        [condition("http-request-method", ["get"])],
        "The 'http-request-method' value 'get' is not valid",
        API + "HttpRequestMethodConditionConfig",
    ),
    of_conditions(
        "long-method",
        "A method has 40 characters.",
        [condition("http-request-method", ["A" * 41])],
        "The 'http-request-method' value is too long; the limit is '40'",
        f"{API}HttpRequestMethodConditionConfig; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "long-query",
        "A value of the query has 128 characters.",
        [condition("query-string", [{"Key": "a", "Value": "b" * 129}])],
        "The 'Value' value is too long; the limit is '128'",
        f"{API}QueryStringKeyValuePair; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "long-query-key",
        "So has a key.",
        [condition("query-string", [{"Key": "a" * 129, "Value": "b"}])],
        "The 'Key' value is too long; the limit is '128'",
        f"{API}QueryStringKeyValuePair; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "query-key-alone",
        "A key of the query has a value.",
        [condition("query-string", [{"Key": "a"}])],
        "A 'Value' must be specified in 'QueryStringKeyValuePair'",
        f"{API}QueryStringKeyValuePair: Value; {MOTO}",
        by_moto=True,
    ),
    of_conditions(
        "source-without-cidr",
        "A source is a block of addresses; the message is a guess.",
        [condition("source-ip", ["192.0.2.1"])],
        "The 'source-ip' value '192.0.2.1' is not valid",
        API + "SourceIpConditionConfig: CIDR format",
    ),
    of_conditions(
        "source-with-wildcards",
        "A source has no wildcards; the message is a guess.",
        [condition("source-ip", ["192.0.2.*"])],
        "The 'source-ip' value '192.0.2.*' is not valid",
        API + "SourceIpConditionConfig",
    ),
    refused(
        "ModifyRule",
        "modify-to-six-values",
        "What a rule cannot begin with it cannot become.",
        {
            "RuleArn": "{busy.rule}",
            "Conditions": [condition("path-pattern", [f"/{each}" for each in "abcdef"])],
        },
        "A rule can only have '5' condition values",
        "aws-cdk#10065",
        OBSERVED,
    ),
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
)

BASICS = "user guide, Listener rules: Rule basics"
REWRITES = "user guide, Transforms for listener rules"
REGEXES = (
    *(
        of_conditions(
            f"regex-{name}",
            f"A regular expression has no {name.replace('-', ' ')}; the message is a guess.",
            [expressions("path-pattern", [regex])],
            f"The regular expression '{regex}' is not valid: ",
            BASICS,
        )
        for name, regex in (
            ("lookahead", "^/a(?=b)"),
            ("lookbehind", "(?<=a)b"),
            ("backreference", r"(a)\1"),
            ("atomic-group", "(?>a)b"),
            ("possessive-quantifier", "a++"),
            ("subroutine", "(a)(?1)"),
            ("recursion", "a(?R)?b"),
            ("unicode-class", r"\p{L}"),
        )
    ),
    of_conditions(
        "regex-syntax",
        "A regular expression is one; the message is a guess.",
        [expressions("host-header", ["(a"])],
        "The regular expression '(a' is not valid: ",
        BASICS,
        confidence=MARK,
    ),
    of_conditions(
        "regex-long",
        "A regular expression of a condition has 128 characters; the message is a guess.",
        [expressions("path-pattern", ["a" * 129])],
        "The 'path-pattern' regex value is too long; the limit is '128'",
        f"{CONDITION}: RegexValues",
    ),
    of_conditions(
        "regex-empty",
        "It is not empty.",
        [expressions("path-pattern", [""])],
        "A condition value must be specified",
        f"{CONDITION}: a value cannot be empty",
    ),
    of_conditions(
        "regex-and-values",
        "A condition has values or regular expressions; the message is a guess.",
        [expressions("path-pattern", ["^/a"], Values=["/a"])],
        "You cannot provide both 'Values' and 'RegexValues' for a condition of type 'path-pattern'",
        TYPES,
    ),
    of_conditions(
        "regex-of-a-query",
        "They are for hosts, paths and headers; the message is a guess.",
        [{"Field": "query-string", "RegexValues": ["a"]}],
        "The 'RegexValues' field is not compatible with 'query-string'",
        f"{CONDITION}: RegexValues",
    ),
    of_conditions(
        "regex-of-the-host-header",
        "A header condition with one names no Host either.",
        [expressions("http-header", ["a"], HttpHeaderName="Host")],
        "The 'HttpHeaderName' value 'Host' is not valid",
        "ELBv2 API, HttpHeaderConditionConfig",
    ),
    of_conditions(
        "six-regexes",
        "A rule has five match evaluations, regular expressions too; the message is a guess.",
        [expressions("path-pattern", ["a", "b", "c"]), condition("host-header", ["a.com", "b.com", "c.com"])],
        "A rule can only have '5' condition values",
        QUOTAS,
    ),
)

TRANSFORMS = (
    of_transforms(
        "two-url-rewrites",
        "A rule has one transform of a type; the message is a guess.",
        [rewrite("url-rewrite", ("a", "b")), rewrite("url-rewrite", ("c", "d"))],
        "A rule can only have one 'url-rewrite' transform",
        REWRITES,
    ),
    of_transforms(
        "two-rewrites-in-one",
        "A transform has one rewrite; the message is a guess.",
        [rewrite("url-rewrite", ("a", "b"), ("c", "d"))],
        "A 'url-rewrite' transform must have one rewrite",
        "terraform-provider-aws#44702",
        confidence=OBSERVED,
    ),
    of_transforms(
        "transform-without-a-rewrite",
        "It has one at least; the message is a guess.",
        [{"Type": "host-header-rewrite"}],
        "A 'host-header-rewrite' transform must have one rewrite",
        "ELBv2 API, RuleTransform",
        confidence=MARK,
    ),
    of_transforms(
        "transform-of-another-type",
        "A transform has its type's configuration; the message is a guess.",
        [{**rewrite("url-rewrite", ("a", "b")), "Type": "host-header-rewrite"}],
        "The 'UrlRewriteConfig' field is not compatible with 'host-header-rewrite'",
        "ELBv2 API, RuleTransform",
    ),
    of_transforms(
        "unknown-transform",
        "Transforms are of two types.",
        [{**rewrite("url-rewrite", ("a", "b")), "Type": "path-rewrite"}],
        constraint(
            "path-rewrite",
            "transforms.1.member.type",
            "Member must satisfy enum value set: [host-header-rewrite, url-rewrite]",
        ),
        "ELBv2 API, RuleTransform: Type",
    ),
    *(
        of_transforms(
            f"long-{member}",
            f"The {member} of a transform has 1024 characters; the message is a guess.",
            [rewrite("url-rewrite", pair)],
            f"The 'url-rewrite' {member} is too long; the limit is '1024'",
            "ELBv2 API, RewriteConfig",
        )
        for member, pair in (("regex", ("a" * 1025, "b")), ("replace", ("a", "b" * 1025)))
    ),
    of_transforms(
        "transform-lookahead",
        "The regular expression of a transform lacks the same; the message is a guess.",
        [rewrite("url-rewrite", ("^/a(?=b)", "b"))],
        "The regular expression '^/a(?=b)' is not valid: ",
        BASICS,
    ),
    refused(
        "ModifyRule",
        "transforms-and-reset",
        "Transforms are set or reset; the message is a guess.",
        {
            "RuleArn": "{busy.rule}",
            "Transforms": [rewrite("url-rewrite", ("a", "b"))],
            "ResetTransforms": True,
        },
        "You cannot specify both 'Transforms' and 'ResetTransforms'",
        "ELBv2 API, ModifyRule: ResetTransforms",
    ),
    refused(
        "ModifyRule",
        "transforms-of-the-default-rule",
        "The default rule has no transforms.",
        {"RuleArn": "{busy.default}", "Transforms": [rewrite("url-rewrite", ("a", "b"))]},
        "Default rule '{busy.default}' cannot be modified",
        REWRITES,
        code="OperationNotPermitted",
    ),
)
