"""How long a connection over HTTP/1.1 may be silent, on a clock of the test's own.

User guide, "Connection idle timeout": a connection is closed when "no data has been sent or received by the
time that the idle timeout period elapses".
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import virtual_time

from localalb.balancer.exchange import Exchange
from localalb.balancer.journal import Journal
from localalb.balancer.topology import Forward, Listener, LoadBalancer, Rule, TargetGroup
from localalb.runtime.function import Invocable
from localalb.runtime.result import Result
from localalb.serving.client import Connections
from localalb.serving.http1_connection import Connection
from tests.socket.balancer import TARGET, ok

IDLE = 10
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


class Wire(asyncio.Transport):
    """What the connection wrote, and when it hung up."""

    def __init__(self, connection: Connection) -> None:
        super().__init__({"peername": ("127.0.0.1", 1)})
        self.written = b""
        self.closed: float | None = None
        self._connection = connection
        self._loop = asyncio.get_running_loop()

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self.written += data

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.closed = self._loop.time()

    def close(self) -> None:
        if self.closed is None:
            self.closed = self._loop.time()
            self._loop.call_soon(self._connection.connection_lost, None)

    def resume_reading(self) -> None:
        pass

    def abort(self) -> None:
        self.close()


class SlowPool:
    """Has the `invoke` of a pool; a function takes its time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def invoke(self, function: Invocable, payload: bytes, *, trace: str = "") -> Result:
        await asyncio.sleep(self._seconds)
        return ok(payload)

    def waits(self, caller: asyncio.Task[Any]) -> bool:
        return False


def converse(*sent: tuple[float, bytes], takes: float = 0) -> tuple[bytes, float | None]:
    """What comes when bytes are sent at these times, and when the load balancer hangs up."""

    async def run() -> tuple[bytes, float | None]:
        loop = asyncio.get_running_loop()
        group = TargetGroup("arn", "group", False, (TARGET,))
        listener = Listener("listener", 80, "HTTP", (Rule("default", None, (), Forward((("arn", 1),))),))
        attributes = {"idle_timeout.timeout_seconds": str(IDLE)}
        balancer = LoadBalancer(
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/demo/1",
            "demo",
            "demo.example",
            (listener,),
            attributes,
        )
        exchange = Exchange(SlowPool(takes), Journal(), lambda: {"arn": group})
        connection = Connection(exchange, lambda: (balancer, listener), Connections())
        wire = Wire(connection)
        connection.connection_made(wire)
        for at, data in sent:
            loop.call_at(at, connection.data_received, data)
        await asyncio.sleep(100)
        return wire.written, wire.closed

    return virtual_time.run(run())


def test_silence_is_ended_in_silence() -> None:
    assert converse() == (b"", IDLE)


@pytest.mark.parametrize(
    "half", [b"GET / HTTP/1.1\r\nHost", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_half_a_request_gets_408(half: bytes) -> None:
    written, closed = converse((3, half))
    assert written.startswith(b"HTTP/1.1 408 ")
    assert closed == 3 + IDLE


def test_who_sends_a_little_in_each_period_is_waited_for() -> None:
    parts = [REQUEST[:3], REQUEST[3:9], REQUEST[9:-1], REQUEST[-1:]]
    times = [number * (IDLE - 1.0) for number in range(len(parts))]
    written, closed = converse(*zip(times, parts, strict=True))
    assert written.startswith(b"HTTP/1.1 200 ")
    assert written.count(b"HTTP/1.1 ") == 1
    assert closed == times[-1] + IDLE


@pytest.mark.parametrize("takes", [0, IDLE - 1, 3 * IDLE])
def test_a_connection_is_idle_again_after_its_answer(takes: float) -> None:
    """However long the function takes: then the whole period begins."""
    written, closed = converse((3, REQUEST), takes=takes)
    assert written.startswith(b"HTTP/1.1 200 ")
    assert closed == pytest.approx(3 + takes + IDLE)


def test_a_defect_of_ours_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The client must not wait for an answer that will never be (uvicorn's run_asgi does the same)."""

    def fail(*_: object, **__: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr("localalb.serving.http1_connection.wire.http1", fail)
    assert converse((3, REQUEST)) == (b"", 3)
    assert "ZeroDivisionError" in caplog.text
