"""What becomes of a connection: split reads, pipelining, keep-alive, early ends; RFC 9110 and RFC 9112."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localalb.runtime.result import Result
from tests.cases.refusals import chunked, get, post
from tests.socket.balancer import result
from tests.socket.conftest import Serve

GET = get()
CLOSE = get(b"/last", b"Connection: close")
POST = post(b"Content-Length: 11", body=b"hello world")
CHUNKED = chunked(b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n")
GARBAGE = b"\x01\x02 no request\r\n\r\n"


def echo(payload: bytes) -> Result:
    """A function that answers with what it was asked."""
    event = json.loads(payload)
    asked = f"{event['httpMethod']} {event['path']} {event['body']}"
    return result(json.dumps({"statusCode": 200, "body": asked}).encode())


def body(balancer: Any) -> str:
    return str(json.loads(balancer.event())["body"])


@pytest.mark.parametrize("sent", [POST, CHUNKED], ids=["length", "chunked"])
def test_a_byte_at_a_time(sent: bytes, serve: Serve) -> None:
    balancer = serve()
    with balancer.connect() as client:
        for byte in sent:
            client.send(bytes([byte]))
        assert client.reply().status == 200
    assert body(balancer) == "hello world"


@pytest.mark.parametrize("sent", [POST, CHUNKED], ids=["length", "chunked"])
def test_split_anywhere(sent: bytes, serve: Serve) -> None:
    balancer = serve()
    with balancer.connect() as client:
        for place in range(1, len(sent)):
            client.send(sent[:place])
            client.send(sent[place:])
            assert client.reply().status == 200
            assert body(balancer) == "hello world"


def test_the_next_sentin_the_same_packet(serve: Serve) -> None:
    """The second begins in the middle of a read, and ends in another."""
    balancer = serve(answer=echo)
    with balancer.connect() as client:
        for place in range(1, len(POST)):
            client.send(CHUNKED + POST[:place])
            client.send(POST[place:])
            assert [client.reply().body for _ in range(2)] == [b"POST / hello world"] * 2


def test_pipelining(serve: Serve) -> None:
    """Answers come in the order of the requests."""
    balancer = serve(answer=echo)
    requests = [get(b"/%d" % n) if n % 3 else post(b"Content-Length: 2", body=b"%02d" % n) for n in range(60)]
    wanted = [b"GET /%d " % n if n % 3 else b"POST / %02d" % n for n in range(60)]
    with balancer.connect() as client:
        client.send(b"".join(requests))
        assert [client.reply().body for _ in range(60)] == wanted


def test_nothing_is_answered_behind_close(serve: Serve) -> None:
    balancer = serve(answer=echo)
    with balancer.connect() as client:
        client.send(GET + CLOSE + get(b"/never"))
        assert client.reply().values("connection") == ["keep-alive"]
        reply = client.reply()
        assert (reply.body, reply.values("connection")) == (b"GET /last ", ["close"])
        assert client.rest() == b""
    assert [json.loads(balancer.event())["path"] for _ in range(2)] == ["/", "/last"]
    assert balancer.nothing_invoked()


def test_keep_alive(serve: Serve) -> None:
    balancer = serve(answer=echo)
    with balancer.connect() as client:
        for n in range(5):
            client.send(get(b"/%d" % n))
            reply = client.reply()
            assert (reply.version, reply.body) == ("HTTP/1.1", b"GET /%d " % n)
            assert reply.values("connection") == ["keep-alive"]


@pytest.mark.parametrize("value", [b"close", b"Close", b"TE, close"])
def test_connection_close(value: bytes, serve: Serve) -> None:
    with serve().connect() as client:
        client.send(get(b"/", b"Connection: " + value))
        assert client.reply().values("connection") == ["close"]
        assert client.rest() == b""


def test_http_1_0(serve: Serve) -> None:
    """Closed behind the response; the response is HTTP/1.1 all the same (RFC 9110, section 2.5)."""
    with serve().connect() as client:
        client.send(get(version=b"HTTP/1.0"))
        reply = client.reply()
        assert (reply.version, reply.status, reply.values("connection")) == ("HTTP/1.1", 200, ["close"])
        assert client.rest() == b""


def test_http_1_0_keep_alive(serve: Serve) -> None:
    with serve().connect() as client:
        for _ in range(2):
            client.send(get(b"/", b"Connection: keep-alive", version=b"HTTP/1.0"))
            assert client.reply().values("connection") == ["keep-alive"]


@pytest.mark.parametrize(
    ("method", "status"), [(b"HEAD", 200), (b"HEAD", 502), (b"GET", 204), (b"GET", 304), (b"HEAD", 404)]
)
def test_what_has_no_body_leaves_the_connection_in_step(method: bytes, status: int, serve: Serve) -> None:
    answers = [result(b'{"statusCode": %d, "body": "hello"}' % status), result(b'{"statusCode": 201}')]
    if status == 502:
        answers[0] = result(b"{}")
    balancer = serve(answer=lambda _: answers.pop(0))
    with balancer.connect() as client:
        client.send(get(method=method) + GET)
        assert client.reply(method.decode()).status == status
        assert client.reply().status == 201


def test_expect_100_continue(serve: Serve) -> None:
    """The client waits for the word before it sends the body (RFC 9110, section 10.1.1)."""
    balancer = serve(answer=echo)
    with balancer.connect() as client:
        for _ in range(2):
            client.send(post(b"Expect: 100-continue", b"Content-Length: 5"))
            assert client.reply().status == 100
            client.send(b"hello")
            assert client.reply().body == b"POST / hello"


def test_expect_100_continue_unheeded(serve: Serve) -> None:
    """A client need not wait; an interim response may come all the same."""
    balancer = serve(answer=echo)
    with balancer.connect() as client:
        client.send(post(b"Expect: 100-continue", b"Content-Length: 5", body=b"hello"))
        reply = client.reply()
        if reply.status == 100:
            reply = client.reply()
        assert reply.body == b"POST / hello"


def test_empty_lines_before_a_request(serve: Serve) -> None:
    """RFC 9112, section 2.2."""
    with serve().connect() as client:
        for _ in range(2):
            client.send(b"\r\n\r\n" + GET)
            assert client.reply().status == 200


def test_a_client_that_sends_no_more_is_answered(serve: Serve) -> None:
    balancer = serve(held=True)
    with balancer.connect() as client:
        client.send(GET)
        client.end()
        balancer.event()
        balancer.release()
        assert client.reply().status == 200
        assert client.rest() == b""


def test_what_is_owed_comes_before_a_refusal(serve: Serve) -> None:
    balancer = serve(held=True)
    with balancer.connect() as client:
        client.send(GET + GARBAGE + GET)
        balancer.event()
        balancer.release()
        assert client.reply().status == 200
        reply = client.reply()
        assert (reply.status, reply.values("connection")) == (400, ["close"])
        assert client.rest() == b""
    assert balancer.nothing_invoked()


@pytest.mark.parametrize("ambiguous", [b"Content-Length: 4", b"Content-Length: 30"])
def test_nothing_is_smuggled(ambiguous: bytes, serve: Serve) -> None:
    """Two lengths: the chunks count, and what stands behind them is never taken for a request."""
    balancer = serve(answer=echo)
    with balancer.connect() as client:
        client.send(post(ambiguous, b"Transfer-Encoding: chunked", body=b"0\r\n\r\n") + get(b"/smuggled"))
        assert client.reply().body == b"POST / "
        assert client.rest() == b""
    balancer.event()
    assert balancer.nothing_invoked()


def test_an_upgrade_is_answered_once(serve: Serve) -> None:
    balancer = serve(answer=echo)
    with balancer.connect() as client:
        client.send(get(b"/a", b"Connection: Upgrade", b"Upgrade: h2c"))
        assert client.reply().body == b"GET /a "
        client.send(get(b"/b"))
        assert client.reply().body == b"GET /b "


def test_a_refused_upgrade_is_answered_once(serve: Serve) -> None:
    balancer = serve(answer=echo)
    with balancer.connect() as client:
        client.send(get(b"/a", b"Connection: Upgrade, close", b"Upgrade: websocket"))
        assert client.reply().status == 400
        assert client.rest() == b""
    assert balancer.nothing_invoked()


def test_a_client_that_hangs_up_early(serve: Serve) -> None:
    """460 in the journal, and the next client is served (Troubleshoot, HTTP 460)."""
    balancer = serve(held=True)
    with balancer.connect() as client:
        client.send(get(b"/gone"))
        balancer.event()
        client.reset()
    balancer.release()
    record = balancer.record()
    assert (record.target, record.status) == ("/gone", 460)
    assert record.why
    with balancer.connect() as client:
        client.send(GET)
        assert client.reply().status == 200


def test_clients_that_only_connect(serve: Serve) -> None:
    balancer = serve()
    for _ in range(20):
        balancer.connect().reset()
    with balancer.connect() as client:
        client.send(GET)
        assert client.reply().status == 200
    assert balancer.record().status == 200


def test_a_slow_function_holds_up_nobody_else(serve: Serve) -> None:
    balancer = serve(held=True)
    with balancer.connect() as slow, balancer.connect() as other:
        slow.send(GET)
        balancer.event()
        other.send(get(method=b"TRACE"))
        assert other.reply().status == 405
        balancer.release()
        assert slow.reply().status == 200


def test_a_response_larger_than_the_buffers(serve: Serve) -> None:
    """Several in a row to a client that does not read: nothing is lost when it does."""
    large = "x" * 1_000_000
    balancer = serve(answer=lambda _: result(json.dumps({"statusCode": 200, "body": large}).encode()))
    with balancer.connect() as client:
        client.send(GET * 10)
        assert [len(client.reply().body) for _ in range(10)] == [1_000_000] * 10
