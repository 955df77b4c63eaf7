"""One real request to a listener that is served here, as a client of the cloud's own sends it.

It is dialled by the listener, at the port of 127.0.0.1 that serves it: nothing that a request says leads
anywhere else.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from localalb.serving.imagined import Asked, raw

TO_CONNECT = 5.0  # seconds
TO_ANSWER = 930.0  # seconds; a function may take 900
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """What came back: `status`, 0 where no response came, and then `error`. `client` is who asked, as records
    have it."""

    status: int
    client: str = ""
    error: str = ""


def send(meant: Asked, method: str, headers: Sequence[str], body: bytes) -> Sent:
    """Send a request and read the response to its end. `headers` are lines as `imagined.raw` takes them.

    Raises `ValueError` for a method, a target or a header with a line end in it, `LookupError` where the
    listener is not served.
    """
    for text in (method, meant.target, *headers):
        if any(end in text for end in "\r\n\0"):
            raise ValueError(f"{text!r} holds a line end: write each header on its own")
    if meant.served.local is None:
        raise LookupError(f"port {meant.served.listener.port} of {meant.served.balancer.name} is not served")
    client = ""
    try:
        with ExitStack() as stack:
            plain = stack.enter_context(
                socket.create_connection(("127.0.0.1", meant.served.local), TO_CONNECT)
            )
            client = "{}:{}".format(*plain.getsockname())
            plain.settimeout(TO_ANSWER)
            secure = meant.served.listener.protocol == "HTTPS"
            name = meant.served.balancer.dns_name
            connection = (
                stack.enter_context(_context().wrap_socket(plain, server_hostname=name)) if secure else plain
            )
            connection.sendall(raw(method, meant, headers, body))
            return Sent(_status(connection, method), client)
    except (OSError, http.client.HTTPException) as error:
        return Sent(0, client, f"the connection ended without a response: {error or type(error).__name__}")


def _status(connection: socket.socket, method: str) -> int:
    with http.client.HTTPResponse(connection, method=method) as response:
        response.begin()
        while response.status != 101 and response.read(PIECE):
            pass
        return response.status


def _context() -> ssl.SSLContext:
    """The listener is this cloud's own, whatever its certificate says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
