"""The headers and the body of an HTTP/2 stream -> the request they are. Pure."""

from __future__ import annotations

from localalb.http import desync
from localalb.http.faults import malformed
from localalb.http.limits import MAX_HEAD
from localalb.http.message import Headers, Request
from localalb.serving.client import Client


def request(
    client: Client,
    headers: list[tuple[bytes, bytes]],
    body: bytes,
    port: int,
    received: float,
    *,
    coming: bool = False,
) -> Request:
    """:authority becomes Host. h2 has joined the crumbs of a cookie (RFC 9113 section 8.2.3; guess: ALB joins
    them too). `coming`: the body is not there yet. Raises `Fault` for what ALB refuses."""
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    pseudo = dict(pair for pair in fields if pair[0].startswith(":"))
    plain = [pair for pair in fields if not pair[0].startswith(":")]
    check(fields, pseudo.get(":method", ""), body, coming=coming)
    others: Headers = tuple(pair for pair in plain if pair[0] != "host")
    authority = pseudo.get(":authority") or next((value for name, value in plain if name == "host"), None)
    if authority is not None:
        others = (("host", authority), *others)
    return Request(
        method=pseudo.get(":method", ""),
        target=pseudo.get(":path", ""),
        headers=others,
        body=body,
        version="2",
        peer=client.peer,
        port=port,
        secure=True,
        cipher=client.cipher,
        received=received,
        certificate=client.certificate,
        server_name=client.server_name,
        mutual=client.mutual,
        connection=client.connection,
        size=sum(len(name) + len(value) for name, value in fields) + len(body),
    )


def check(fields: list[tuple[str, str]], method: str, body: bytes, *, coming: bool = False) -> None:
    if sum(len(name) + len(value) for name, value in fields) > MAX_HEAD:
        raise malformed(f"the headers are over {MAX_HEAD} bytes in all")
    if not desync.TOKEN.fullmatch(method.encode("latin-1")):
        raise malformed(f":method is {method[:40]!r}, which is no token (RFC 9110 section 9.1)")
    # h2 compares the length with data that comes, and not where no data comes at all.
    length = next((value for name, value in fields if name == "content-length"), "0")
    if not (body or coming) and length.strip("0"):
        raise malformed(f"content-length is {length[:40]}, but no body came (RFC 9113 section 8.1.1)")
