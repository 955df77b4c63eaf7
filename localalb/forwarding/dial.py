"""Connections to targets: new ones, and those kept open for the next request."""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict

from localalb.balancer.address_target import Unreachable
from localalb.forwarding.connection import Connection
from localalb.http.faults import Fault
from localalb.http.place import Place, written

# User guide, "HTTP 504: Gateway timeout" and "HTTP 502: Bad gateway": to connect, and to shake hands.
PATIENCE = 10.0
End = tuple[Place, bool]
"""Where a connection leads, and whether TLS is spoken there."""


def context() -> ssl.SSLContext:
    """TLS to a target: "the load balancer does not validate these certificates" (user guide, "Routing
    configuration")."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


class Dial:
    """The connections of one cloud."""

    def __init__(self) -> None:
        self._idle: defaultdict[End, list[tuple[Connection, asyncio.TimerHandle]]] = defaultdict(list)
        self._context = context()

    async def take(self, end: End) -> Connection:
        """A connection, one that lies idle if there is one. Raises `Fault`."""
        idle = self._idle[end]
        while idle:
            connection, timer = idle.pop()
            timer.cancel()
            if connection.reusable:
                return connection
            connection.close()
        return await self.open(end)

    def give(self, end: End, connection: Connection, idle: int) -> None:
        """Keep a connection for the next request, for as long as one may be silent (seconds)."""
        if not (connection.done and connection.reusable):
            connection.close()
            return
        # A target that hangs up has it closed; else it is closed here.
        timer = asyncio.get_running_loop().call_later(idle, connection.close)
        kept = connection, timer
        self._idle[end].append(kept)

        def forget() -> None:
            timer.cancel()
            if kept in self._idle[end]:
                self._idle[end].remove(kept)

        connection.on_lost = forget

    async def open(self, end: End) -> Connection:
        """A new connection. Raises `Fault`."""
        place, secure = end
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE):
                _, connection = await loop.create_connection(Connection, *place)
        except TimeoutError:
            raise Unreachable(504, f"{written(place)} took no connection in {PATIENCE:.0f} s") from None
        except OSError as error:
            why = f"{written(place)} takes no connection: {error.strerror or error}"
            raise Unreachable(502, why) from None
        if not secure:
            return connection
        try:
            async with asyncio.timeout(PATIENCE):
                await connection.secure(self._context, place[0])
        except (TimeoutError, OSError) as error:
            connection.close()
            raise Fault(502, f"{written(place)} did not shake hands: {error or 'it took too long'}") from None
        return connection

    def close(self) -> None:
        for kept in self._idle.values():
            for connection, timer in kept:
                timer.cancel()
                connection.close()
        self._idle.clear()
