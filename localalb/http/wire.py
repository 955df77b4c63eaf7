"""A response -> the bytes of HTTP/1.1. Pure. The order of ALB's own headers is as captured."""

from __future__ import annotations

from localalb.http.message import Response

SERVER = "awselb/2.0"
BODILESS = frozenset({204, 304})


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
    length = [] if response.status in BODILESS else [("Content-Length", str(len(response.body)))]
    return [*first, *types, *length, *others]


def has_body(response: Response, method: str) -> bool:
    return method != "HEAD" and response.status not in BODILESS


def http1(response: Response, *, method: str, date: str, keep_alive: bool) -> bytes:
    """The whole response. `Connection` stands behind Content-Length, before the function's headers."""
    lines = [f"HTTP/1.1 {response.status} {response.reason or ''}"]
    connection = ("Connection", "keep-alive" if keep_alive else "close")
    fields = headers(response, date=date)
    place = next((i + 1 for i, (name, _) in enumerate(fields) if name == "Content-Length"), len(fields))
    fields.insert(place, connection)
    lines += [f"{name}: {value}" for name, value in fields]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head + response.body if has_body(response, method) else head
