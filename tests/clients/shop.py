"""A shop behind a load balancer: rules of several kinds, functions that answer, fail and log. Small enough to
look at, and real: what the inspector shows of it is what README's pictures show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localalb.stacks.home import ask
from tests.sites import Address, Site, Sites

ORDERS = """
import json

def handler(event, context):
    page = (event.get("queryStringParameters") or {}).get("page", "1")
    print("reading page", page)
    created = event["httpMethod"] == "POST"
    if created:
        order = json.loads(event["body"])
        print("an order of", order["count"])
    return {
        "statusCode": 201 if created else 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"orders": [{"id": 17, "sku": "A-1", "count": 2}], "page": int(page)}),
    }
"""

# What a real load balancer answers with a silent 502.
CART = """
def handler(event, context):
    print("no cart for", event["path"])
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": None}
"""

WEB = """
def handler(event, context):
    print("page", event["path"])
    if event["path"] in ("/", "/login"):
        return {"statusCode": 200, "headers": {"content-type": "text/html"}, "body": "<h1>Shop</h1>"}
    return {"statusCode": 404, "headers": {"content-type": "text/plain"}, "body": "There is no such page."}
"""

FAILING = """
def handler(event, context):
    print("charging")
    raise RuntimeError("the card was refused")
"""


@dataclass(frozen=True)
class Shop:
    cloud: Sites
    site: Site
    functions: Mapping[str, str]  # ARNs by name

    @property
    def entrance(self) -> str:
        """The inspector's address, with its key."""
        return str(ask(self.cloud.endpoint, "inspector")["entrance"])

    def ask(self, path: str, method: str = "GET", **more: Any) -> int:
        """A request by the load balancer's name; its status."""
        headers = {"Host": self.site.dns_name, "User-Agent": "curl/8.5.0", **more.pop("headers", {})}
        return self.site.ask(path, method, headers=headers, **more).status_code


def build(cloud: Sites) -> Shop:
    """The load balancer `shop`, in front of what is to be had there."""
    sources = {"orders": ORDERS, "orders-next": ORDERS, "cart": CART, "web": WEB, "payments": FAILING}
    functions = {name: cloud.function(code, name=name) for name, code in sources.items()}
    groups = {name: cloud.target_group(arn, name=name) for name, arn in functions.items()}
    balancer = cloud.load_balancer("shop")
    listener = cloud.listener(balancer["LoadBalancerArn"], _forward(groups["web"]))
    beta = {
        "Field": "http-header",
        "HttpHeaderConfig": {"HttpHeaderName": "X-Beta", "Values": ["yes", "true"]},
    }
    methods = {
        "Field": "http-request-method",
        "HttpRequestMethodConfig": {"Values": ["GET", "POST", "DELETE"]},
    }
    rules = [
        (1, [_path("/health")], _fixed()),
        (5, [_path("/old/*", "/legacy/*")], _redirect()),
        (7, [_path("/api/orders*"), beta], _forward(groups["orders-next"])),
        (10, [_path("/api/orders*"), methods], _forward(groups["orders"])),
        (15, [_path("/api/payments")], _forward(groups["payments"])),
        (20, [_path("/api/*")], _forward(groups["cart"])),
    ]
    for priority, conditions, action in rules:
        cloud.elbv2.create_rule(
            ListenerArn=listener, Priority=priority, Conditions=conditions, Actions=[action]
        )
    address: Address = cloud.address(listener)
    site = Site(
        name="shop",
        region="us-east-1",
        function_arn=functions["web"],
        target_group=groups["web"],
        load_balancer=balancer["LoadBalancerArn"],
        listener=listener,
        dns_name=balancer["DNSName"],
        address=address,
    )
    return Shop(cloud, site, functions)


def _path(*values: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}


def _forward(group: str) -> dict[str, Any]:
    return {"Type": "forward", "TargetGroupArn": group}


def _fixed() -> dict[str, Any]:
    config = {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "fine"}
    return {"Type": "fixed-response", "FixedResponseConfig": config}


def _redirect() -> dict[str, Any]:
    return {"Type": "redirect", "RedirectConfig": {"Path": "/new/#{path}", "StatusCode": "HTTP_301"}}
