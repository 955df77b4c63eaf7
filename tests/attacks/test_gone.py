"""Clients that ask and go: what waits for an environment is taken back, and the logs say 460.

User guide, "HTTP 460": the client closed the connection before the load balancer could answer. What runs,
runs on, as on AWS (tests/unit/test_pool.py).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from localalb.serving.tls import Certificate
from tests.attacks import http2
from tests.attacks.http2 import Connect, frame, headers
from tests.cases.refusals import get
from tests.connection import Client
from tests.socket.balancer import Loop
from tests.socket.conftest import Serve

GONE = get(b"/gone")


@pytest.mark.parametrize("leave", [Client.reset, Client.end], ids=["reset", "end"])
def test_a_connection_that_ends(leave: Callable[[Client], None], serve: Serve) -> None:
    balancer = serve(cold=True)
    with balancer.connect() as client:
        client.send(GONE)
        balancer.event()
        leave(client)
        assert balancer.taken_back()
        record = balancer.record()
        assert (record.target, record.status) == ("/gone", 460)
    balancer.release()
    with balancer.connect() as client:
        client.send(get())
        assert client.reply().status == 200


def test_a_connection_that_ends_with_its_request(serve: Serve) -> None:
    """Both are read at once."""
    balancer = serve(cold=True)
    with balancer.connect() as client:
        client.send(GONE)
        client.end()
        assert client.rest() == b""
        assert balancer.record().status == 460


def test_requests_sent_ahead_are_not_begun(serve: Serve) -> None:
    balancer = serve(cold=True)
    with balancer.connect() as client:
        client.send(GONE * 100)
        balancer.event()
        client.reset()
        assert balancer.taken_back()
    balancer.release()
    assert balancer.nothing_invoked()


def test_a_stream_that_is_reset(serve: Serve, connect: Connect, certificate: Certificate) -> None:
    balancer = serve(certificate=certificate, cold=True)
    client = connect(balancer)
    stream = client.begin("/gone")
    other = client.begin("/other")
    balancer.event()
    client.h2.reset_stream(stream)
    client.flush()
    assert b"/gone" in balancer.taken_back()
    record = balancer.record()
    assert (record.target, record.status) == ("/gone", 460)
    balancer.release()
    assert client.answer(other).status == 200


def test_a_stream_that_is_reset_before_it_was_looked_at(
    serve: Serve, connect: Connect, certificate: Certificate
) -> None:
    balancer = serve(certificate=certificate)
    client = connect(balancer)
    client.raw(headers(1, path="/gone") + frame(http2.RST_STREAM, b"\0\0\0\x08", 0, 1))
    record = balancer.record()
    assert (record.target, record.status) == ("/gone", 460)
    assert balancer.nothing_invoked()


def test_a_connection_over_http_2_that_ends(serve: Serve, connect: Connect, certificate: Certificate) -> None:
    balancer = serve(certificate=certificate, cold=True)
    client = connect(balancer)
    for number in range(20):
        client.begin(f"/{number}")
        balancer.event()
    client.socket.close()
    assert {balancer.record().status for _ in range(20)} == {460}
    balancer.release()
    assert connect(balancer).get().status == 200


def test_a_client_that_has_gone_before_it_was_accepted(
    serve: Serve, loop: Loop, caplog: pytest.LogCaptureFixture
) -> None:
    """A scanner's connections leave no traceback each."""
    balancer = serve()
    held, go_on = threading.Event(), threading.Event()

    def hold() -> Any:
        held.set()
        return go_on.wait()

    loop.loop.call_soon_threadsafe(hold)
    assert held.wait(10)
    for _ in range(20):
        balancer.connect().reset()
    with caplog.at_level(logging.DEBUG):
        go_on.set()
        with balancer.connect() as client:
            client.send(get())
            assert client.reply().status == 200
    assert not [record for record in caplog.records if record.levelno > logging.INFO]
