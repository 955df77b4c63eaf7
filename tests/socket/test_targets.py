"""The rows of tests/cases/targets.py on sockets: a target that says raw bytes, and a client that does."""

from __future__ import annotations

import json
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from queue import Queue

import pytest

from localalb.balancer.access_log import line
from localalb.balancer.health import TargetHealth
from localalb.balancer.overheard import LONGEST
from localalb.balancer.topology import Address, Forward, TargetGroup
from tests.cases import targets
from tests.cases.requests import TARGET_GROUP
from tests.cases.targets import AnswerCase, ForwardCase, holds
from tests.certificates import Authority
from tests.connection import TIMEOUT
from tests.socket.balancer import TARGET, Balancer
from tests.socket.conftest import Serve
from tests.socket.targets import Peer, answering, group, serving

GET = targets.request()
OK = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
IDLE = {"idle_timeout.timeout_seconds": "1"}


@pytest.mark.parametrize("case", targets.HEADS, ids=lambda case: case.id)
def test_what_a_target_gets(case: ForwardCase, serve: Serve) -> None:
    with serving(OK) as server:
        balancer = serve(groups=group(server.address), attributes=case.attributes, port=case.port)
        with balancer.connect() as client:
            client.send(case.sent)
            assert client.reply().status == 200
        head = server.heads.get(timeout=TIMEOUT)
    for found in case.has:
        assert found + b"\r\n" in head
    for missing in case.lacks:
        assert missing not in head


@pytest.mark.parametrize("case", targets.ANSWERS, ids=lambda case: case.id)
def test_what_a_client_gets(case: AnswerCase, serve: Serve) -> None:
    with serving(answering(case.says, keep=False)) as server:
        balancer = serve(groups=group(server.address))
        with balancer.connect() as client:
            client.send(targets.request("Connection: close", start=f"{case.method} / HTTP/1.1"))
            reply = client.head()
            rest = client.rest()
    assert reply.status == case.status, balancer.record().why
    if case.reason is not None:
        assert reply.reason == case.reason
    if case.body is not None:
        assert (unchunked(rest) if reply.values("transfer-encoding") else rest) == case.body
    for pair in case.has:
        assert pair in reply.headers or pair == ("Connection", "keep-alive")
    for name in case.lacks:
        assert reply.values(name) == []
    record = balancer.record()
    assert (record.why != "") == (case.status == 502)


def unchunked(data: bytes) -> bytes:
    body = b""
    while True:
        size, _, data = data.partition(b"\r\n")
        if not int(size, 16):
            assert data == b"\r\n"
            return body
        body, data = body + data[: int(size, 16)], data[int(size, 16) + 2 :]


def closed_port() -> Address:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    return Address("127.0.0.1", port, ("127.0.0.1", port))


@holds("target-refuses", "log-times")
def test_a_target_that_refuses(serve: Serve) -> None:
    balancer = serve(groups=group(closed_port()))
    with balancer.connect() as client:
        client.send(GET)
        assert client.reply().status == 502
    assert "takes no connection" in balancer.record().why
    entry = balancer.entry()
    assert entry.refused
    assert line(entry).split(" ")[4:9] == [entry.target, "-1", "-1", "-1", "502"]


@holds("target-resets")
def test_a_target_that_resets(serve: Serve) -> None:
    def talk(peer: Peer) -> None:
        peer.head()
        peer.reset()

    with serving(talk) as server, serve(groups=group(server.address)).connect() as client:
        client.send(GET)
        assert client.reply().status == 502


@holds("target-silent")
def test_a_target_that_is_silent(serve: Serve) -> None:
    with serving(answering(b"")) as server:
        balancer = serve(groups=group(server.address), attributes=IDLE)
        with balancer.connect() as client:
            client.send(GET)
            assert client.reply().status == 504


@holds("target-stops-in-the-body")
def test_a_target_that_stops_in_the_body(serve: Serve) -> None:
    with serving(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")) as server:
        balancer = serve(groups=group(server.address), attributes=IDLE)
        with balancer.connect() as client:
            client.send(GET)
            assert client.rest().endswith(b"\r\n\r\nhalf")
        assert balancer.entry().status == 504


@holds("target-hangs-up-when-reused")
def test_a_kept_connection_that_ends_with_the_next_request(serve: Serve) -> None:
    def talk(peer: Peer) -> None:
        peer.head()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        peer.head()

    with serving(talk) as server, serve(groups=group(server.address)).connect() as client:
        client.send(GET)
        assert client.reply().status == 200
        client.send(GET)
        assert client.reply().status == 502
        assert server.connections == 1


@holds("target-hung-up-before")
def test_a_connection_that_was_closed_is_not_used(serve: Serve) -> None:
    closed = threading.Event()

    def talk(peer: Peer) -> None:
        peer.head()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        peer.socket.close()
        closed.set()

    with serving(talk) as server:
        balancer = serve(groups=group(server.address))
        with balancer.connect() as client:
            for _ in range(3):
                closed.clear()
                client.send(GET)
                assert client.reply().status == 200
                assert closed.wait(TIMEOUT)
                balancer.settle()
        assert server.connections == 3


def test_what_a_target_says_unasked_answers_nobody(serve: Serve) -> None:
    """A response that came before its request would be another client's."""
    said = threading.Event()

    def talk(peer: Peer) -> None:
        peer.head()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        said.set()
        peer.head()

    with serving(talk) as server:
        balancer = serve(groups=group(server.address))
        for _ in range(3):
            with balancer.connect() as client:
                client.send(GET)
                assert client.reply().body == b""
                assert said.wait(TIMEOUT)
                balancer.settle()


@holds("no-target")
def test_no_target(serve: Serve) -> None:
    balancer = serve(groups=group())
    with balancer.connect() as client:
        client.send(GET)
        assert client.reply().status == 503
    assert balancer.record().why == "the target group web has no registered target"


MISMATCHES = (("GRPC", GET), ("HTTP2", GET), ("HTTP1", targets.request("Content-Type: application/grpc")))


@holds("http1-to-grpc")
@pytest.mark.parametrize(("version", "sent"), MISMATCHES, ids=["grpc", "http2", "http1"])
def test_another_version(version: str, sent: bytes, serve: Serve) -> None:
    with serve(groups=group(closed_port(), version=version)).connect() as client:
        client.send(sent)
        assert client.reply().status == 464


def held(server_gate: threading.Event) -> Callable[[Peer], None]:
    def talk(peer: Peer) -> None:
        while True:
            peer.head()
            server_gate.wait(TIMEOUT)
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    return talk


@holds("deregistered-too-long")
@pytest.mark.parametrize("delay", ["0", "3600"])
def test_a_request_that_outlasts_its_target(delay: str, serve: Serve) -> None:
    gate = threading.Event()
    with serving(held(gate)) as server:
        attributes = {"deregistration_delay.timeout_seconds": delay}
        balancer = serve(groups=group(server.address, attributes=attributes))
        with balancer.connect() as client:
            client.send(GET)
            server.heads.get(timeout=TIMEOUT)
            balancer.call(lambda: balancer.addresses.apply({}))
            if delay != "0":
                gate.set()
            assert client.reply().status == (502 if delay == "0" else 200)
    gate.set()


def echo(peer: Peer) -> None:
    """Answers with the body, in chunks, as it comes."""
    while True:
        head = peer.head().lower()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        if b"transfer-encoding: chunked" in head:
            while data := peer.body(int(peer.until(b"\r\n"), 16)):
                peer.until(b"\r\n")
                peer.send(b"%x\r\n%b\r\n" % (len(data), data))
            peer.until(b"\r\n")
        else:
            left = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
            while left:
                data = peer.some(left)
                peer.send(b"%x\r\n%b\r\n" % (len(data), data))
                left -= len(data)
        peer.send(b"0\r\n\r\n")


@holds("body-streams", "answer-streams", "log-target")
@pytest.mark.parametrize("chunked", [False, True], ids=["sized", "chunked"])
def test_bodies_stream(chunked: bool, serve: Serve) -> None:
    """Each piece comes back before the next one is sent; in all it is more than a function may get."""
    piece = b"p" * 100_000
    start = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(piece) * 20}"
    with serving(echo) as server:
        balancer = serve(groups=group(server.address))
        with balancer.connect() as client:
            for _ in range(2):
                client.send(targets.request(start, start="POST / HTTP/1.1"))
                assert client.head().values("transfer-encoding") == ["chunked"]
                for _ in range(20):
                    client.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                    assert client.chunked(len(piece)) == piece
                client.send(b"0\r\n\r\n" if chunked else b"")
                assert client.chunked(0) == b""
                entry = balancer.entry()
                assert entry.request.taken > 2_000_000
                assert entry.target == f"127.0.0.1:{server.port}"
                assert f' "{entry.target}" "200" ' in line(entry)
        assert server.connections == 1


def test_requests_that_come_together(serve: Serve) -> None:
    """Bodies that flow, of no length and of one, and what stands behind them in the same bytes."""
    chunks = targets.request("Transfer-Encoding: chunked", start="POST / HTTP/1.1")
    sized = targets.request("Content-Length: 3", start="PUT / HTTP/1.1")
    with serving(echo) as server, serve(groups=group(server.address)).connect() as client:
        client.send(
            chunks + b"2\r\nab\r\n0\r\n\r\n" + sized + b"cde" + chunks + b"1\r\nf\r\n0\r\n\r\n" + sized
        )
        for expected in (b"ab", b"cde", b"f"):
            assert client.reply().body == expected
        client.send(b"ghi")
        assert client.reply().body == b"ghi"


@holds("body-cut-short")
def test_a_body_cut_short(serve: Serve) -> None:
    ended: Queue[bytes] = Queue()

    def talk(peer: Peer) -> None:
        peer.head()
        try:
            peer.body(9)
        except (EOFError, OSError):
            ended.put(peer.buffer)

    with serving(talk) as server, serve(groups=group(server.address)).connect() as client:
        client.send(targets.request("Content-Length: 9", start="POST / HTTP/1.1") + b"half")
        server.heads.get(timeout=TIMEOUT)
        client.end()
        assert client.reply().status == 400
        assert ended.get(timeout=TIMEOUT) == b"half"


@holds("body-stops")
def test_a_body_that_stops(serve: Serve) -> None:
    with serving(echo_later) as server:
        balancer = serve(groups=group(server.address), attributes=IDLE)
        with balancer.connect() as client:
            client.send(targets.request("Content-Length: 9", start="POST / HTTP/1.1") + b"half")
            assert client.reply().status == 408


def echo_later(peer: Peer) -> None:
    peer.head()
    peer.body(9)


@holds("body-continue")
def test_continue(serve: Serve) -> None:
    with serving(echo) as server, serve(groups=group(server.address)).connect() as client:
        client.send(targets.request("Content-Length: 4", "Expect: 100-continue", start="POST / HTTP/1.1"))
        assert client.reply().status == 100
        client.send(b"body")
        assert client.reply().body == b"body"
        assert b"xpect" not in server.heads.get(timeout=TIMEOUT)


@holds("answer-before-the-body")
def test_an_answer_before_the_body_is_over(serve: Serve) -> None:
    with serving(answering(b"HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno")) as server:
        balancer = serve(groups=group(server.address))
        with balancer.connect() as client:
            client.send(targets.request("Content-Length: 9000", start="POST / HTTP/1.1") + b"half")
            reply = client.reply()
            assert (reply.status, reply.body) == (413, b"no")
            assert client.rest() == b""


def shared_with_a_function() -> dict[str, object]:
    """Arguments of `serve`: a rule forwards to a function, and might to addresses."""
    other = TARGET_GROUP + "2"
    groups = {TARGET_GROUP: TargetGroup(TARGET_GROUP, "demo", targets=(TARGET,))}
    groups[other] = TargetGroup(other, "web", type="ip")
    return {"groups": groups, "default": Forward(((TARGET_GROUP, 1), (other, 0)))}


@holds("body-stops")
def test_a_body_that_stops_on_its_way_to_a_function(serve: Serve) -> None:
    with serve(**shared_with_a_function(), attributes=IDLE).connect() as client:
        client.send(targets.request("Content-Length: 9", start="POST / HTTP/1.1") + b"half")
        assert client.reply().status == 408


def test_a_body_that_a_function_gets_is_gathered(serve: Serve) -> None:
    """A rule may share its requests between a function and addresses: then it is not known from the start."""
    balancer = serve(**shared_with_a_function())
    with balancer.connect() as client:
        client.send(targets.request("Content-Length: 4", "Content-Type: text/plain", start="POST / HTTP/1.1"))
        client.send(b"body")
        assert client.reply().status == 200
        assert json.loads(balancer.event())["body"] == "body"
        client.send(targets.request(f"Content-Length: {2 << 20}", start="POST / HTTP/1.1") + b"a" * (2 << 20))
        assert client.reply().status == 413


UPGRADE = targets.request("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: a")
SWITCHED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-A: b\r\n\r\n"
)


def talking(peer: Peer) -> None:
    peer.head()
    peer.send(SWITCHED + b"hello")
    while True:
        word = peer.until(b"\n")
        peer.send(word.upper())
        if word == b"bye\n":
            return


@holds("websocket-both-ways", "log-websocket")
def test_a_websocket(serve: Serve) -> None:
    with serving(talking) as server:
        balancer = serve(groups=group(server.address))
        with balancer.connect() as client:
            client.send(UPGRADE)
            reply = client.reply()
            assert reply.status == 101
            assert reply.values("upgrade") == ["websocket"]
            assert reply.values("connection") == ["Upgrade"]
            assert reply.values("sec-a") == ["b"]
            client.send(b"one\n")
            assert client.take(9) == b"helloONE\n"
            client.send(b"x" * 300_000 + b"\n" + b"bye\n")
            assert client.rest() == b"X" * 300_000 + b"\nBYE\n"
        entry = balancer.entry()
        assert (entry.status, entry.talked) == (101, 300_009)
        assert line(entry).startswith("ws ")


def test_a_websocket_whose_client_ends(serve: Serve) -> None:
    ended = threading.Event()

    def talk(peer: Peer) -> None:
        try:
            talking(peer)
        except EOFError:
            ended.set()

    with serving(talk) as server, serve(groups=group(server.address)).connect() as client:
        client.send(UPGRADE)
        assert client.reply().status == 101
        client.end()
        assert ended.wait(TIMEOUT)
        assert client.rest() == b"hello"


@holds("websocket-idle")
def test_a_websocket_that_is_silent(serve: Serve) -> None:
    with serving(talking) as server:
        balancer = serve(groups=group(server.address), attributes=IDLE)
        with balancer.connect() as client:
            client.send(UPGRADE)
            assert client.reply().status == 101
            assert client.rest() == b"hello"


def test_an_upgrade_that_is_refused(serve: Serve) -> None:
    with serving(OK) as server, serve(groups=group(server.address)).connect() as client:
        for _ in range(2):
            client.send(UPGRADE)
            assert client.reply().body == b"ok"
        assert server.connections == 1


def test_a_client_that_goes_ends_its_request(serve: Serve) -> None:
    gone = threading.Event()

    def talk(peer: Peer) -> None:
        peer.head()
        try:
            peer.head()
        except (EOFError, OSError):
            gone.set()

    with serving(talk) as server:
        balancer = serve(groups=group(server.address))
        with balancer.connect() as client:
            client.send(GET)
            server.heads.get(timeout=TIMEOUT)
            client.reset()
            assert gone.wait(TIMEOUT)
        assert balancer.entry().status == 460


def test_a_target_is_not_read_faster_than_its_client(serve: Serve) -> None:
    """What a client does not read stays with the target."""
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

    with serving(talk) as server, serve(groups=group(server.address)).connect() as client:
        client.send(GET)
        assert sent.get(timeout=TIMEOUT) < 100_000_000


SMUGGLED = {
    "a length behind white space": targets.request(
        " Content-Length: 44", "Content-Length: 2", start="POST / HTTP/1.1"
    ),
    "a coding behind white space": targets.request(
        "Content-Length: 2", "Transfer-Encoding : chunked", start="POST / HTTP/1.1"
    ),
    "two lengths": targets.request("Content-Length: 2", "Content-Length: 2", start="POST / HTTP/1.1"),
}


@pytest.mark.parametrize("name", SMUGGLED)
@pytest.mark.parametrize("mode", ["monitor", "defensive"])
def test_nothing_is_smuggled(name: str, mode: str, serve: Serve) -> None:
    """One length goes to the target, and it is the load balancer's."""
    with serving(echo) as server:
        attributes = {"routing.http.desync_mitigation_mode": mode}
        with serve(groups=group(server.address), attributes=attributes).connect() as client:
            client.send(SMUGGLED[name] + b"ab")
            if client.reply().status != 200:
                return
            head = server.heads.get(timeout=TIMEOUT).lower()
            lengths = [row for row in head.split(b"\r\n") if b"content-length" in row or b"coding" in row]
            assert lengths in ([b"content-length: 2"], [b"transfer-encoding: chunked"])


@holds("log-times")
def test_the_times(serve: Serve) -> None:
    """The answer's head is there long before its body: it is the head that counts."""
    gate = threading.Event()

    def talk(peer: Peer) -> None:
        peer.head()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        gate.wait(TIMEOUT)
        peer.send(b"ok")

    with serving(talk) as server:
        balancer = serve(groups=group(server.address))
        with balancer.connect() as client:
            client.send(GET)
            client.head()
            gate.wait(0.2)
            gate.set()
            assert client.take(2) == b"ok"
        entry = balancer.entry()
    assert 0 <= entry.target_duration < entry.finished - entry.created - 0.1


UNHEALTHY = TargetHealth("unhealthy", "Target.Timeout", "Request timed out")


@holds("round-robin")
def test_round_robin(serve: Serve) -> None:
    with serving(OK) as a, serving(OK) as b:
        balancer = serve(groups=group(a.address, b.address))
        assert used(balancer, 6) == [f"127.0.0.1:{each.port}" for each in (a, b)] * 3


SETTINGS = (("slow_start.duration_seconds", "30"), ("load_balancing.algorithm.type", "weighted_random"))


@pytest.mark.parametrize(("name", "value"), SETTINGS, ids=["slow start", "weighted random"])
def test_slow_start_and_weights_change_nothing(name: str, value: str, serve: Serve) -> None:
    with serving(OK) as a, serving(OK) as b:
        balancer = serve(groups=group(a.address, b.address, attributes={name: value}))
        assert used(balancer, 4) == [f"127.0.0.1:{each.port}" for each in (a, b)] * 2


@holds("least-outstanding")
def test_least_outstanding(serve: Serve) -> None:
    gate = threading.Event()
    attributes = {"load_balancing.algorithm.type": "least_outstanding_requests"}
    with serving(held(gate)) as busy, serving(OK) as free:
        balancer = serve(groups=group(busy.address, free.address, attributes=attributes))
        with balancer.connect() as client:
            client.send(GET)
            busy.heads.get(timeout=TIMEOUT)
            assert used(balancer, 5) == [f"127.0.0.1:{free.port}"] * 5
            gate.set()
            assert client.reply().status == 200


def used(balancer: Balancer, times: int) -> list[str]:
    """The targets of so many requests."""
    found = []
    with balancer.connect() as client:
        for _ in range(times):
            client.send(GET)
            assert client.reply().status == 200
            found.append(balancer.entry().target)
    return found


def test_over_ipv6(serve: Serve) -> None:
    with serving(OK, "::1") as server, serve(groups=group(server.address)).connect() as client:
        client.send(GET)
        assert client.reply().body == b"ok"


def test_over_tls(serve: Serve) -> None:
    """User guide, "Routing configuration": "the load balancer does not validate these certificates"."""
    context = certificate()
    with serving(over_tls(OK, context)) as server:
        balancer = serve(groups=group(server.address, protocol="HTTPS"))
        with balancer.connect() as client:
            for _ in range(2):
                client.send(GET)
                assert client.reply().body == b"ok"
        assert server.connections == 1


def test_a_handshake_that_fails(serve: Serve) -> None:
    """User guide, "HTTP 502": an SSL handshake error when connecting to a target."""
    with serving(lambda peer: peer.send(b"no TLS\r\n")) as server:
        balancer = serve(groups=group(server.address, protocol="HTTPS"))
        with balancer.connect() as client:
            client.send(GET)
            assert client.reply().status == 502
        assert "did not shake hands" in balancer.record().why


def certificate() -> ssl.SSLContext:
    """A server's, of nobody that a client trusts."""
    issued = Authority().issue("somebody.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(issued.certificate + issued.chain + issued.private_key)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def over_tls(talk: Callable[[Peer], None], context: ssl.SSLContext) -> Callable[[Peer], None]:
    def secured(peer: Peer) -> None:
        with context.wrap_socket(peer.socket, server_side=True) as wrapped:
            talk(Peer(wrapped, peer.heads))

    return secured


def test_bodies_that_flow_are_kept_as_far_as_there_is_room(serve: Serve) -> None:
    """The inspector shows them: what they begin with, and how long they were."""
    size = 300_000

    def talk(peer: Peer) -> None:
        peer.head()
        peer.body(size)
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"a" * size)

    with serving(talk) as server:
        balancer = serve(groups=group(server.address))
        with balancer.connect() as client:
            client.send(targets.request(f"Content-Length: {size}", start="POST / HTTP/1.1") + b"q" * size)
            assert len(client.reply().body) == size
        balancer.record()
        found = balancer.detail()
    assert found.request.body == b"q" * LONGEST
    assert found.response.body == b"a" * LONGEST
    assert (found.body_size, found.response_size) == (size, size)
