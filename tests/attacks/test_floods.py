"""Clients that send much and ask for nothing: they are cut off, and the others are served all the while.

RFC 9113 section 10.5 names the frames; the attacks are CVE-2019-9512 (PING), 9515 (SETTINGS), 9513
(PRIORITY), 9518 (empty frames), CVE-2023-44487 (rapid reset), CVE-2024-27316 (CONTINUATION).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from h2.errors import ErrorCodes

from localalb.http import http1
from localalb.serving import budget, http1_connection, turns
from localalb.serving.tls import Certificate
from tests.attacks import http2
from tests.attacks.http2 import Connect, frame, headers
from tests.cases.refusals import chunked, get
from tests.socket.conftest import Serve

CALM = ErrorCodes.ENHANCE_YOUR_CALM
COUNT = 4 * budget.BURST
POST = headers(1, http2.END_HEADERS, method="POST")


@dataclass(frozen=True)
class Flood:
    """Some bytes, and those that follow them again and again."""

    id: str
    each: bytes
    before: bytes = b""
    ending: ErrorCodes = CALM


FLOODS = [
    Flood("ping", frame(http2.PING, b"12345678")),
    Flood("ping-ack", frame(http2.PING, b"12345678", http2.ACK)),
    Flood("settings", frame(http2.SETTINGS)),
    Flood("priority", frame(http2.PRIORITY, b"\0\0\0\0\x10", stream=5)),
    Flood("window-update", frame(http2.WINDOW_UPDATE, b"\0\0\0\1")),
    Flood("unknown", frame(0x42, b"what")),
    Flood("empty-data", frame(http2.DATA, stream=1), POST),
    Flood(
        "continuation", frame(http2.CONTINUATION, stream=1), headers(1, 0), ErrorCodes.PROTOCOL_ERROR
    ),
]  # fmt: skip


@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.id)
def test_frames_that_ask_for_nothing(
    flood: Flood, serve: Serve, connect: Connect, certificate: Certificate
) -> None:
    balancer = serve(certificate=certificate)
    attacker, other = connect(balancer), connect(balancer)
    attacker.raw(flood.before + flood.each * COUNT)
    assert other.get().status == 200
    assert attacker.ending() == flood.ending
    assert other.get().status == 200


def test_rapid_reset(serve: Serve, connect: Connect, certificate: Certificate) -> None:
    """CVE-2023-44487: requests that are cancelled at once, which no limit of streams bounds."""
    balancer = serve(certificate=certificate, cold=True)
    attacker = connect(balancer)
    cancel = b"\0\0\0\x08"
    streams = range(1, 2 * COUNT, 2)
    attacker.raw(b"".join(headers(each) + frame(http2.RST_STREAM, cancel, 0, each) for each in streams))
    assert attacker.ending() == CALM
    balancer.release()
    assert connect(balancer).get().status == 200
    assert balancer.invoked() <= budget.BURST + 100, "the tokens, and those that grew meanwhile"


def test_a_frame_longer_than_any_may_be(serve: Serve, connect: Connect, certificate: Certificate) -> None:
    """Refused for what its header says, before it is kept (RFC 9113 section 4.2)."""
    attacker = connect(serve(certificate=certificate))
    attacker.raw(b"\xff\xff\xff" + frame(http2.DATA, stream=1)[3:])
    assert attacker.ending() == ErrorCodes.FRAME_SIZE_ERROR


def test_pings_between_requests_are_no_flood(
    serve: Serve, connect: Connect, certificate: Certificate
) -> None:
    client = connect(serve(certificate=certificate))
    for _ in range(budget.BURST // 4):
        client.raw(frame(http2.PING, b"12345678") * budget.FOR_AN_ANSWER)
        assert client.get().status == 200


@dataclass(frozen=True)
class Refused:
    """Bytes that are answered with 400."""

    id: str
    sent: bytes


@pytest.mark.parametrize(
    "case",
    [
        Refused("empty-lines", b"\r\n" * http1.MAX_EMPTY_LINES),
        Refused("empty-lines-lf", b"\n" * 2 * http1.MAX_EMPTY_LINES),
        Refused("extensions", chunked((b"1;" + b"x" * 1000 + b"\r\nx\r\n") * 20)),
    ],
    ids=lambda case: case.id,
)
def test_bytes_that_ask_for_nothing(case: Refused, serve: Serve) -> None:
    balancer = serve()
    with balancer.connect() as attacker:
        attacker.send(case.sent)
        assert attacker.reply().status == 400
        assert attacker.rest() == b""
    assert balancer.nothing_invoked()


def test_others_get_their_turn(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest chunks are a request all the same. It is read in many turns, between which the others
    are served."""
    monkeypatch.setattr(turns, "TURN", 0)
    left: list[bool] = []
    take = turns.take

    def counted(step: Callable[[], bool]) -> bool:
        left.append(take(step))
        return left[-1]

    monkeypatch.setattr(turns, "take", counted)
    balancer = serve()
    sent = chunked(b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n")
    with balancer.connect() as attacker:
        attacker.send(sent)
        assert attacker.reply().status == 200
    assert sum(left) >= len(sent) // http1_connection.SLICE - 1


def test_requests_sent_ahead_are_not_read_ahead(serve: Serve) -> None:
    """However many requests a client sends before it reads an answer: all are answered."""
    balancer = serve(held=True)
    sent = get() * 5000
    with balancer.connect() as client:
        client.send(sent)
        balancer.event()
        (connection,) = balancer.protocols()
        balancer.release()
        most = 0
        for _ in range(5000):
            most = max(most, len(connection._waiting))
            assert client.reply().status == 200
    assert most * len(get()) <= 2 * http1_connection.SLICE
