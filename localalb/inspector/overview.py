"""What there is, and how much goes through it: load balancers, rules, target groups, functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from localalb.balancer.condition import Condition
from localalb.balancer.health import TargetHealth
from localalb.balancer.topology import (
    FixedResponse,
    Forward,
    LoadBalancer,
    Redirect,
    Rule,
    TargetGroup,
    Unsupported,
)
from localalb.login.settings import Login, Token
from localalb.runtime.distribution import Sample
from localalb.runtime.function import Function
from localalb.serving.imagined import Served

_WORDS = {
    "host-header": "host",
    "path-pattern": "path",
    "http-request-method": "method",
    "query-string": "query",
    "source-ip": "source",
}
Counts = Counter[tuple[str, ...]]


def counts(records: Iterable[Mapping[str, Any]]) -> Counts:
    """How many of the requests that are kept went where: by region and load balancer, by port and rule behind
    them, and by region and target group."""
    counted: Counts = Counter()
    for each in records:
        place = each["region"], each["load_balancer"]
        counted[place] += 1
        counted[*place, str(each["port"]), each["rule"]] += 1
        if each["target_group"]:
            counted["group", each["region"], each["target_group"]] += 1
    return counted


def load_balancers(
    listeners: Iterable[Served], balancers: Iterable[LoadBalancer], counted: Counts
) -> list[Any]:
    """The load balancers with their listeners, as they are served, and the rules in their order."""
    served = {each.listener.arn: each for each in listeners}
    return [
        {
            "arn": balancer.arn,
            "name": balancer.name,
            "dns_name": balancer.dns_name,
            "region": _region(balancer.arn),
            "requests": counted[_region(balancer.arn), balancer.name],
            "listeners": [
                _listener(served[each.arn], counted) for each in balancer.listeners if each.arn in served
            ],
        }
        for balancer in balancers
    ]


def _listener(served: Served, counted: Counts) -> dict[str, Any]:
    listener, balancer = served.listener, served.balancer
    place = _region(balancer.arn), balancer.name, str(listener.port)
    return {
        "arn": listener.arn,
        "port": listener.port,
        "protocol": listener.protocol,
        "url": f"{listener.protocol.lower()}://127.0.0.1:{served.local}/" if served.local else "",
        "rules": [
            _rule(rule) | {"requests": counted[*place, str(rule.priority or 0)]} for rule in listener.rules
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "arn": rule.arn,
        "priority": "default" if rule.priority is None else str(rule.priority),
        "conditions": [condition(each) for each in rule.conditions],
        "action": action(rule),
        "target_groups": [arn for arn, _ in rule.action.groups] if isinstance(rule.action, Forward) else [],
    }


def condition(wanted: Condition) -> str:
    """`path is /api/* or /v2/*`."""
    what = f"header {wanted.header}" if wanted.field == "http-header" else _WORDS[wanted.field]
    if wanted.regexes:
        return f"{what} matches {' or '.join(wanted.regexes)}"
    if wanted.pairs:
        pairs = (value if key is None else f"{key}={value}" for key, value in wanted.pairs)
        return f"{what} has {' or '.join(pairs)}"
    return f"{what} is {' or '.join(wanted.values)}"


def action(rule: Rule) -> str:
    """`forward to a (90 %), b (10 %)`, with what is asked of a client first."""
    first = ""
    if isinstance(rule.authentication, Login):
        first = f"log in at {rule.authentication.provider.issuer}, then "
    elif isinstance(rule.authentication, Token):
        first = f"check a token of {rule.authentication.issuer}, then "
    match rule.action:
        case Forward(groups):
            total = sum(weight for _, weight in groups)
            names = (
                _name(arn)
                + (f" ({weight / total:.0%})".replace("%", " %") if len(groups) > 1 and total else "")
                for arn, weight in groups
            )
            rewriting = " and rewrite" if rule.transforms else ""
            return f"{first}forward{rewriting} to {', '.join(names)}"
        case Redirect(status, protocol, host, port, path, query):
            more = f"?{query}" if query else ""
            return f"{first}redirect to {protocol.lower()}://{host}:{port}{path}{more} ({status})"
        case FixedResponse(status):
            return f"{first}fixed response {status}"
        case Unsupported(what):
            return f"{first}nothing: localalb does not perform {what}"


def target_groups(
    groups: Iterable[TargetGroup], health: Callable[[str, str], TargetHealth], counted: Counts
) -> list[Any]:
    return [
        {
            "arn": group.arn,
            "name": group.name,
            "type": group.type,
            "requests": counted["group", _region(group.arn), group.name],
            "targets": [
                _target(each.arn, each.function.arn if each.function else "", health(group.arn, each.arn))
                for each in group.targets
            ]
            + [_target(each.key, "", health(group.arn, each.key)) for each in group.addresses],
        }
        for group in groups
    ]


def _target(id: str, function: str, health: TargetHealth) -> dict[str, str]:
    reason = ": ".join(filter(None, (health.reason, health.description)))
    return {"id": id, "function": function, "health": health.state, "reason": reason}


def functions(
    runtimes: Mapping[str, str], running: Iterable[tuple[Function, int, int]], samples: Iterable[Sample]
) -> list[Any]:
    """Functions by their ARNs. `running` has their environments, idle and busy, by version; `samples` are
    those of `runtime.metrics`: the invocations of the last three hours."""
    outcomes: Counter[tuple[str, str]] = Counter()
    for metric, _, distribution in samples:
        if len(metric.dimensions) == 1:
            arn = f"arn:aws:lambda:{metric.region}:{metric.account}:function:{metric.dimensions[0][1]}"
            outcomes[arn, metric.name] += int(distribution.total)
    environments: dict[str, Counter[str]] = {}
    for function, idle, busy in running:
        environments.setdefault(function.unqualified, Counter()).update(idle=idle, busy=busy)
    made = []
    for arn, runtime in runtimes.items():
        counted = environments.get(arn, Counter[str]())
        made.append(
            {
                "arn": arn,
                "name": arn.rpartition(":")[2],
                "runtime": runtime,
                "environments": {"idle": counted["idle"], "busy": counted["busy"]},
                "invocations": outcomes[arn, "Invocations"],
                "errors": outcomes[arn, "Errors"],
            }
        )
    return made


def _region(arn: str) -> str:
    return arn.split(":")[3]


def _name(arn: str) -> str:
    return arn.rpartition(":targetgroup/")[2].partition("/")[0]
