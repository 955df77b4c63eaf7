"""A response -> the bytes of HTTP/1.1. Pure. The order of ALB's own headers is as captured."""

from __future__ import annotations

from localalb.http.message import Response

SERVER = "awselb/2.0"
BODILESS = frozenset({101, 204, 304})


def headers(response: Response, *, date: str, connection: str = "") -> list[tuple[str, str]]:
    """Every header: Server, Date, Content-Type, Content-Length, Connection in HTTP/1.1, the others. Where
    no length is stated, Connection is last.

    A function that sets Server or Date is left its own. 204 has no Content-Length (RFC 9110 section 8.6);
    a 304 without its body would only state a wrong one.
    """
    found: list[tuple[str, str]] = []
    types: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    server, dated = response.server, False
    for pair in response.headers:
        name = pair[0].lower()
        (types if name == "content-type" else others).append(pair)
        server = server and name != "server"
        dated = dated or name == "date"
    if server:
        found.append(("Server", SERVER))
    if not dated:
        found.append(("Date", date))
    length = len(response.body) if response.flow is None else response.flow.length
    own = [("Connection", connection)] if connection else []
    if response.status in BODILESS or length is None:
        return [*found, *types, *others, *own]
    return [*found, *types, ("Content-Length", str(length)), *own, *others]


def chunk(data: bytes) -> bytes:
    """A chunk of a body (RFC 9112 section 7.1); of no bytes, the last one."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def has_body(response: Response, method: str) -> bool:
    return method != "HEAD" and response.status not in BODILESS


def http1(response: Response, *, method: str, date: str, keep_alive: bool, chunked: bool = False) -> bytes:
    """The whole response, or all of it that is there: the head, where the body flows. `chunked` says how a
    flow of no known length is sent."""
    connection = "" if response.status == 101 else "keep-alive" if keep_alive else "close"
    lines = [f"HTTP/1.1 {response.status} {response.reason or ''}"]
    lines += [f"{name}: {value}" for name, value in headers(response, date=date, connection=connection)]
    if chunked:
        lines.append("Transfer-Encoding: chunked")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head + response.body if has_body(response, method) else head
