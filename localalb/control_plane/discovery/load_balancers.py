"""Load balancers, and their listeners."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from localalb.balancer.topology import Listener, LoadBalancer, Rule, Unsupported
from localalb.control_plane.discovery.api import Api, pages
from localalb.control_plane.discovery.rules import in_order, rule


def load_balancer(elbv2: Any, api: Api) -> LoadBalancer:
    arn = api["LoadBalancerArn"]
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return LoadBalancer(
        arn=arn,
        name=api["LoadBalancerName"],
        dns_name=api["DNSName"],
        listeners=tuple(
            _listener(elbv2, listener)
            for listener in pages(elbv2, "describe_listeners", "Listeners", LoadBalancerArn=arn)
        ),
        attributes={pair["Key"]: pair["Value"] for pair in attributes},
    )


def _listener(elbv2: Any, api: Api) -> Listener:
    arn = api["ListenerArn"]
    rules = pages(elbv2, "describe_rules", "Rules", ListenerArn=arn)
    attributes = elbv2.describe_listener_attributes(ListenerArn=arn)["Attributes"]
    return Listener(
        arn=arn,
        port=api["Port"],
        protocol=api["Protocol"],
        rules=in_order(refused(rule(each), api) for each in rules),
        certificates=_certificates(elbv2, api),
        attributes={pair["Key"]: pair["Value"] for pair in attributes},
    )


def refused(rule: Rule, listener: Api) -> Rule:
    """The rule; without its action where the listener verifies client certificates.

    A load balancer ends the handshake of a client without one. localalb asks for none, so it lets nobody in.
    """
    if (listener.get("MutualAuthentication") or {}).get("Mode") != "verify":
        return rule
    return replace(
        rule, action=Unsupported("mutual TLS, so it answers nobody behind a listener that verifies")
    )


def _certificates(elbv2: Any, api: Api) -> tuple[str, ...]:
    """The ARNs of a listener's certificates, its default first."""
    if api["Protocol"] != "HTTPS":
        return ()
    found = elbv2.describe_listener_certificates(ListenerArn=api["ListenerArn"])["Certificates"]
    arns = [each["CertificateArn"] for each in (*api.get("Certificates", ()), *found)]
    return tuple(dict.fromkeys(arns))
