"""What went through the load balancer for one request, kept beside its record: by reference, as it was.

Nothing is formatted here: most requests are never looked at. What is looked at, `inspector` makes words of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from localalb.balancer.access_log import Entry
from localalb.balancer.reply import Reply
from localalb.balancer.topology import Listener, LoadBalancer, TargetGroup
from localalb.http.message import Request, Response
from localalb.runtime.result import Result

LONGEST = 256 * 1024  # bytes that are kept of a body, an event or a result
OVERHEAD = 4 * 1024  # bytes that Python takes for the objects of one request; a test measures it


@dataclass(slots=True)
class Detail:
    """One request. `entry.request` is the one that came, `request` what a transform and a login made of it;
    `groups` are the target groups of then. `body` is the request's; of it, `payload` (the event), the result
    and the response's body no more than `LONGEST` bytes are kept, and `sizes` are what they had. Of a body
    that was passed on as it came there is nothing but the size."""

    entry: Entry
    request: Request
    response: Response
    balancer: LoadBalancer
    listener: Listener
    groups: Mapping[str, TargetGroup]
    body: bytes
    payload: bytes
    result: Result | None
    invoked: float
    sizes: tuple[int, int, int, int]

    @property
    def weight(self) -> int:
        """About the bytes of memory that it keeps."""
        entry = self.entry
        head = entry.request.size - len(entry.request.body) if entry.request.flow is None else 0
        bodies = len(self.body) + len(self.payload) + len(self.response.body)
        return OVERHEAD + 3 * max(head, 0) + bodies + (len(self.result.payload) if self.result else 0)


def of(reply: Reply, groups: Mapping[str, TargetGroup]) -> Detail:
    """The detail of a reply that was sent. What it refers to is never changed again, but for flows, which
    know their connection: these are left out."""
    entry, request, response, result = reply.entry, reply.request, reply.response, reply.result
    body, payload = request.body, reply.payload
    size = len(body) if request.flow is None else request.flow.size
    answered = len(response.body) if response.flow is None else max(entry.sent, 0)
    sizes = size, len(payload), len(result.payload) if result else 0, answered
    if entry.request.flow is not None:
        entry = replace(entry, request=replace(entry.request, flow=None))
    if request.flow is not None:
        request = replace(request, flow=None)
    if response.flow is not None:
        response = replace(response, flow=None, back=None)
    if max(sizes) > LONGEST:
        body, payload = body[:LONGEST], payload[:LONGEST]
        entry = replace(entry, request=replace(entry.request, body=entry.request.body[:LONGEST]))
        request = replace(request, body=body)
        response = replace(response, body=response.body[:LONGEST])
        if result is not None:
            result = replace(result, payload=result.payload[:LONGEST])
    return Detail(
        entry, request, response, reply.balancer, reply.listener, groups, body, payload, result,
        reply.invoked, sizes,
    )  # fmt: skip
