"""Every way an Application Load Balancer says no.

A `Fault` carries what the client sees (a status and ALB's page) and what ALB would never say: a reason, in
the vocabulary of the access log's `error_reason` field (user guide, "Access logs"), and a sentence for the
developer. Reasons the access log has no word for are empty.
"""

from __future__ import annotations

from http import HTTPStatus

from localalb.http.message import Response

COOKIE_INVALID = "AWSALBTGCookieInvalid"
ACCESS_DENIED = "LambdaAccessDenied"
BAD_REQUEST = "LambdaBadRequest"
CONNECTION_TIMEOUT = "LambdaConnectionTimeout"
INVALID_RESPONSE = "LambdaInvalidResponse"
REQUEST_TOO_LARGE = "LambdaRequestTooLarge"
RESOURCE_NOT_FOUND = "LambdaResourceNotFound"
RESPONSE_TOO_LARGE = "LambdaResponseTooLarge"
THROTTLING = "LambdaThrottling"
UNHANDLED = "LambdaUnhandled"
WEBSOCKET = "LambdaWebsocketNotSupported"

# Where ALB's words differ from the registered ones they are nginx's, which its pages descend from.
# 301, 502 and 503 were seen in captures (aws-load-balancer-controller#2541, Internet.nl#1291) and their sizes
# fit; the others follow nginx.
_PHRASES = {
    302: "Found",
    405: "Not Allowed",
    408: "Request Time-out",
    413: "Request Entity Too Large",
    414: "Request-URI Too Large",
    463: "",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
    505: "HTTP Version Not Supported",
}


class Fault(Exception):
    """A request ALB answers itself. `why` is one sentence for the developer; it never reaches the client."""

    def __init__(self, status: int, why: str, reason: str = "") -> None:
        super().__init__(f"{status} {reason}: {why}" if reason else f"{status}: {why}")
        self.status = status
        self.reason = reason
        self.why = why

    def response(self, agent: str = "") -> Response:
        """The page for a client that calls itself `agent`."""
        body = page(self.status) + (PADDING if pads(agent) else b"")
        return Response(self.status, (("Content-Type", "text/html"),), body, phrase(self.status))


def phrase(status: int) -> str:
    """The reason phrase ALB puts behind a status code."""
    if status in _PHRASES:
        return _PHRASES[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


# Where a page's title has other words than the status line, as nginx's has (seen: psr-lakehouse, auth.py).
_TITLES = {401: "Authorization Required"}


def page(status: int) -> bytes:
    """ALB's page for a status, byte for byte: CRLF line ends, no footer; 122 bytes for a 502."""
    title = f"{status} {_TITLES.get(status) or phrase(status)}".rstrip()
    lines = (
        "<html>",
        f"<head><title>{title}</title></head>",
        "<body>",
        f"<center><h1>{title}</h1></center>",
        "</body>",
        "</html>",
        "",
    )
    return "\r\n".join(lines).encode()


# nginx lengthens its error pages for browsers that would show a short one in their own words. The sizes in
# uWebSockets.js#939 say that ALB does too: 402 bytes more, which are exactly nginx's six lines.
PADDING = b"<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n" * 6


def pads(agent: str) -> bool:
    return "MSIE" in agent or "Chrome" in agent


def request_timeout() -> Fault:
    """User guide, "HTTP 408: Request timeout"."""
    return Fault(408, "the client did not send the rest of its request in time")


def malformed(why: str) -> Fault:
    return Fault(400, why)


def invalid_response(why: str) -> Fault:
    return Fault(502, why, INVALID_RESPONSE)
