"""Replies that were sent, for what notes them."""

from __future__ import annotations

from localalb.balancer.access_log import Entry
from localalb.balancer.reply import Reply
from localalb.balancer.topology import FixedResponse, Listener, LoadBalancer, Rule
from localalb.http.message import Request, Response

LISTENER = Listener("listener", 80, "HTTP", (Rule("default", None, (), FixedResponse(200)),))
BALANCER = LoadBalancer("arn:aws:elasticloadbalancing:r:1:loadbalancer/app/lb/1", "lb", "lb.elb", (LISTENER,))


def reply(target: str = "/", why: str = "") -> Reply:
    """Of a request that a rule answered."""
    request = Request("GET", target)
    entry = Entry(request, BALANCER.arn, 2.0, finished=3.0, status=200)
    return Reply(request, Response(200), BALANCER, LISTENER, entry, why)
