"""What went through the load balancer for one request, kept beside its record as it was.

Nothing is formatted here: most requests are never looked at. What is looked at, `inspector` makes words of.
Kept is one tuple, of text, bytes and numbers but for what the topology has anyway: Python's garbage collector
looks through all other objects again and again, and ten thousand requests of some would stop the next one for
100 ms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from localalb.balancer.access_log import Entry
from localalb.balancer.overheard import LONGEST, Overheard
from localalb.balancer.reply import Reply
from localalb.balancer.topology import Listener, LoadBalancer, TargetGroup
from localalb.http.head import parse_head
from localalb.http.message import Request, Response
from localalb.runtime.result import Result

# Bytes that Python takes for one request, and for a header, beside their own; a test measures them.
OVERHEAD = 2 * 1024
HEADER = 192

Kept = tuple[Any, ...]
"""A detail as it is kept, and last its weight: about the bytes of memory that it takes. `opened` makes a
detail of it."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One request. `entry.request` is the one that came, `request` what a transform and a login made of it;
    `groups` are the target groups of then. `payload` is the event that a function got, at `invoked`. Of it,
    of both bodies and of the result no more than `LONGEST` bytes are kept: `body_size` and `response_size`
    are what the bodies had."""

    entry: Entry
    request: Request
    response: Response
    balancer: LoadBalancer
    listener: Listener
    groups: Mapping[str, TargetGroup]
    payload: bytes
    result: Result | None
    invoked: float
    body_size: int
    response_size: int


def kept(reply: Reply, groups: Mapping[str, TargetGroup]) -> Kept:
    """What is kept of a reply that was sent."""
    entry, request, response, result = reply.entry, reply.request, reply.response, reply.result
    came = entry.request
    body, answer, payload = request.body[:LONGEST], response.body[:LONGEST], reply.payload[:LONGEST]
    body_size, response_size = len(request.body), len(response.body)
    if isinstance(request.flow, Overheard):
        body, body_size = body or request.flow.heard, request.flow.size
    if isinstance(response.flow, Overheard):
        answer, response_size = response.flow.heard, response.flow.size
    returned = result.payload[:LONGEST] if result is not None else b""
    head = came.head
    written = None if head and came.method != "-" else _written(came)
    passed = None if request is came else _written(request)
    headers = (
        len(response.headers) + len(came.headers if written else ()) + len(request.headers if passed else ())
    )
    size = (len(head) or came.size) + len(body) + len(answer) + len(payload) + len(returned)
    return (
        reply.balancer, reply.listener, groups,
        # HTTP/1.1 is read again, from what came; the headers of HTTP/2 came packed.
        head, written,
        came.peer, came.port, came.secure, came.cipher, came.server_name, came.mutual, came.began,
        passed, body,
        entry.created, entry.finished, entry.target_duration, entry.status, entry.target_group, entry.trace,
        entry.reason, entry.dispatched, entry.target,
        response.status, response.headers, answer,
        None if result is None else _told(result),
        payload, returned, reply.invoked,
        body_size, response_size,
        OVERHEAD + HEADER * headers + size,
    )  # fmt: skip


def _told(result: Result) -> tuple[Any, ...]:
    return result.request_id, result.failure, result.duration, result.init, result.stream


def _written(request: Request) -> tuple[Any, ...]:
    return request.method, request.target, request.headers, request.version


def opened(kept: Kept) -> Detail:
    """The detail that is kept so."""
    (
        balancer, listener, groups,
        head, came,
        peer, port, secure, cipher, server_name, mutual, began,
        passed, body,
        created, finished, target_duration, status, target_group, trace,
        reason, dispatched, target,
        response_status, response_headers, answer,
        result,
        payload, returned, invoked, body_size, response_size, _,
    ) = kept  # fmt: skip
    method, wanted, headers, version = came or _read(head)
    arrived = Request(
        method, wanted, headers, body, version, peer, port, secure, cipher,
        server_name=server_name, mutual=mutual, received=created, began=began, head=head,
    )  # fmt: skip
    request = arrived
    if passed is not None:
        method, wanted, headers, version = passed
        request = replace(arrived, method=method, target=wanted, headers=headers)
    found = None
    if result is not None:
        request_id, failure, duration, init, stream = result
        found = Result(request_id, returned, failure, duration=duration, init=init, stream=stream)
    entry = Entry(
        arrived, balancer.arn, created, finished, target_duration, status, target_group=target_group,
        trace=trace, reason=reason, dispatched=dispatched, target=target,
    )  # fmt: skip
    return Detail(
        entry, request, Response(response_status, response_headers, answer), balancer, listener, groups,
        payload, found, invoked, body_size, response_size,
    )  # fmt: skip


def _read(head: bytes) -> tuple[Any, ...]:
    """What the connection has read in a head."""
    found = parse_head(head)
    return found.method, found.target, found.headers, found.version
