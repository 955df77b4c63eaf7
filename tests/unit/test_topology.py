"""Answers of the API -> the topology, and the topology as values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localalb.balancer import topology
from localalb.balancer.condition import Condition
from localalb.balancer.topology import (
    FixedResponse,
    Forward,
    MutualTls,
    Redirect,
    SecurityPolicy,
    TargetGroup,
    Topology,
    Transform,
    Unsupported,
)
from localalb.control_plane import discovery
from localalb.control_plane.discovery import functions as read_functions
from localalb.control_plane.discovery import rules as read_rules
from localalb.control_plane.discovery.load_balancers import fewest
from localalb.control_plane.stale import NOTHING_READ
from localalb.runtime.function import Alias

ACCOUNT = "123456789012"
ELB = f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}"
BALANCER = f"{ELB}:loadbalancer/app/demo/1"
LISTENER = f"{ELB}:listener/app/demo/1/2"
NETWORK = f"{ELB}:loadbalancer/net/net/4"
GROUP = f"{ELB}:targetgroup/demo/3"
INSTANCES = f"{ELB}:targetgroup/instances/5"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:demo"


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        (
            {"Field": "path-pattern", "Values": ["/a", "/b"]},
            Condition("path-pattern", ("/a", "/b")),
        ),
        (
            {"Field": "path-pattern", "Values": ["/a"], "PathPatternConfig": {"Values": ["/a"]}},
            Condition("path-pattern", ("/a",)),
        ),
        (
            {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}},
            Condition("host-header", ("*.example.com",)),
        ),
        (
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["1", "2"]}},
            Condition("http-header", ("1", "2"), header="X-A"),
        ),
        (
            {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}},
            Condition("http-request-method", ("GET",)),
        ),
        (
            {"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}},
            Condition("source-ip", ("192.0.2.0/24",)),
        ),
        (
            {
                "Field": "query-string",
                "QueryStringConfig": {"Values": [{"Key": "a", "Value": "1"}, {"Value": "2"}]},
            },
            Condition("query-string", pairs=(("a", "1"), (None, "2"))),
        ),
    ],
    ids=lambda value: value.get("Field", "") if isinstance(value, dict) else "",
)
def test_condition(api: dict[str, Any], expected: Condition) -> None:
    assert read_rules.condition(api) == expected


@pytest.mark.parametrize(
    "api",
    [
        {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/a", "b$"]}},
        {"Field": "path-pattern", "RegexValues": ["^/a", "b$"]},
    ],
)
def test_regular_expressions(api: dict[str, Any]) -> None:
    assert read_rules.condition(api) == Condition("path-pattern", regexes=("^/a", "b$"))


TWO = [{"TargetGroupArn": "a", "Weight": 1}, {"TargetGroupArn": "b", "Weight": 3}]
STICKY = {"Enabled": True, "DurationSeconds": 60}


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ([{"Type": "forward", "TargetGroupArn": "a"}], Forward((("a", 1),))),
        (
            [{"Type": "forward", "TargetGroupArn": "a", "ForwardConfig": {"TargetGroups": TWO[:1]}}],
            Forward((("a", 1),)),
        ),
        ([{"Type": "forward", "ForwardConfig": {"TargetGroups": TWO}}], Forward((("a", 1), ("b", 3)))),
        (
            [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "a"}]}}],
            Forward((("a", 1),)),
        ),
        (
            [
                {
                    "Type": "forward",
                    "ForwardConfig": {"TargetGroups": TWO, "TargetGroupStickinessConfig": STICKY},
                }
            ],
            Forward((("a", 1), ("b", 3)), stickiness=60),
        ),
        (
            [
                {
                    "Type": "forward",
                    "ForwardConfig": {
                        "TargetGroups": TWO,
                        "TargetGroupStickinessConfig": {"Enabled": False, "DurationSeconds": 60},
                    },
                }
            ],
            Forward((("a", 1), ("b", 3))),
        ),
        (
            [
                {
                    "Type": "redirect",
                    "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
                }
            ],
            Redirect(301, protocol="HTTPS", port="443"),
        ),
        (
            [{"Type": "redirect", "RedirectConfig": {"Query": "", "StatusCode": "HTTP_302"}}],
            Redirect(302, query=""),
        ),
        (
            [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
            FixedResponse(404),
        ),
        (
            [
                {
                    "Type": "fixed-response",
                    "FixedResponseConfig": {
                        "StatusCode": "200",
                        "ContentType": "text/css",
                        "MessageBody": "b {}",
                    },
                }
            ],
            FixedResponse(200, "text/css", "b {}"),
        ),
    ],
)
def test_action(api: list[dict[str, Any]], expected: topology.Action) -> None:
    assert read_rules.action(api) == expected


def test_an_action_nobody_knows_is_never_skipped() -> None:
    forward = {"Type": "forward", "TargetGroupArn": "a", "Order": 2}
    for actions in ([{"Type": "x", "Order": 1}, forward], [forward, {"Type": "x", "Order": 1}]):
        assert read_rules.action(actions) == Unsupported("the action x")


def test_transforms() -> None:
    rewrites = [{"Regex": "^/a", "Replace": "/b"}]
    api = {
        "RuleArn": "rule",
        "Priority": "1",
        "Actions": [{"Type": "forward", "TargetGroupArn": "a"}],
        "Transforms": [
            {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": rewrites}},
            {"Type": "host-header-rewrite", "HostHeaderRewriteConfig": {"Rewrites": rewrites}},
        ],
    }
    assert read_rules.rule(api).transforms == (
        Transform("url-rewrite", "^/a", "/b"),
        Transform("host-header-rewrite", "^/a", "/b"),
    )


def test_rules_are_in_order() -> None:
    """Ascending, the default rule last (user guide, "Listener rules")."""
    action = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]
    read = [
        read_rules.rule({"RuleArn": each, "Priority": each, "Actions": action})
        for each in ("10", "default", "9", "50000", "1")
    ]
    assert [rule.priority for rule in read_rules.in_order(read)] == [1, 9, 10, 50000, None]


CONFIGURATION: dict[str, Any] = {
    "FunctionName": "demo",
    "FunctionArn": FUNCTION,
    "Version": "$LATEST",
    "Handler": "app.handler",
    "Runtime": "python3.13",
    "Timeout": 3,
    "MemorySize": 128,
    "CodeSha256": "abc=",
    "Role": f"arn:aws:iam::{ACCOUNT}:role/demo",
}


def test_function() -> None:
    function = read_functions.function(FUNCTION, CONFIGURATION)
    assert (function.name, function.version, function.arn) == ("demo", "$LATEST", FUNCTION)
    assert (function.handler, function.runtime) == ("app.handler", "python3.13")
    assert (function.timeout, function.memory_size) == (3, 128)
    assert (function.region, function.account) == ("eu-west-1", ACCOUNT)
    assert function.environment == {}
    # Lambda developer guide, "Using CloudWatch Logs": the default name.
    assert function.log_group == "/aws/lambda/demo"


def test_function_as_configured() -> None:
    more = {"LoggingConfig": {"LogGroup": "/mine"}, "Environment": {"Variables": {"A": "1"}}}
    function = read_functions.function(FUNCTION + ":live", CONFIGURATION | more)
    assert (function.arn, function.name) == (FUNCTION + ":live", "demo")
    assert (function.log_group, function.environment) == ("/mine", {"A": "1"})


def named_only(answer: dict[str, list[Any]], arns: set[str]) -> dict[str, list[Any]]:
    return {key: [item for item in items if arns & {*item.values()}] for key, items in answer.items()}


class Client:
    """A boto3 client with canned answers; a page an item, and NotFound for what it does not know."""

    def __init__(self, **answers: Any) -> None:
        self._answers = {"get_function_concurrency": {}, **answers}

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            if operation not in self._answers:
                error = {"Error": {"Code": "ResourceNotFoundException", "Message": "no"}}
                raise ClientError(error, operation)  # type: ignore[arg-type]
            named = {arn for key, arns in arguments.items() if key.endswith("Arns") for arn in arns}
            return named_only(self._answers[operation], named) if named else self._answers[operation]

        return call

    def get_paginator(self, operation: str) -> Any:
        answer: dict[str, list[Any]] = self._answers[operation]

        class Paginator:
            def paginate(self, **_: Any) -> Iterator[dict[str, list[Any]]]:
                for key, items in answer.items():
                    for item in items:
                        yield {key: [item]}

        return Paginator()


def elbv2(**changes: Any) -> Client:
    def attributes(**pairs: str) -> dict[str, Any]:
        return {
            "Attributes": [{"Key": key.replace("__", "."), "Value": value} for key, value in pairs.items()]
        }

    answers: dict[str, Any] = {
        "describe_load_balancers": {
            "LoadBalancers": [
                {
                    "LoadBalancerArn": BALANCER,
                    "LoadBalancerName": "demo",
                    "DNSName": "d.elb",
                    "Type": "application",
                },
                {"LoadBalancerArn": NETWORK, "LoadBalancerName": "net", "DNSName": "", "Type": "network"},
            ]
        },
        "describe_load_balancer_attributes": attributes(idle_timeout__timeout_seconds="60"),
        "describe_listeners": {"Listeners": [{"ListenerArn": LISTENER, "Port": 80, "Protocol": "HTTP"}]},
        "describe_listener_attributes": attributes(routing__http__response__server__enabled="false"),
        "describe_listener_certificates": {"Certificates": []},
        "describe_rules": {
            "Rules": [
                {
                    "RuleArn": f"rule-{priority}",
                    "Priority": priority,
                    "Conditions": [],
                    "Actions": [{"Type": "forward", "TargetGroupArn": GROUP}],
                }
                for priority in ("default", "20", "3")
            ]
        },
        "describe_target_groups": {
            "TargetGroups": [
                {"TargetGroupArn": GROUP, "TargetGroupName": "demo", "TargetType": "lambda"},
                {"TargetGroupArn": INSTANCES, "TargetGroupName": "instances", "TargetType": "instance"},
            ]
        },
        "describe_target_group_attributes": attributes(lambda__multi_value_headers__enabled="true"),
        "describe_target_health": {"TargetHealthDescriptions": [{"Target": {"Id": FUNCTION}}]},
    }
    return Client(**(answers | changes))


POLICY = """{"Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*",
             "Principal": {"Service": "elasticloadbalancing.amazonaws.com"}}]}"""


def test_read() -> None:
    lambda_ = Client(get_function_configuration=CONFIGURATION, get_policy={"Policy": POLICY})
    found = discovery.read(elbv2(), lambda_).topology
    [(balancer, listener)] = found.listeners()
    assert (balancer.name, balancer.dns_name, balancer.arn) == ("demo", "d.elb", BALANCER)
    assert balancer.attributes["idle_timeout.timeout_seconds"] == "60"
    assert (listener.arn, listener.port, listener.protocol) == (LISTENER, 80, "HTTP")
    assert listener.attributes == {"routing.http.response.server.enabled": "false"}
    assert [rule.priority for rule in listener.rules] == [3, 20, None]
    assert [rule.action for rule in listener.rules] == [Forward(((GROUP, 1),))] * 3
    assert list(found.target_groups) == [GROUP]
    group = found.target_groups[GROUP]
    assert (group.name, group.multi_value_headers) == ("demo", True)
    [target] = group.targets
    assert target.permitted
    assert target.function == read_functions.function(FUNCTION, CONFIGURATION)


@pytest.mark.parametrize(
    ("settings", "mutual"),
    [
        (None, None),
        ({"Mode": "off"}, None),
        ({"Mode": "passthrough"}, MutualTls("passthrough")),
        (
            {
                "Mode": "verify",
                "TrustStoreArn": "store",
                "IgnoreClientCertificateExpiry": True,
                "AdvertiseTrustStoreCaNames": "on",
            },
            MutualTls("verify", "store", ignore_expiry=True, advertise=True),
        ),
        (
            {
                "Mode": "verify",
                "TrustStoreArn": "store",
                "IgnoreClientCertificateExpiry": False,
                "AdvertiseTrustStoreCaNames": "off",
            },
            MutualTls("verify", "store"),
        ),
    ],
)
def test_a_listener_for_https(settings: dict[str, Any] | None, mutual: MutualTls | None) -> None:
    """ELBv2 API, Listener, MutualAuthenticationAttributes and SslPolicy."""
    secure = {"ListenerArn": LISTENER, "Port": 443, "Protocol": "HTTPS", "SslPolicy": "named"}
    more = {"MutualAuthentication": settings} if settings else {}
    policy = {"Name": "named", "SslProtocols": ["TLSv1.2"], "Ciphers": [{"Name": "a", "Priority": 1}]}
    api = elbv2(
        describe_listeners={"Listeners": [secure | more]}, describe_ssl_policies={"SslPolicies": [policy]}
    )
    [(_, listener)] = discovery.read(api, Client(get_policy={"Policy": POLICY})).topology.listeners()
    assert listener.policy == SecurityPolicy(("TLSv1.2",), ("a",))
    assert listener.mutual == mutual


@pytest.mark.parametrize(
    ("qualifier", "alias"), [("", ""), (":7", ""), (":$LATEST", ""), (":live", "live"), (":v2", "v2")]
)
def test_the_alias_in_an_arn(qualifier: str, alias: str) -> None:
    assert read_functions.alias_of(FUNCTION + qualifier) == alias


def test_an_alias_with_weights() -> None:
    """The additional version is invoked by the alias's ARN too: a handler sees what was asked for."""
    alias = {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.1}}}
    lambda_ = Client(get_function_configuration=CONFIGURATION, get_alias=alias)
    health = {"TargetHealthDescriptions": [{"Target": {"Id": f"{FUNCTION}:live"}}]}
    [target] = (
        discovery.read(elbv2(describe_target_health=health), lambda_).topology.target_groups[GROUP].targets
    )
    version = read_functions.function(f"{FUNCTION}:live", CONFIGURATION)
    assert target.function == Alias(version, ((version, 0.1),))


@pytest.mark.parametrize("config", [{}, {"RoutingConfig": None}, {"RoutingConfig": {}}], ids=repr)
def test_an_alias_without_weights(config: dict[str, Any]) -> None:
    assert read_functions.weights(config) == {}


def test_a_function_without_a_policy_is_not_permitted() -> None:
    found = discovery.read(elbv2(), Client(get_function_configuration=CONFIGURATION)).topology
    [target] = found.target_groups[GROUP].targets
    assert target.function is not None
    assert not target.permitted


def test_a_target_that_names_nothing() -> None:
    [target] = discovery.read(elbv2(), Client()).topology.target_groups[GROUP].targets
    assert (target.arn, target.function, target.permitted) == (FUNCTION, None, False)


def test_single_mode_is_the_default() -> None:
    lambda_ = Client(get_function_configuration=CONFIGURATION)
    found = discovery.read(elbv2(describe_target_group_attributes={"Attributes": []}), lambda_).topology
    assert not found.target_groups[GROUP].multi_value_headers


def test_regions_are_merged() -> None:
    """Each region keeps what is its own."""
    one = discovery.read(elbv2(), Client()).topology
    two = Topology((), {"other": TargetGroup("other", "other")})
    merged = topology.merge([one, two])
    assert merged.load_balancers == one.load_balancers
    assert set(merged.target_groups) == {GROUP, "other"}
    assert topology.merge([]) == Topology()


BAD, GOOD = (f"{ELB}:loadbalancer/app/{name}/1" for name in ("bad", "good"))
FORWARD = {"Type": "forward", "TargetGroupArn": GROUP}


class Cloud:
    """The API of two load balancers; one has a listener whose rule has `actions`, or the next of them."""

    def __init__(self, actions: Any) -> None:
        self.actions = actions
        self.operation = ""

    def get_paginator(self, operation: str) -> Any:
        self.operation = operation
        return self

    def paginate(self, **arguments: Any) -> list[dict[str, Any]]:
        match self.operation, arguments:
            case "describe_load_balancers", _:
                return [self.describe_load_balancers([BAD, GOOD])]
            case "describe_listeners", {"LoadBalancerArn": arn} if arn == BAD:
                return [{"Listeners": [{"ListenerArn": "listener", "Port": 80, "Protocol": "HTTP"}]}]
            case "describe_rules", _:
                actions = next(self.actions) if isinstance(self.actions, Iterator) else self.actions
                if isinstance(actions, ClientError):
                    raise actions
                return [{"Rules": [{"RuleArn": "rule", "Priority": "1", "Actions": actions}]}]
        return [{"TargetGroups": [], "Listeners": []}]

    def describe_load_balancers(self, LoadBalancerArns: list[str]) -> dict[str, Any]:
        named = ({"LoadBalancerArn": arn, "LoadBalancerName": arn.split("/")[2]} for arn in LoadBalancerArns)
        return {"LoadBalancers": [each | {"Type": "application", "DNSName": ""} for each in named]}

    def describe_load_balancer_attributes(self, **_: str) -> dict[str, Any]:
        return {"Attributes": []}

    describe_listener_attributes = describe_load_balancer_attributes


def failure(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "DescribeRules")


@pytest.mark.parametrize("actions", [[], [{}], [{"Type": "forward"}], failure("InternalFailure")])
def test_what_cannot_be_read_leaves_the_others(actions: Any, caplog: pytest.LogCaptureFixture) -> None:
    found = discovery.read(Cloud(actions), None)
    assert [balancer.name for balancer in found.topology.load_balancers] == ["good"]
    assert f"{BAD} is not served, because it cannot be read: " in caplog.text


def test_what_could_not_be_read_is_read_with_the_next_change() -> None:
    """Whatever the change is about: nobody else would mend it."""
    before = discovery.read(Cloud([]), None)
    after = discovery.read(Cloud([FORWARD]), None, before, NOTHING_READ)
    assert {balancer.name for balancer in after.topology.load_balancers} == {"bad", "good"}
    assert not after.left_out


def test_what_was_deleted_meanwhile_is_read_again() -> None:
    found = discovery.read(Cloud(iter([failure("ListenerNotFound"), [FORWARD]])), None)
    assert [len(balancer.listeners) for balancer in found.topology.load_balancers] == [1, 0]


def rules(listener: str, *names: str) -> set[str]:
    return {f"{ELB}:listener-rule/app/demo/1/{listener}/{name}" for name in names}


@pytest.mark.parametrize(
    ("stale", "expected"),
    [
        (rules("2", "a", "b") | {BALANCER}, [BALANCER, *sorted(rules("2", "a", "b"))]),
        (rules("2", "a") | {LISTENER}, [LISTENER]),
        (rules("2", "a") | rules("3", *"abcdefghij"), [f"{ELB}:listener/app/demo/1/3", *rules("2", "a")]),
    ],
)
def test_what_is_read_for_what_is_stale(stale: set[str], expected: list[str]) -> None:
    """A listener is read with its rules, and a load balancer without its listeners."""
    assert fewest(stale) == expected
