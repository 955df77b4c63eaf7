"""The sockets: a server for each listener of the topology, opened and closed as it changes."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from localalb.balancer import described
from localalb.balancer.connection_log import Opened
from localalb.balancer.exchange import Exchange
from localalb.balancer.topology import Listener, LoadBalancer, Topology
from localalb.serving import imagined, tls
from localalb.serving.client import Connections
from localalb.serving.http1_connection import Connection
from localalb.serving.openssl import Trust

logger = logging.getLogger("localalb.server")

HOST = "127.0.0.1"
LOCAL_OFFSET = 8000
TRIED = 100
LAST = 65535  # port


@dataclass(frozen=True, slots=True)
class Served:
    """A listener and the local address it is served on; `instead_of` is the port it would have, were that
    not taken, else None. `default_action` is for people."""

    load_balancer: str
    dns_name: str
    listener_arn: str
    protocol: str
    port: int
    address: str
    instead_of: int | None
    default_action: str

    @property
    def url(self) -> str:
        return f"{self.protocol.lower()}://{self.address}/"


class DataPlane:
    """Serves a topology. `certificate` gives what ACM holds for an ARN, `trust` what a trust store holds;
    `opened` is told of connections."""

    def __init__(
        self,
        exchange: Exchange,
        certificate: Callable[[str], tls.Certificate | None],
        trust: Callable[[str], Trust | None] = lambda arn: None,
        opened: Callable[[LoadBalancer, Opened], None] = lambda balancer, opened: None,
    ) -> None:
        self.topology = Topology()
        self._exchange = exchange
        self._certificate = certificate
        self._trust = trust
        self._servers: dict[str, tuple[object, asyncio.Server]] = {}
        self._terminations: dict[str, tls.Termination] = {}
        self._listeners: dict[str, tuple[LoadBalancer, Listener]] = {}
        self._connections = Connections(opened)

    def served(self) -> list[Served]:
        found = []
        for arn, (_, server) in self._servers.items():
            balancer, listener = self._listeners[arn]
            default = described.default(listener, self.topology.target_groups)
            port = server.sockets[0].getsockname()[1]
            wanted = listener.port + LOCAL_OFFSET
            address, instead_of = f"{HOST}:{port}", None if port == wanted or wanted > LAST else wanted
            where = listener.protocol, listener.port, address, instead_of
            found.append(Served(balancer.name, balancer.dns_name, arn, *where, default))
        return found

    def listeners(self) -> list[imagined.Served]:
        """Every listener, also one that cannot be served."""
        return [
            imagined.Served(balancer, listener, self.ports(balancer).get(listener.port))
            for balancer, listener in self._listeners.values()
        ]

    def ports(self, balancer: LoadBalancer) -> dict[int, int]:
        """The local ports of a load balancer's listeners, by their own."""
        return {
            listener.port: self._servers[listener.arn][1].sockets[0].getsockname()[1]
            for listener in balancer.listeners
            if listener.arn in self._servers
        }

    async def apply(self, topology: Topology) -> None:
        """Make the sockets those of `topology`. Rules, targets, attributes, TLS need no new one."""
        self.topology = topology
        self._listeners = {listener.arn: (balancer, listener) for balancer, listener in topology.listeners()}
        for arn, (shape, _) in list(self._servers.items()):
            if arn not in self._listeners or _shape(self._listeners[arn][1]) != shape:
                self._close(arn)
        for arn, (balancer, listener) in self._listeners.items():
            try:
                context = self._context(balancer, listener)
            except (ValueError, OSError) as error:  # no certificate; no disk to hand its key to ssl
                logger.warning("%s port %d cannot be served: %s", balancer.name, listener.port, error)
                if listener.mutual is not None and arn in self._servers:
                    self._close(arn)  # on the terms of before, clients would come in that may not
                continue
            if arn not in self._servers:
                server = await self._open(balancer, listener, context)
                self._servers[arn] = (_shape(listener), server)

    async def close(self) -> None:
        for arn in list(self._servers):
            self._close(arn)

    async def _open(
        self, balancer: LoadBalancer, listener: Listener, context: ssl.SSLContext | None
    ) -> asyncio.Server:
        """Listen on port + 8000, or the next free one."""
        wanted = listener.port + LOCAL_OFFSET
        listening = _listen([*range(wanted, min(wanted + TRIED, LAST + 1)), 0])
        local = listening.getsockname()[1]
        server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self._exchange, lambda: self._listeners[listener.arn], self._connections),
            sock=listening,
            ssl=context,
        )
        logger.info("%s port %d is served on %s:%d", balancer.name, listener.port, HOST, local)
        return server

    def _context(self, balancer: LoadBalancer, listener: Listener) -> ssl.SSLContext | None:
        """The TLS context of a listener, on the terms of now. Raises `ValueError`."""
        if listener.protocol != "HTTPS":
            return None
        if listener.policy is None:
            raise ValueError("its security policy is not known")
        found = tuple(each for arn in listener.certificates if (each := self._certificate(arn)))
        http2 = balancer.attributes.get("routing.http2.enabled", "true") == "true"
        mutual = listener.mutual
        trust = self._trust(mutual.trust_store) if mutual and mutual.trust_store else None
        termination = self._terminations.setdefault(listener.arn, tls.Termination())
        termination.update(tls.Terms(found, listener.policy, http2, mutual, trust))
        return termination.context

    def _close(self, arn: str) -> None:
        self._terminations.pop(arn, None)
        _, server = self._servers.pop(arn)
        server.close()
        self._connections.abort(arn)


def _listen(ports: Iterable[int]) -> socket.socket:
    """A socket on the first port that is free. Bound and listening at once: between the two another process
    could take the port."""
    for port in ports:
        try:
            return socket.create_server((HOST, port), backlog=1024)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    raise AssertionError("port 0 is always free")


def _shape(listener: Listener) -> object:
    """What a socket depends on."""
    return listener.port, listener.protocol
