"""What an ARN of Elastic Load Balancing names, and what that belongs to (Service Authorization Reference,
"Resource types defined by AWS Elastic Load Balancing V2")."""

from __future__ import annotations

KINDS = ("loadbalancer", "listener", "listener-rule", "targetgroup")


def kind(arn: str) -> str:
    """One of `KINDS`, or another; empty for what is no ARN. Of load balancers those that serve HTTP count."""
    resource, _, path = arn.split(":", 5)[5].partition("/") if arn.count(":") >= 5 else ("", "", "")
    return resource if resource == "targetgroup" or path.startswith("app/") else ""


def load_balancer_of(arn: str) -> str:
    """The ARN of the load balancer that a listener or a rule belongs to; a load balancer's is its own."""
    return _above(arn, "loadbalancer", 4)


def listener_of(arn: str) -> str:
    """The ARN of a rule's listener."""
    return _above(arn, "listener", 5)


def _above(arn: str, kind: str, parts: int) -> str:
    *before, resource = arn.split(":", 5)
    return ":".join([*before, "/".join([kind, *resource.split("/")[1:parts]])])
