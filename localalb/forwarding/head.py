"""What a target gets of a request, and what a client gets of a response: heads, as bytes and headers. Pure.

The head is written here and not by the library that reads the response, because a load balancer passes on
what such a library would refuse to send.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from localalb.http.faults import Fault, malformed
from localalb.http.message import Headers, Request

# RFC 9110 section 7.6.1; Trailer and TE, because trailers are not passed on. Guess: ALB drops the same.
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
# The length is written anew, and whoever expects 100 Continue has got it from the load balancer. (Guess, as
# nginx does it.)
_FRAMING = frozenset({"content-length", "expect"})
# Captures of what ALB sends over HTTP/1.1 have its own headers in this form.
_OWN = {
    "host": "Host",
    "x-forwarded-for": "X-Forwarded-For",
    "x-forwarded-port": "X-Forwarded-Port",
    "x-forwarded-proto": "X-Forwarded-Proto",
    "x-amzn-trace-id": "X-Amzn-Trace-Id",
}
_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})  # where none is stated to be empty (RFC 9110 section 8.6)
_BREAKS = re.compile(r"[\r\n\0]")
MAX_HEAD = 32 * 1024  # user guide, "HTTP 502: Bad gateway"


def upgrades(request: Request) -> bool:
    """Whether a request asks to go on as a WebSocket (RFC 6455 section 4.1)."""
    return (
        request.version == "1.1"
        and "websocket" in _tokens(request.headers, "upgrade")
        and "upgrade" in _tokens(request.headers, "connection")
    )


def request_head(request: Request, headers: Headers) -> bytes:
    """The head for a target, in HTTP/1.1 whatever the client spoke (user guide, "Protocol version").
    `headers` are those that `balancer.event.forwarded` made of the request's. Raises `Fault`."""
    target = request.path + ("?" + request.query if "?" in request.target else "")
    lines = [f"{request.method} {target} HTTP/1.1"]
    dropped = HOP_BY_HOP | _FRAMING | _tokens(request.headers, "connection") - {"host"}
    # White space around a name must not smuggle in a length of the client's own.
    kept = [(name, value) for name, value in headers if name.strip().lower() not in dropped]
    lines += [f"{_OWN.get(name, name)}: {value}" for name, value in kept]
    if upgrades(request):
        lines += ["Connection: Upgrade", "Upgrade: websocket"]
    if request.flow is not None and request.flow.length is None:
        lines.append("Transfer-Encoding: chunked")
    elif request.flow or request.body or request.values("content-length") or request.method in _WITH_BODY:
        lines.append(f"Content-Length: {request.flow.length if request.flow else len(request.body)}")
    if any(_BREAKS.search(line) for line in lines):
        raise malformed("the request's head has a line break or a NUL inside of a line")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def response_headers(raw: Iterable[tuple[bytes, bytes]], *, switched: bool) -> tuple[Headers, int | None]:
    """What a client gets of a target's headers, and the length that they state. Raises `Fault`."""
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)
    size = sum(len(name) + len(value) for name, value in headers)
    if size > MAX_HEAD:
        raise Fault(502, f"the target's headers are {size} bytes; ALB takes {MAX_HEAD}")
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), None)
    dropped = (HOP_BY_HOP | _tokens(headers, "connection") | {"content-length"}) - {"set-cookie"}
    if switched:
        dropped -= {"upgrade"}
    return tuple(pair for pair in headers if pair[0].lower() not in dropped), length


def _tokens(headers: Headers, wanted: str) -> frozenset[str]:
    values = (value for name, value in headers if name.strip().lower() == wanted)
    return frozenset(part.strip().lower() for value in values for part in value.split(","))
