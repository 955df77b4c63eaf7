"""A response on its way out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from localalb.balancer.access_log import Entry
from localalb.balancer.topology import Listener, LoadBalancer
from localalb.http.faults import Fault
from localalb.http.message import Headers, Request, Response
from localalb.runtime.result import Result


@dataclass(slots=True)
class Reply:
    """A response on its way out, and what the logs are told of it when it is gone. `cookies` are Set-Cookie
    headers that whatever answers gets. `payload` is the event that a function got, at `invoked` (seconds
    since the epoch), `result` what it gave back."""

    request: Request
    response: Response
    balancer: LoadBalancer
    listener: Listener
    entry: Entry
    why: str = ""
    request_id: str = ""
    cookies: Headers = ()
    payload: bytes = b""
    result: Result | None = None
    invoked: float = 0.0

    def fail(self, fault: Fault) -> None:
        """The response broke off on its way. A 101 stays one: it was a conversation that ended."""
        self.why = fault.why
        if self.response.status != 101:
            self.response = replace(self.response, status=fault.status)
