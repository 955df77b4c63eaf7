"""Load balancers, and their listeners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from localalb.balancer.topology import Listener, LoadBalancer, MutualTls, Rule, SecurityPolicy
from localalb.control_plane import arns
from localalb.control_plane.discovery.api import Api, existing, pages
from localalb.control_plane.discovery.rules import in_order, rule

_RULES = {"PageSize": 400}  # the most that DescribeRules gives at once
_SEVERAL = 10  # so many rules of a listener take as long as all of them

Part = TypeVar("Part", bound=Listener | Rule)


def load_balancer(elbv2: Any, arn: str) -> LoadBalancer | None:
    """A load balancer with its listeners; None where there is none that serves HTTP."""
    found = _settings(elbv2, arn)
    if found is None:
        return None
    listeners = pages(elbv2, "describe_listeners", "Listeners", LoadBalancerArn=arn)
    return replace(found, listeners=tuple(_listener(elbv2, each) for each in listeners))


def again(elbv2: Any, known: LoadBalancer, stale: Iterable[str]) -> LoadBalancer | None:
    """A load balancer that is known, of which what `stale` names is read again: its own settings, listeners,
    and rules."""
    found = known
    for arn in fewest(stale):
        match arns.kind(arn):
            case "loadbalancer":
                settings = _settings(elbv2, arn)
                if settings is None:
                    return None
                found = replace(settings, listeners=found.listeners)
            case "listener":
                found = replace(found, listeners=put(found.listeners, arn, _read_listener(elbv2, arn)))
            case "listener-rule":
                above = arns.listener_of(arn)
                known_above = next((each for each in found.listeners if each.arn == above), None)
                read = _with_rule(elbv2, known_above, arn) if known_above else _read_listener(elbv2, above)
                found = replace(found, listeners=put(found.listeners, above, read))
    return found


def fewest(stale: Iterable[str]) -> list[str]:
    """What is read for what is stale of a load balancer, in order: a listener is read with its rules, and for
    several of them."""
    named = set(stale)
    of_listeners: dict[str, set[str]] = {}
    for arn in named:
        if arns.kind(arn) == "listener-rule":
            of_listeners.setdefault(arns.listener_of(arn), set()).add(arn)
    for listener, rules in of_listeners.items():
        if listener in named or len(rules) >= _SEVERAL:
            named = (named - rules) | {listener}
    return sorted(named, key=lambda arn: (arns.KINDS.index(arns.kind(arn)), arn))


def put(parts: tuple[Part, ...], arn: str, part: Part | None) -> tuple[Part, ...]:
    """`parts` with one in the place of the one that has its ARN, at their end, or without it for None."""
    if part is None:
        return tuple(each for each in parts if each.arn != arn)
    if any(each.arn == arn for each in parts):
        return tuple(part if each.arn == arn else each for each in parts)
    return (*parts, part)


def _settings(elbv2: Any, arn: str) -> LoadBalancer | None:
    answer = existing(elbv2.describe_load_balancers, LoadBalancerArns=[arn])
    api: Api | None = answer and answer["LoadBalancers"][0]
    if api is None or api["Type"] != "application":
        return None
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return LoadBalancer(
        arn=arn,
        name=api["LoadBalancerName"],
        dns_name=api["DNSName"],
        attributes={pair["Key"]: pair["Value"] for pair in attributes},
    )


def _read_listener(elbv2: Any, arn: str) -> Listener | None:
    answer = existing(elbv2.describe_listeners, ListenerArns=[arn])
    return _listener(elbv2, answer["Listeners"][0]) if answer else None


def _listener(elbv2: Any, api: Api) -> Listener:
    arn = api["ListenerArn"]
    rules = pages(elbv2, "describe_rules", "Rules", ListenerArn=arn, PaginationConfig=_RULES)
    attributes = elbv2.describe_listener_attributes(ListenerArn=arn)["Attributes"]
    return Listener(
        arn=arn,
        port=api["Port"],
        protocol=api["Protocol"],
        rules=in_order(map(rule, rules)),
        certificates=_certificates(elbv2, api),
        policy=_policy(elbv2, api),
        mutual=mutual_tls(api),
        attributes={pair["Key"]: pair["Value"] for pair in attributes},
    )


def _with_rule(elbv2: Any, listener: Listener, arn: str) -> Listener:
    """A listener of which a rule is read again."""
    answer = existing(elbv2.describe_rules, RuleArns=[arn])
    read = rule(answer["Rules"][0]) if answer else None
    return replace(listener, rules=in_order(put(listener.rules, arn, read)))


def _policy(elbv2: Any, api: Api) -> SecurityPolicy | None:
    if api["Protocol"] != "HTTPS":
        return None
    (found,) = elbv2.describe_ssl_policies(Names=[api["SslPolicy"]])["SslPolicies"]
    return SecurityPolicy(tuple(found["SslProtocols"]), tuple(each["Name"] for each in found["Ciphers"]))


def mutual_tls(api: Api) -> MutualTls | None:
    """A listener's mutual TLS, None where it is off."""
    settings = api.get("MutualAuthentication") or {}
    if settings.get("Mode", "off") == "off":
        return None
    return MutualTls(
        mode=settings["Mode"],
        trust_store=settings.get("TrustStoreArn", ""),
        ignore_expiry=settings.get("IgnoreClientCertificateExpiry", False),
        advertise=settings.get("AdvertiseTrustStoreCaNames") == "on",
    )


def _certificates(elbv2: Any, api: Api) -> tuple[str, ...]:
    """The ARNs of a listener's certificates, its default first."""
    if api["Protocol"] != "HTTPS":
        return ()
    found = elbv2.describe_listener_certificates(ListenerArn=api["ListenerArn"])["Certificates"]
    arns = [each["CertificateArn"] for each in (*api.get("Certificates", ()), *found)]
    return tuple(dict.fromkeys(arns))
