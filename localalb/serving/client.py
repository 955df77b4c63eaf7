"""What every protocol's connection knows: who the client is, how long it may be silent, who else is open."""

from __future__ import annotations

import asyncio
import functools
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from email.utils import formatdate
from typing import TYPE_CHECKING

from localalb.balancer.connection_log import Opened
from localalb.balancer.topology import Listener, LoadBalancer
from localalb.http import desync
from localalb.http.desync import Verdict
from localalb.http.http1 import Message
from localalb.http.message import Request
from localalb.serving import tls

if TYPE_CHECKING:
    import ssl

    from localalb.serving.openssl import Session

Current = Callable[[], tuple[LoadBalancer, Listener]]
"""The listener of a connection and its load balancer as they are now; KeyError once the listener is gone."""


class Connections:
    """The connections that are open, by listener, so that they can end with it. `opened` is told of each."""

    def __init__(
        self, opened: Callable[[LoadBalancer, Opened], None] = lambda balancer, opened: None
    ) -> None:
        self._opened = opened
        self._open: defaultdict[str, set[asyncio.Transport]] = defaultdict(set)

    def add(self, arn: str, transport: asyncio.Transport) -> None:
        self._open[arn].add(transport)

    def discard(self, arn: str, transport: asyncio.Transport) -> None:
        self._open[arn].discard(transport)

    def abort(self, arn: str) -> None:
        for transport in self._open.pop(arn, set()):
            transport.abort()

    def note(self, current: Current, client: Client, handshake: float) -> None:
        """A connection is established, `handshake` seconds after it was accepted."""
        try:
            balancer, listener = current()
        except KeyError:  # the listener went meanwhile
            return
        cipher = client.cipher if client.secure else None
        now = time.time()
        self._opened(
            balancer,
            Opened(
                balancer.arn,
                client.connection,
                client.peer,
                listener.port,
                now,
                cipher,
                handshake,
                client.leaf,
            ),
        )


class IdleTimer:
    """Calls `expired` when nothing restarts it for the load balancer's idle timeout.

    The loop's timer is left to run when it is restarted or stopped, and looks at the deadline when it is
    over: a connection has one for all its requests.
    """

    def __init__(self, current: Current, expired: Callable[[], None]) -> None:
        self._current = current
        self._expired = expired
        self._loop = asyncio.get_running_loop()
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def restart(self) -> None:
        try:
            balancer, _ = self._current()
        except KeyError:  # the listener is gone, and this connection with it
            return
        self._deadline = self._loop.time() + balancer.idle_timeout
        if self._timer is None or self._timer.when() > self._deadline:
            self._start(self._deadline)

    def stop(self) -> None:
        self._deadline = None

    def close(self) -> None:
        """There will be nothing to wait for any more."""
        self.stop()
        if self._timer is not None:
            self._timer.cancel()

    def _start(self, deadline: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._deadline is None:
            return
        if self._deadline > self._loop.time():
            self._start(self._deadline)
        else:
            self._deadline = None
            self._expired()


class Client:
    """Who is at the other end, as far as the transport knows."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.peer: tuple[str, int] = transport.get_extra_info("peername")[:2]
        socket: ssl.SSLObject | Session | None = transport.get_extra_info("ssl_object")
        self.secure = socket is not None
        self.protocol = socket.selected_alpn_protocol() if socket is not None else None
        cipher = socket.cipher() if socket is not None else None
        self.cipher = (socket.version() or "", cipher[0]) if socket is not None and cipher else None
        self.connection = f"TID_{secrets.token_hex(16)}"
        self.certificate, self.server_name = tls.presented(socket) if socket is not None else ("", "")
        self.mutual = tls.client(socket) if socket is not None else None
        self.leaf = tls.leaf(socket) if socket is not None else None

    def nothing(self, verdict: Verdict = desync.COMPLIANT, head: bytes = b"") -> Request:
        """What stands in the logs for bytes that never became a request."""
        return Request(
            "-", "-", peer=self.peer, secure=self.secure, cipher=self.cipher, verdict=verdict,
            certificate=self.certificate, server_name=self.server_name, connection=self.connection, head=head,
        )  # fmt: skip

    def request(self, message: Message, listener: Listener, received: float, began: float = 0.0) -> Request:
        head = message.head
        return Request(
            method=head.method,
            target=head.target,
            headers=head.headers,
            body=message.body,
            version=head.version,
            peer=self.peer,
            port=listener.port,
            secure=self.secure,
            cipher=self.cipher,
            received=received,
            size=message.size,
            verdict=head.verdict,
            certificate=self.certificate,
            server_name=self.server_name,
            mutual=self.mutual,
            connection=self.connection,
            flow=message.sink,
            began=began,
            head=head.raw,
        )


@functools.lru_cache(maxsize=2)
def date(second: int) -> str:
    """The Date header of a second."""
    return formatdate(second, usegmt=True)
