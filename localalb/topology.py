"""What exists: an immutable snapshot of the load balancers in the control plane.

`read` asks the control plane through boto3, as any AWS client would, so nothing here knows that the
control plane is moto. Everything else in this module is values, and functions from API answers to values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from localalb import permission

Api = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function's version or alias, as a target names it.

    `timeout` is in seconds, `memory_size` in MB. `arn` is qualified when the target is. `revision` changes
    whenever code or configuration does, so two equal values may share execution environments.
    """

    arn: str
    name: str
    version: str
    handler: str
    runtime: str
    timeout: int
    memory_size: int
    code_sha256: str
    log_group: str
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    role: str = ""
    reserved_concurrency: int | None = None

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]


@dataclass(frozen=True, slots=True)
class Target:
    """A registered Lambda target. `function` is None where the ARN names nothing; `permitted` says whether
    the function's resource policy lets Elastic Load Balancing invoke it for this target group."""

    arn: str
    function: Function | None
    permitted: bool


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """`interval` and `timeout` are in seconds, `healthy` and `unhealthy` checks in a row."""

    enabled: bool = False
    path: str = "/"
    interval: int = 35
    timeout: int = 30
    healthy: int = 5
    unhealthy: int = 2
    matcher: str = "200"


@dataclass(frozen=True, slots=True)
class TargetGroup:
    arn: str
    name: str
    multi_value_headers: bool = False
    targets: tuple[Target, ...] = ()
    health_check: HealthCheck = HealthCheck()


@dataclass(frozen=True, slots=True)
class Forward:
    """Weighted target groups: (ARN, weight 0-999). `stickiness` is the cookie's life in seconds, or None."""

    groups: tuple[tuple[str, int], ...]
    stickiness: int | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Each part may hold #{protocol}, #{host}, #{port}, #{path} or #{query}."""

    status: int
    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"


@dataclass(frozen=True, slots=True)
class FixedResponse:
    status: int
    content_type: str | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something a rule asks for that localalb does not do; it refuses instead of guessing."""

    what: str


Action = Forward | Redirect | FixedResponse | Unsupported


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` as the API names it: host-header, path-pattern, http-header, http-request-method,
    query-string, source-ip. `values` are patterns; a query-string's are (key or None, value) pairs."""

    field: str
    values: tuple[str, ...] = ()
    header: str = ""
    pairs: tuple[tuple[str | None, str], ...] = ()
    unsupported: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`priority` is None for the default rule."""

    arn: str
    priority: int | None
    conditions: tuple[Condition, ...]
    action: Action


@dataclass(frozen=True, slots=True)
class Listener:
    """`rules` are in the order they are tried, the default rule last."""

    arn: str
    port: int
    protocol: str
    rules: tuple[Rule, ...]
    certificates: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    arn: str
    name: str
    dns_name: str
    listeners: tuple[Listener, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Topology:
    load_balancers: tuple[LoadBalancer, ...] = ()
    target_groups: Mapping[str, TargetGroup] = field(default_factory=dict)

    def listeners(self) -> Iterator[tuple[LoadBalancer, Listener]]:
        for load_balancer in self.load_balancers:
            for listener in load_balancer.listeners:
                yield load_balancer, listener


def merge(parts: Iterable[Topology]) -> Topology:
    """One topology out of one for each region."""
    balancers: list[LoadBalancer] = []
    groups: dict[str, TargetGroup] = {}
    for part in parts:
        balancers += part.load_balancers
        groups |= part.target_groups
    return Topology(tuple(balancers), groups)


def read(elbv2: Any, lambda_: Any) -> Topology:
    """The application load balancers of one region, through two boto3 clients of that region."""
    groups = {
        group["TargetGroupArn"]: _target_group(elbv2, lambda_, group)
        for group in _pages(elbv2, "describe_target_groups", "TargetGroups")
        if group["TargetType"] == "lambda"
    }
    balancers = tuple(
        _load_balancer(elbv2, balancer)
        for balancer in _pages(elbv2, "describe_load_balancers", "LoadBalancers")
        if balancer["Type"] == "application"
    )
    return Topology(balancers, groups)


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> list[Api]:
    pages = client.get_paginator(operation).paginate(**arguments)
    return [item for page in pages for item in page[key]]


def _load_balancer(elbv2: Any, api: Api) -> LoadBalancer:
    arn = api["LoadBalancerArn"]
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return LoadBalancer(
        arn=arn,
        name=api["LoadBalancerName"],
        dns_name=api["DNSName"],
        listeners=tuple(
            _listener(elbv2, listener)
            for listener in _pages(elbv2, "describe_listeners", "Listeners", LoadBalancerArn=arn)
        ),
        attributes={pair["Key"]: pair["Value"] for pair in attributes},
    )


def _listener(elbv2: Any, api: Api) -> Listener:
    arn = api["ListenerArn"]
    rules = _pages(elbv2, "describe_rules", "Rules", ListenerArn=arn)
    attributes = elbv2.describe_listener_attributes(ListenerArn=arn)["Attributes"]
    return Listener(
        arn=arn,
        port=api["Port"],
        protocol=api["Protocol"],
        rules=in_order(rule(each) for each in rules),
        certificates=_certificates(elbv2, api),
        attributes={pair["Key"]: pair["Value"] for pair in attributes},
    )


def _certificates(elbv2: Any, api: Api) -> tuple[str, ...]:
    """The ARNs of a listener's certificates, its default first."""
    if api["Protocol"] != "HTTPS":
        return ()
    found = elbv2.describe_listener_certificates(ListenerArn=api["ListenerArn"])["Certificates"]
    arns = [each["CertificateArn"] for each in (*api.get("Certificates", ()), *found)]
    return tuple(dict.fromkeys(arns))


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Ascending priority, the default rule last (user guide, "Listener rules")."""
    return tuple(sorted(rules, key=lambda rule: (rule.priority is None, rule.priority or 0)))


def rule(api: Api) -> Rule:
    """A rule of DescribeRules."""
    priority = str(api["Priority"])
    return Rule(
        arn=api["RuleArn"],
        priority=None if priority == "default" else int(priority),
        conditions=tuple(condition(each) for each in api.get("Conditions", ())),
        action=action(api["Actions"], api.get("Transforms", ())),
    )


def condition(api: Api) -> Condition:
    """A condition of DescribeRules; the old form (`Values`) and the new (`HostHeaderConfig`, ...)."""
    name = api["Field"]
    key = "".join(part.capitalize() for part in name.split("-")) + "Config"
    config: Api = api.get(key) or {}
    if config.get("RegexValues") or api.get("RegexValues"):
        return Condition(name, unsupported="regular expressions in a condition")
    if name == "query-string":
        pairs = tuple((each.get("Key"), each["Value"]) for each in config.get("Values", ()))
        return Condition(name, pairs=pairs)
    values = tuple(config.get("Values") or api.get("Values") or ())
    return Condition(name, values=values, header=config.get("HttpHeaderName", ""))


def action(actions: Iterable[Api], transforms: Iterable[Api] = ()) -> Action:
    """The action of a rule: the last in order is the routing action, those before authenticate."""
    ordered = sorted(actions, key=lambda each: each.get("Order") or 0)
    for each in ordered:
        if each["Type"] not in ("forward", "redirect", "fixed-response"):
            return Unsupported(f"the action {each['Type']}")
    if any(True for _ in transforms):
        return Unsupported("a rule's transforms")
    last = ordered[-1]
    match last["Type"]:
        case "redirect":
            return _redirect(last["RedirectConfig"])
        case "fixed-response":
            config = last["FixedResponseConfig"]
            return FixedResponse(
                int(config["StatusCode"]), config.get("ContentType"), config.get("MessageBody") or ""
            )
        case _:
            return _forward(last)


def _forward(api: Api) -> Forward:
    config: Api = api.get("ForwardConfig") or {}
    groups = tuple(
        (each["TargetGroupArn"], int(each.get("Weight", 1))) for each in config.get("TargetGroups", ())
    )
    stickiness: Api = config.get("TargetGroupStickinessConfig") or {}
    seconds = int(stickiness.get("DurationSeconds") or 0) if stickiness.get("Enabled") else None
    return Forward(groups or ((api["TargetGroupArn"], 1),), seconds)


def _redirect(api: Api) -> Redirect:
    names = ("protocol", "host", "port", "path", "query")
    parts = {name: api[name.capitalize()] for name in names if api.get(name.capitalize()) is not None}
    return Redirect(int(api["StatusCode"].removeprefix("HTTP_")), **parts)


def _target_group(elbv2: Any, lambda_: Any, api: Api) -> TargetGroup:
    arn = api["TargetGroupArn"]
    attributes = {
        pair["Key"]: pair["Value"]
        for pair in elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    }
    health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return TargetGroup(
        arn=arn,
        name=api["TargetGroupName"],
        multi_value_headers=attributes.get("lambda.multi_value_headers.enabled") == "true",
        targets=tuple(_target(lambda_, each["Target"]["Id"], arn) for each in health),
        health_check=health_check(api),
    )


def health_check(api: Api) -> HealthCheck:
    """The health check of DescribeTargetGroups."""
    return HealthCheck(
        enabled=bool(api.get("HealthCheckEnabled")),
        path=api.get("HealthCheckPath") or "/",
        interval=api.get("HealthCheckIntervalSeconds") or 35,
        timeout=api.get("HealthCheckTimeoutSeconds") or 30,
        healthy=api.get("HealthyThresholdCount") or 5,
        unhealthy=api.get("UnhealthyThresholdCount") or 2,
        matcher=api.get("Matcher", {}).get("HttpCode") or "200",
    )


def _target(lambda_: Any, arn: str, group_arn: str) -> Target:
    try:
        config = lambda_.get_function_configuration(FunctionName=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return Target(arn, None, permitted=False)
    return Target(arn, function(arn, config), _permitted(lambda_, arn, group_arn))


def function(arn: str, api: Api) -> Function:
    """A function of GetFunctionConfiguration, named by the ARN that asked for it."""
    name = api["FunctionName"]
    return Function(
        arn=arn,
        name=name,
        version=api["Version"],
        handler=api.get("Handler", ""),
        runtime=api.get("Runtime", ""),
        timeout=api["Timeout"],
        memory_size=api["MemorySize"],
        code_sha256=api["CodeSha256"],
        log_group=api.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}",
        environment=api.get("Environment", {}).get("Variables", {}),
        role=api.get("Role", ""),
    )


def _permitted(lambda_: Any, arn: str, group_arn: str) -> bool:
    try:
        policy = lambda_.get_policy(FunctionName=arn)["Policy"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return permission.allows(policy, function_arn=arn, target_group_arn=group_arn)
