"""A Location that leads back to this machine, where a client came by the local address.

A function that builds a URL takes the port from X-Forwarded-Port, and a redirect from its rule: both are the
listener's, which is another one here. A client that came by the DNS name finds the listener's port itself.
This is localalb's own doing; a real load balancer has no such thing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from localalb.http.message import Request, Response

NAMES = ("127.0.0.1", "localhost")
DEFAULTS = {"http": 80, "https": 443}
_AUTHORITY = re.compile(r"(?P<host>[^:/?#@\[\]]+)(?::(?P<port>[0-9]{1,5}))?")
_LOCATION = re.compile(rf"(?:(?P<scheme>https?):)?//{_AUTHORITY.pattern}(?=[/?#]|$)", re.IGNORECASE)


def with_local_ports(response: Response, request: Request, ports: Mapping[int, int]) -> Response:
    """The response, its Location with the local port where it names the request's host with a listener's.

    `ports` are the local ports of the load balancer's listeners, by their own.
    """
    host, came_by = _host(request)
    if host not in NAMES or came_by != ports.get(request.port):
        return response

    def local(location: str) -> str:
        found = _LOCATION.match(location)
        if found is None or found["host"].lower() != host:
            return location
        port = int(found["port"] or DEFAULTS[(found["scheme"] or request.scheme).lower()])
        # The port that the client used is right as it is, also where a listener has the same number.
        if port == came_by or port not in ports:
            return location
        return f"{location[: found.end('host')]}:{ports[port]}{location[found.end() :]}"

    headers = tuple(
        (name, local(value) if name.lower() == "location" else value) for name, value in response.headers
    )
    return response if headers == response.headers else replace(response, headers=headers)


def _host(request: Request) -> tuple[str, int]:
    """The name and the port that a request was made to; no name where its Host is none."""
    found = _AUTHORITY.fullmatch(request.authority or request.first("host") or "")
    if found is None:
        return "", 0
    return found["host"].lower(), int(found["port"] or DEFAULTS[request.scheme])
