"""Addresses behind a client of HTTP/2: bodies stream both ways on each of its streams."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

import pytest

from localalb.serving import tls
from tests.certificates import Authority
from tests.cloud.secure import Http2
from tests.connection import TIMEOUT
from tests.socket.balancer import Balancer
from tests.socket.conftest import Serve
from tests.socket.targets import Peer, Server, answering, group, serving
from tests.socket.test_targets import OK, echo

NAME = "h2.example"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@contextmanager
def connected(
    serve: Serve, authority: Authority, server: Server, version: str = "HTTP1"
) -> Iterator[tuple[Balancer, Http2]]:
    issued = authority.issue(NAME)
    certificate = tls.Certificate("arn", issued.certificate, issued.private_key, issued.chain)
    balancer = serve(certificate=certificate, port=443, groups=group(server.address, version=version))
    with Http2(balancer.address, authority.context("h2"), NAME) as client:
        yield balancer, client


def test_the_head(serve: Serve, authority: Authority) -> None:
    """In HTTP/1.1, whatever the client speaks (user guide, "Protocol version")."""
    with serving(OK) as server, connected(serve, authority, server) as (_, client):
        answer = client.get("/a?b", "GET", ("x-a", "1"))
        assert (answer.status, answer.body) == (200, b"ok")
        assert dict(answer.headers)["content-length"] == "2"
        head = server.heads.get(timeout=TIMEOUT)
        assert head.startswith(b"GET /a?b HTTP/1.1\r\nHost: h2.example\r\n")
        assert b"\r\nX-Forwarded-Proto: https\r\n" in head
        assert b"\r\nx-a: 1\r\n" in head
        assert client.get("/", "HEAD").status == 200


@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
@pytest.mark.parametrize("sized", [False, True], ids=["chunked", "sized"])
def test_bodies(size: int, sized: bool, serve: Serve, authority: Authority) -> None:
    body = b"b" * size
    length = (("content-length", str(size)),) if sized else ()
    with serving(echo) as server, connected(serve, authority, server) as (balancer, client):
        stream = client.begin("/", "POST", *length, end=False)
        client.send(stream, body)
        answer = client.answer(stream)
        assert (answer.status, answer.body) == (200, body)
        assert balancer.entry().status == 200
        assert balancer.record().why == ""


def test_each_piece_goes_on_at_once(serve: Serve, authority: Authority) -> None:
    with serving(echo) as server, connected(serve, authority, server) as (_, client):
        stream = client.begin("/", "POST", end=False)
        answer = client._answers[stream]
        for n in range(1, 5):
            client.h2.send_data(stream, b"piece")
            client.flush()
            while answer.body != b"piece" * n:
                assert client.receive()
        client.h2.end_stream(stream)
        client.flush()
        assert client.answer(stream).ended


def test_streams_do_not_wait_for_each_other(serve: Serve, authority: Authority) -> None:
    gate = threading.Event()

    def talk(peer: Peer) -> None:
        while True:
            if b"/slow" in peer.head():
                gate.wait(TIMEOUT)
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with serving(talk) as server, connected(serve, authority, server) as (_, client):
        slow = client.begin("/slow")
        assert client.get("/fast").body == b"ok"
        gate.set()
        assert client.answer(slow).body == b"ok"


def test_an_answer_that_breaks_off_resets_its_stream(serve: Serve, authority: Authority) -> None:
    broken = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", keep=False)
    with serving(broken) as server, connected(serve, authority, server) as (balancer, client):
        answer = client.get()
        assert (answer.status, answer.reset) == (200, True)
        assert balancer.entry().status == 502
        assert client.get().status == 200, "the connection goes on"


def test_an_answer_before_the_body_is_over(serve: Serve, authority: Authority) -> None:
    with serving(OK) as server, connected(serve, authority, server) as (_, client):
        stream = client.begin("/", "POST", end=False)
        answer = client.answer(stream)
        assert (answer.status, answer.body) == (200, b"ok")
        assert client.get().body == b"ok"


def test_a_client_that_cancels_ends_the_request(serve: Serve, authority: Authority) -> None:
    gone: Queue[bool] = Queue()

    def talk(peer: Peer) -> None:
        peer.head()
        try:
            peer.head()
        except (EOFError, OSError):
            gone.put(True)

    with serving(talk) as server, connected(serve, authority, server) as (balancer, client):
        stream = client.begin()
        server.heads.get(timeout=TIMEOUT)
        client.h2.reset_stream(stream)
        client.flush()
        assert gone.get(timeout=TIMEOUT)
        assert balancer.entry().status == 460


def test_a_target_is_not_read_faster_than_its_client(serve: Serve, authority: Authority) -> None:
    sent: Queue[int] = Queue()

    def talk(peer: Peer) -> None:
        peer.head()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\n")
        peer.socket.settimeout(2)
        total = 0
        try:
            while True:
                total += peer.socket.send(b"x" * 65536)
        except TimeoutError:
            sent.put(total)

    with serving(talk) as server, connected(serve, authority, server) as (_, client):
        client.acknowledge = False
        client.begin()
        assert sent.get(timeout=TIMEOUT) < 100_000_000


def test_http2_is_not_spoken_to_targets(serve: Serve, authority: Authority) -> None:
    with serving(OK) as server, connected(serve, authority, server, "HTTP2") as (balancer, client):
        assert client.get().status == 500
        assert "localalb does not speak HTTP2 to targets" in balancer.record().why
    assert server.connections == 0
