"""What is kept of a request gives back what went through, and keeps within its bounds."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import replace

import pytest

from localalb.balancer import detail
from localalb.balancer.access_log import Entry
from localalb.balancer.detail import Detail
from localalb.balancer.journal import Journal
from localalb.balancer.overheard import LONGEST
from localalb.balancer.reply import Reply
from localalb.http.head import parse_head
from localalb.http.message import Request, Response
from localalb.runtime.result import Result
from tests.replies import BALANCER, LISTENER


def request(raw: bytes = b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nX-A:  1", body: bytes = b"hello") -> Request:
    """What the connection makes of a head."""
    head = parse_head(raw)
    return Request(
        head.method,
        head.target,
        head.headers,
        body,
        received=2.0,
        began=1.5,
        head=raw,
        size=len(raw) + 4 + len(body),
    )


def reply(came: Request, payload: bytes = b"{}", answer: bytes = b"ok") -> Reply:
    entry = Entry(
        came, BALANCER.arn, 2.0, finished=3.0, target_duration=0.5, status=200, target_group="group"
    )
    response = Response(200, (("Content-Type", "text/plain"),), answer)
    made = Reply(came, response, BALANCER, LISTENER, entry)
    made.payload, made.invoked = payload, 2.25
    made.result = Result("id", b'{"statusCode": 200}', duration=400.0, init=90.0, stream="stream")
    return made


def through(made: Reply) -> Detail:
    return detail.opened(detail.kept(made, {}))


def test_what_went_through_comes_back() -> None:
    made = reply(request())
    found = through(made)
    came = replace(made.request, size=0)  # which nobody asks for
    assert found.entry == replace(made.entry, request=came)
    assert (found.request, found.request.head, found.request.began) == (came, came.head, 1.5)
    assert found.result == made.result
    assert (found.response, found.payload, found.invoked) == (made.response, made.payload, made.invoked)
    assert (found.balancer, found.listener, found.body_size, found.response_size) == (
        BALANCER,
        LISTENER,
        5,
        2,
    )


def test_what_a_transform_made_is_told_apart() -> None:
    made = reply(request())
    made.request = replace(made.request, target="/rewritten", headers=(("host", "y"),))
    found = through(made)
    assert (found.entry.request.target, found.request.target) == ("/a?b=c", "/rewritten")
    assert found.request.first("host") == "y"


def test_a_request_of_http_2_has_no_head_to_read_again() -> None:
    came = Request("GET", "/h2", (("host", "x"),), version="2", secure=True, cipher=("TLSv1.3", "C"))
    found = through(reply(came)).request
    assert (found.method, found.target, found.headers, found.version) == ("GET", "/h2", (("host", "x"),), "2")
    assert (found.secure, found.cipher) == (True, ("TLSv1.3", "C"))


def test_bytes_that_were_no_request() -> None:
    found = through(reply(Request("-", "-", head=b"GET \x00"))).request
    assert (found.method, found.head) == ("-", b"GET \x00")


def test_long_bodies_are_cut_and_their_length_is_known() -> None:
    found = through(reply(request(body=b"x" * (LONGEST + 9)), b"e" * (LONGEST + 1), b"r" * (LONGEST + 2)))
    assert (len(found.request.body), found.body_size) == (LONGEST, LONGEST + 9)
    assert len(found.payload) == LONGEST
    assert (len(found.response.body), found.response_size) == (LONGEST, LONGEST + 2)


MANY = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"\r\n".join(b"a%d: b" % number for number in range(40))


def of_many_fields() -> Request:
    came = request(MANY, b"")
    return replace(came, head=b"", version="2")


@pytest.mark.parametrize("shape", ["small", "large bodies", "many headers", "many fields of HTTP/2"])
def test_all_details_together_keep_within_their_room(shape: str) -> None:
    """The room is of bytes that Python really takes, whatever requests hold."""
    room, count = 256 * 1024, 300
    journal = Journal(room=room)

    def one(number: int) -> Reply:
        filler = b"%d" % number * (2000 if shape == "large bodies" else 1)
        come = {"many headers": lambda: request(MANY), "many fields of HTTP/2": of_many_fields}
        came = come.get(shape, lambda: request(body=filler + b"x"))()
        return reply(came, filler + b"e", filler + b"r")

    tracemalloc.start()
    try:
        for number in range(count):
            journal.add(one(number % 10), {})
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < room + count * 400, "and records"
    assert journal.detail(count) is not None
    assert journal.detail(1) is None, "the oldest are the first to go"
    assert [each["detail"] for each in journal.as_json()[:: count - 1]] == [False, True]


def test_the_garbage_collector_has_one_object_a_request() -> None:
    """Others would cost each request a share of looking through all of them."""
    journal = Journal()
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(1000):
        journal.add(reply(request()), {})
    for _ in range(3):
        gc.collect()  # a tuple of tuples of text is let go when those inside are
    assert len(gc.get_objects()) - before < 1100
