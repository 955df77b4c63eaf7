"""Targets that are addresses, on real sockets: servers that say the bytes they are told to say."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Queue
from typing import Any

from localalb.balancer.topology import Address, HealthCheck, TargetGroup
from tests.cases.requests import TARGET_GROUP
from tests.connection import TIMEOUT

Talk = Callable[["Peer"], None]


@dataclass
class Peer:
    """A connection to a target, seen from the target. Every wait is bounded."""

    socket: socket.socket
    heads: Queue[bytes]
    buffer: bytes = b""

    def head(self) -> bytes:
        """The next request's head. Raises EOFError where none comes."""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.heads.put(head + b"\r\n")
        return head

    def body(self, length: int) -> bytes:
        while len(self.buffer) < length:
            self._more()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return body

    def some(self, most: int) -> bytes:
        """What there is, as soon as there is something."""
        if not self.buffer:
            self._more()
        return self.body(min(most, len(self.buffer)))

    def until(self, end: bytes) -> bytes:
        while end not in self.buffer:
            self._more()
        found, _, self.buffer = self.buffer.partition(end)
        return found + end

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data


@dataclass
class Server:
    """A target. `talk` has each connection, in a thread of its own; `heads` are what it was asked."""

    talk: Talk
    host: str = "127.0.0.1"
    port: int = 0
    heads: Queue[bytes] = field(default_factory=Queue)
    connections: int = 0

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listening = socket.create_server((self.host, self.port), family=family)
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> Address:
        return Address(self.host, self.port, (self.host, self.port))

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                accepted, _ = self._listening.accept()
                accepted.settimeout(TIMEOUT)
                self.connections += 1
                threading.Thread(target=self._serve, args=(Peer(accepted, self.heads),), daemon=True).start()

    def _serve(self, peer: Peer) -> None:
        with peer.socket, suppress(EOFError, OSError):
            self.talk(peer)


def answering(server_says: bytes, *, keep: bool = True) -> Talk:
    """Answers every request that has no body with the same bytes, and hangs up where it does not `keep`."""

    def talk(peer: Peer) -> None:
        while True:
            peer.head()
            peer.send(server_says)
            if not keep:
                return

    return talk


@contextmanager
def serving(talk: Talk, host: str = "127.0.0.1") -> Iterator[Server]:
    server = Server(talk, host)
    try:
        yield server
    finally:
        server.close()


def group(*addresses: Address, **more: Any) -> dict[str, TargetGroup]:
    """A target group of type ip, as a `Balancer` takes them."""
    made = TargetGroup(
        TARGET_GROUP, "web", type="ip", addresses=addresses, health_check=HealthCheck(), **more
    )
    return {TARGET_GROUP: made}
