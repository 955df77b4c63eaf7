"""A response -> the bytes of HTTP/1.1. Pure. The order of ALB's own headers is as captured."""

from __future__ import annotations

from localalb.http.message import Response

SERVER = "awselb/2.0"
BODILESS = frozenset({101, 204, 304})


def headers(response: Response, *, date: str) -> list[tuple[str, str]]:
    """Every header but those of the connection: Server, Date, Content-Type, Content-Length, the others.

    A function that sets Server or Date is left its own. 204 has no Content-Length (RFC 9110 section 8.6);
    a 304 without its body would only state a wrong one.
    """
    first = [("Server", SERVER)] if response.server and not response.has("server") else []
    if not response.has("date"):
        first.append(("Date", date))
    types = [pair for pair in response.headers if pair[0].lower() == "content-type"]
    others = [pair for pair in response.headers if pair[0].lower() != "content-type"]
    length = len(response.body) if response.flow is None else response.flow.length
    stated = response.status not in BODILESS and length is not None
    return [*first, *types, *([("Content-Length", str(length))] if stated else []), *others]


def chunk(data: bytes) -> bytes:
    """A chunk of a body (RFC 9112 section 7.1); of no bytes, the last one."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def has_body(response: Response, method: str) -> bool:
    return method != "HEAD" and response.status not in BODILESS


def http1(response: Response, *, method: str, date: str, keep_alive: bool, chunked: bool = False) -> bytes:
    """The whole response, or all of it that is there: the head, where the body flows. `Connection` stands
    behind Content-Length, before the function's headers. `chunked` says how a flow of no known length is
    sent."""
    lines = [f"HTTP/1.1 {response.status} {response.reason or ''}"]
    fields = headers(response, date=date)
    if response.status != 101:
        place = next((i + 1 for i, (name, _) in enumerate(fields) if name == "Content-Length"), len(fields))
        fields.insert(place, ("Connection", "keep-alive" if keep_alive else "close"))
    if chunked:
        fields.append(("Transfer-Encoding", "chunked"))
    lines += [f"{name}: {value}" for name, value in fields]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head + response.body if has_body(response, method) else head
