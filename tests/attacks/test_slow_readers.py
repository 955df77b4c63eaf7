"""Clients that ask and do not read, or send and do not end: what is kept for them is bounded, and they are
ended when nothing has moved for the idle timeout.
"""

from __future__ import annotations

import json

import pytest
from h2.settings import SettingCodes

from localalb.runtime.result import Result
from localalb.serving import http2_connection
from localalb.serving.http2_connection import Http2
from localalb.serving.tls import Certificate
from tests.attacks.http2 import Connect
from tests.cases.refusals import get
from tests.socket.balancer import Balancer, result
from tests.socket.conftest import Serve
from tests.waiting import until

SIZE = 700_000
WINDOW = 2**31 - 1
IDLE = {"idle_timeout.timeout_seconds": "1"}


def large(_: bytes) -> Result:
    return result(json.dumps({"statusCode": 200, "body": "x" * SIZE}).encode())


def kept(balancer: Balancer) -> int:
    """The bytes of answers that were not sent yet, over HTTP/2."""
    found = 0
    for protocol in balancer.protocols():
        assert isinstance(protocol, Http2)
        found += protocol._transport.get_write_buffer_size()
        found += sum(len(stream.unsent or b"") for stream in list(protocol._streams.values()))
    return found


@pytest.mark.parametrize("requests", [1, 2], ids=["one", "the-next-sent-ahead"])
def test_an_answer_that_nobody_reads(requests: int, serve: Serve) -> None:
    """Larger than what the kernel takes; the connection ends all the same."""
    body = json.dumps({"statusCode": 200, "body": "x" * 1_000_000}).encode()
    balancer = serve(answer=lambda _: result(body), attributes=IDLE)
    with balancer.connect() as client:
        client.send(get() * 12 * requests)
        assert until(lambda: not balancer.protocols())
    with balancer.connect() as client:
        client.send(get())
        assert client.reply().status == 200


def test_a_last_answer_that_nobody_reads(serve: Serve) -> None:
    """Behind `Connection: close` too, when what is left to do is to wait for the client."""
    body = json.dumps({"statusCode": 200, "body": "x" * 1_000_000}).encode()
    balancer = serve(answer=lambda _: result(body), attributes=IDLE)
    with balancer.connect() as client:
        client.send(get() * 8 + get(b"/", b"Connection: close"))
        assert until(lambda: not balancer.protocols())


def test_windows_that_stay_shut(serve: Serve, connect: Connect, certificate: Certificate) -> None:
    balancer = serve(certificate=certificate, answer=large, attributes=IDLE)
    client = connect(balancer, window=0)
    client.begin()
    assert until(lambda: not balancer.protocols())


def test_answers_over_http_2_that_nobody_reads(
    serve: Serve, connect: Connect, certificate: Certificate
) -> None:
    """The windows are open, so the transport must say when it is enough. Nothing is lost: the answers come
    when the client reads."""
    balancer = serve(certificate=certificate, answer=large)
    client = connect(balancer, window=WINDOW)
    client.h2.increment_flow_control_window(WINDOW - 65535)
    client.flush()
    streams = [client.begin() for _ in range(100)]
    assert until(lambda: kept(balancer) > SIZE)
    balancer.settle()
    assert kept(balancer) <= http2_connection.PLACES * SIZE + 2**20
    assert balancer.invoked() < 100
    assert {len(client.answer(stream).body) for stream in streams} == {SIZE}
    assert balancer.invoked() == 100


def test_bodies_that_do_not_end(
    serve: Serve, connect: Connect, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the first streams may send more than one window; the others when these are answered."""
    monkeypatch.setattr(http2_connection, "PLACES", 2)
    balancer = serve(certificate=certificate)
    client = connect(balancer)
    size = 200_000
    streams = [client.begin("/", "POST", end=False) for _ in range(6)]
    sent = dict.fromkeys(streams, 0)

    def send_on(*wanted: int) -> None:
        """Send as much as the windows allow, and read until the other side has seen it."""
        opaque = b"%08d" % sum(sent.values())
        for stream in wanted:
            while count := min(
                client.h2.local_flow_control_window(stream),
                client.h2.max_outbound_frame_size,
                size - sent[stream],
            ):
                client.h2.send_data(stream, b"x" * count)
                sent[stream] += count
        client.ping(opaque)

    while True:
        before = dict(sent)
        send_on(*streams)
        if sent == before:
            break
    assert list(sent.values()) == [size, size, *[65535] * 4]
    for stream in streams:
        while sent[stream] < size:
            send_on(stream)
        client.h2.end_stream(stream)
        client.flush()
        assert client.answer(stream).status == 200


def test_a_window_that_settings_open_is_used(
    serve: Serve, connect: Connect, certificate: Certificate
) -> None:
    balancer = serve(certificate=certificate, answer=large)
    client = connect(balancer, window=0)
    stream = client.begin()
    client.h2.increment_flow_control_window(WINDOW - 65535)
    client.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: WINDOW})
    client.flush()
    assert len(client.answer(stream).body) == SIZE
