"""A request that nobody sends: which listener its URL means, and what the load balancer would read and do.

Its bytes are made as curl makes them of a method, a URL, headers and a body, and go through the reader that
reads all others: what is refused as no request is refused here too.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any

from localalb.balancer.explain import explain, unreadable
from localalb.balancer.explanation import Explanation
from localalb.balancer.topology import Listener, LoadBalancer
from localalb.balancer.trace import new_trace
from localalb.http.faults import Fault
from localalb.http.http1 import Reader
from localalb.http.message import Request, octets
from localalb.serving.client import Client

PORTS = {"http": 80, "https": 443}
LOOPBACK = ("127.0.0.1", "localhost")
FROM_PORT = 50000  # of a client's
CIPHER = ("TLSv1.3", "TLS_AES_128_GCM_SHA256")  # what most clients come with
_URL = re.compile(
    r"(?:(?P<scheme>https?)://(?P<host>\[[^]]*\]|[^/?#:@]+)(?::(?P<port>[0-9]{1,5}))?)?(?P<target>[/?][^#]*)?(?:#.*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Served:
    """A listener, its load balancer and the local port that serves it, None where none does."""

    balancer: LoadBalancer
    listener: Listener
    local: int | None

    @property
    def url(self) -> str:
        return f"{self.listener.protocol.lower()}://{self.balancer.dns_name}:{self.listener.port}/"


@dataclass(frozen=True, slots=True)
class Asked:
    """A listener, and what it is asked for there: the Host header and the request target."""

    served: Served
    authority: str
    target: str


def explained(
    wanted: Mapping[str, Any], listeners: Sequence[Served], explain: Callable[..., Explanation] = explain
) -> Explanation:
    """What would become of a request. `wanted` has its method and url, headers (lines), body (base64) and
    source (an IP address), `explain` is `balancer.explain.explain` of what else there is.

    Raises `LookupError` where the URL means no listener, `ValueError` where the source is no address.
    """
    meant = asked(wanted["url"], listeners)
    method, source = wanted["method"], wanted["source"]
    data = raw(method, meant, wanted["headers"], base64.b64decode(wanted["body"]))
    return explained_at(meant, method, data, source, listeners, explain)


def explained_at(
    meant: Asked,
    method: str,
    data: bytes,
    source: str,
    listeners: Sequence[Served],
    explain: Callable[..., Explanation] = explain,
) -> Explanation:
    """What would become of a request's bytes. Raises `ValueError` as `explained` does."""
    balancer, listener = meant.served.balancer, meant.served.listener
    try:
        request = read(data, meant.served, source)
    except Fault as fault:
        request = Request(octets(method), octets(meant.target), peer=client(source).peer)
        return unreadable(balancer, listener, request, fault)
    ports = local_ports(listeners, balancer.arn)
    return explain(balancer, listener, request, ports=ports, trace=new_trace())


def local_ports(listeners: Iterable[Served], balancer: str) -> dict[int, int]:
    """The local ports of a load balancer's listeners, by their own."""
    return {
        each.listener.port: each.local
        for each in listeners
        if each.balancer.arn == balancer and each.local is not None
    }


def of_listener(arn: str, target: str, listeners: Iterable[Served]) -> Asked:
    """A target at a listener, by its ARN. Raises `LookupError`."""
    found = next((each for each in listeners if each.listener.arn == arn), None)
    if found is None:
        raise LookupError(f"there is no listener {arn}")
    return Asked(found, _authority(found), target)


def asked(url: str, listeners: Iterable[Served]) -> Asked:
    """What a URL means: a load balancer's DNS name, a local address, another name (its certificate's, say)
    where a single load balancer has that port, or a path alone where there is a single listener.

    Raises `LookupError`, which says what there is instead.
    """
    every = list(listeners)
    if not every:
        raise LookupError("there is no listener yet, so no request gets anywhere")
    there = " or ".join(each.url for each in every)
    parts = _URL.fullmatch(url)
    if parts is None or not url:
        raise LookupError(f"{url!r} is no URL: write http://NAME/PATH, or a path such as /api/x")
    target = parts["target"] or "/"
    target = target if target.startswith("/") else "/" + target
    if parts["scheme"] is None:
        if len(every) != 1:
            raise LookupError(f"{url} alone does not say which listener: write one of {there}")
        return Asked(every[0], _authority(every[0]), target)
    scheme, host = parts["scheme"].lower(), parts["host"].lower()
    port = int(parts["port"] or PORTS[scheme])
    found = [each for each in every if _named(each, host, port)]
    if not found and host not in (*LOOPBACK, *(each.balancer.dns_name.lower() for each in every)):
        found = [each for each in every if each.listener.port == port]
    if len(found) != 1:
        what = "several load balancers listen" if found else "nothing listens"
        raise LookupError(f"{what} at {host}:{port}: write one of {there}")
    if found[0].listener.protocol.lower() != scheme:
        raise LookupError(f"{host}:{port} speaks {found[0].listener.protocol}: write one of {there}")
    authority = parts["host"] + (f":{parts['port']}" if parts["port"] and port != PORTS[scheme] else "")
    return Asked(found[0], authority, target)


def raw(method: str, meant: Asked, headers: Sequence[str], body: bytes) -> bytes:
    """A request's bytes. `headers` are lines as curl takes them: `Name: value` is sent as it is, `Name;` with
    no value, and `Name:` is not sent, so that it takes away what would be: Host, or Content-Length where
    there is a body. No other header is added."""
    own = {"host": f"Host: {meant.authority}"}
    if body:
        own["content-length"] = f"Content-Length: {len(body)}"
    given = []
    for line in headers:
        name, colon, value = line.partition(":")
        own.pop(name.removesuffix(";").strip().lower(), None)
        if not colon and line.endswith(";"):
            line = line[:-1] + ":"
        elif colon and not value.strip():
            continue
        given.append(line)
    lines = [f"{method} {meant.target} HTTP/1.1", *own.values(), *given, "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + body


def read(data: bytes, served: Served, source: str) -> Request:
    """The request that the listener reads in bytes from an address. Raises `Fault` for what is none.

    Raises `ValueError` where `source` is no IP address.
    """
    mode = served.balancer.attributes.get("routing.http.desync_mitigation_mode", "defensive")
    message = next(Reader(mode).feed(data), None)
    if message is None:
        raise Fault(408, "the client did not send the rest of its request in time")
    request = client(source).request(message, served.listener, 0.0)
    if served.listener.protocol == "HTTPS":
        return replace(request, secure=True, cipher=CIPHER)
    return request


def client(source: str) -> Client:
    """One at an IP address. Raises `ValueError`."""
    try:
        address = str(ip_address(source))
    except ValueError:
        raise ValueError(f"the client {source!r} is no IP address: write one such as 192.0.2.7") from None
    return Client(asyncio.Transport({"peername": (address, FROM_PORT)}))


def _named(each: Served, host: str, port: int) -> bool:
    if host in LOOPBACK:
        return each.local == port
    return each.balancer.dns_name.lower() == host and each.listener.port == port


def _authority(served: Served) -> str:
    """As a client writes it who goes to the DNS name."""
    usual = served.listener.port == PORTS[served.listener.protocol.lower()]
    return served.balancer.dns_name + ("" if usual else f":{served.listener.port}")
