"""A body over HTTP/2 that its target gets as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from h2.connection import H2Connection

from localalb.balancer.access_log import Entry
from localalb.balancer.exchange import Exchange
from localalb.balancer.reply import Reply
from localalb.balancer.topology import Listener, LoadBalancer
from localalb.http.faults import Fault
from localalb.http.message import Request, Response
from localalb.serving.client import Client, Connections
from localalb.serving.http2_connection import Http2

LISTENER = Listener("listener", 443, "HTTPS", ())
BALANCER = LoadBalancer("balancer", "demo", "demo.example", (LISTENER,))


class Wire(asyncio.Transport):
    """Where nothing arrives."""

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        pass


class Streaming:
    """An exchange that passes bodies on; `bodies` are those that came, or the fault instead of one."""

    def __init__(self) -> None:
        self.bodies: list[bytes | str] = []

    def streams(self, begun: Callable[[], object]) -> bool:
        begun()
        return True

    async def answer(self, balancer: LoadBalancer, listener: Listener, request: Request) -> Reply:
        assert request.flow is not None
        body = b""
        while piece := await request.flow.piece():
            body += piece
        self.bodies.append(body)
        return Reply(request, Response(200), balancer, listener, Entry(request, balancer.arn, 0.0))

    def refuse(self, balancer: LoadBalancer, listener: Listener, request: Request, fault: Fault) -> Reply:
        self.bodies.append(fault.why)
        return Reply(request, Response(fault.status), balancer, listener, Entry(request, balancer.arn, 0.0))

    def finish(self, reply: Reply, *, sent: int, gone: bool = False) -> None:
        pass


def test_all_of_a_body_may_come_before_the_request_is_begun() -> None:
    """Once the headers say that it will be passed on, the rest may be there at once."""

    async def run() -> list[bytes | str]:
        exchange = Streaming()
        wire = Wire({"peername": ("127.0.0.1", 1)})
        connection = Http2(
            cast(Exchange, exchange), lambda: (BALANCER, LISTENER), Connections(), Client(wire)
        )
        connection.connection_made(wire)
        client = H2Connection()
        client.initiate_connection()
        head = [(":method", "POST"), (":scheme", "https"), (":authority", "a"), (":path", "/")]
        client.send_headers(1, [*head, ("content-length", "4")])
        connection.data_received(client.data_to_send())
        client.send_data(1, b"body", end_stream=True)
        connection.data_received(client.data_to_send())
        while not exchange.bodies:
            await asyncio.sleep(0)
        connection.connection_lost(None)
        return exchange.bodies

    assert asyncio.run(asyncio.wait_for(run(), 10)) == [b"body"]
