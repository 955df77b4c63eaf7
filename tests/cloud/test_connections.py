"""Connections over HTTP/1.1: how long they are kept, and what desync mitigation makes of odd requests."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.connection import Client, Reply
from tests.sites import Site, Sites, says
from tests.waiting import WAIT, Gate

MODE = "routing.http.desync_mitigation_mode"
PLAIN = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"

# One request of each tier (user guide, "Desync mitigation mode" and "Classification reasons").
COMPLIANT = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
ACCEPTABLE = b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"  # GetHeadZeroContentLength
AMBIGUOUS = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi"  # Duplicate
SEVERE = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi"  # Multiple

ANSWERED, CLOSED, BLOCKED = "answered", "answered and closed", "400 and closed"


@pytest.fixture(scope="module")
def site(cloud: Sites) -> Iterator[Site]:
    with cloud.deployed(says("ok")) as site:
        yield site


def outcome(site: Site, request: bytes) -> str:
    """What becomes of a request and of the connection behind it."""
    with Client(site.address) as client:
        client.send(request)
        first = client.reply()
        if first.status == 400:
            assert client.rest() == b""
            return BLOCKED
        assert first.status == 200
        client.send(PLAIN)
        try:
            assert client.reply().status == 200
        except (EOFError, ConnectionResetError):
            return CLOSED
        return ANSWERED


@pytest.mark.parametrize(
    ("mode", "acceptable", "ambiguous", "severe"),
    [
        ("monitor", ANSWERED, ANSWERED, ANSWERED),
        ("defensive", ANSWERED, CLOSED, BLOCKED),
        ("strictest", BLOCKED, BLOCKED, BLOCKED),
    ],
)
def test_desync_mitigation(
    cloud: Sites, site: Site, mode: str, acceptable: str, ambiguous: str, severe: str
) -> None:
    cloud.configure(site.load_balancer, {MODE: mode})
    assert outcome(site, COMPLIANT) == ANSWERED
    assert outcome(site, ACCEPTABLE) == acceptable
    assert outcome(site, AMBIGUOUS) == ambiguous
    if mode == "monitor":  # which length holds is undefined, so only the answer is looked at
        with Client(site.address) as client:
            client.send(SEVERE + b"x")
            assert client.reply().status == 200
    else:
        assert outcome(site, SEVERE) == severe


def test_connections_are_kept_until_asked_to_close(site: Site) -> None:
    with Client(site.address) as client:
        for _ in range(20):
            client.send(PLAIN)
            assert kept(client.reply())
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert not kept(client.reply())
        assert client.rest() == b""


def test_http_1_0_is_kept_only_when_asked_to(site: Site) -> None:
    with Client(site.address) as client:
        client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert kept(client.reply())
        client.send(b"GET / HTTP/1.0\r\n\r\n")
        assert not kept(client.reply())
        assert client.rest() == b""


def kept(reply: Reply) -> bool:
    assert reply.status == 200
    return reply.values("connection") == ["keep-alive"]


IMPATIENT = 1.0  # seconds of idle timeout


@pytest.fixture(scope="module")
def impatient(cloud: Sites) -> Iterator[Site]:
    code = WAIT + "def handler(event, context):\n    wait(event['path'])\n    return {'statusCode': 200}\n"
    attributes = {"idle_timeout.timeout_seconds": f"{IMPATIENT:.0f}"}
    with cloud.deployed(code, timeout=60, attributes=attributes) as site:
        yield site


def silent(site: Site, sent: bytes) -> tuple[bytes, float]:
    """What comes when no more than this is sent, until the other side hangs up, and how long it waited."""
    with Client(site.address) as client:
        began = time.monotonic()
        client.send(sent)
        return client.rest(), time.monotonic() - began


# When exactly, and what counts as silence: tests/unit/test_http1_connection.py.


@pytest.mark.parametrize(
    "half", [b"GET / HTTP/1.1\r\nHost", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_half_a_request_gets_408_after_the_idle_timeout(impatient: Site, half: bytes) -> None:
    rest, took = silent(impatient, half)
    assert rest.startswith(b"HTTP/1.1 408 ")
    assert b"\r\nConnection: close\r\n" in rest
    assert took > IMPATIENT - 0.01


def test_silence_is_ended_in_silence(impatient: Site) -> None:
    with Client(impatient.address) as client:
        assert client.rest() == b""


def test_a_function_may_take_longer_than_the_idle_timeout(impatient: Site, gate: Gate) -> None:
    with Client(impatient.address) as client, Client(impatient.address) as other:
        client.send(f"GET {gate.path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        with gate.held():
            assert other.rest() == b"", "the idle timeout is over"
        assert kept(client.reply())
        assert client.rest() == b""
