"""Connections over HTTP/1.1: how long they are kept, and what desync mitigation makes of odd requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.sites import Site, Sites, says, sleeps
from tests.socket.balancer import Client, Reply

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


IMPATIENT = 1.0  # seconds of idle timeout; the function takes longer


def until_closed(client: Client) -> tuple[bytes, float]:
    """What still comes until the other side hangs up, and after how many seconds it does."""
    began = time.monotonic()
    return client.rest(), time.monotonic() - began


def sent_and_silent(site: Site, *parts: bytes, answered: bool = False) -> tuple[bytes, float]:
    """Send the parts of a request a moment apart, take the answer if there is to be one, and wait."""
    with Client(site.address) as client:
        for part in parts:
            client.send(part)
            time.sleep(0.4 * IMPATIENT if len(parts) > 1 else 0)
        if answered:
            assert kept(client.reply())
        return until_closed(client)


SCENARIOS: dict[str, Callable[[Site], tuple[bytes, float]]] = {
    "nothing": lambda site: sent_and_silent(site, b""),
    "half a head": lambda site: sent_and_silent(site, b"GET / HTTP/1.1\r\nHost"),
    "no body": lambda site: sent_and_silent(
        site, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"
    ),
    "slowly": lambda site: sent_and_silent(
        site, b"GET / ", b"HTTP/1.1\r\n", b"Host: a\r\n", b"\r\n", answered=True
    ),
    "answered": lambda site: sent_and_silent(site, PLAIN, answered=True),
}


@pytest.fixture(scope="module")
def waited(cloud: Sites) -> Iterator[dict[str, Future[tuple[bytes, float]]]]:
    """What becomes of connections that fall silent, all at the same time."""
    attributes = {"idle_timeout.timeout_seconds": f"{IMPATIENT:.0f}"}
    with cloud.deployed(sleeps(1.3 * IMPATIENT), attributes=attributes) as site, ThreadPoolExecutor() as pool:
        yield {name: pool.submit(scenario, site) for name, scenario in SCENARIOS.items()}


@pytest.mark.parametrize("name", ["half a head", "no body"])
def test_half_a_request_gets_408_after_the_idle_timeout(
    waited: dict[str, Future[tuple[bytes, float]]], name: str
) -> None:
    rest, took = waited[name].result()
    assert rest.startswith(b"HTTP/1.1 408 ")
    assert b"\r\nConnection: close\r\n" in rest
    assert took == pytest.approx(IMPATIENT, abs=0.5)


def test_silence_is_ended_in_silence(waited: dict[str, Future[tuple[bytes, float]]]) -> None:
    rest, took = waited["nothing"].result()
    assert rest == b""
    assert took == pytest.approx(IMPATIENT, abs=0.5)


@pytest.mark.parametrize("name", ["answered", "slowly"])
def test_a_connection_is_idle_again_after_its_answer(
    waited: dict[str, Future[tuple[bytes, float]]], name: str
) -> None:
    """A function may take longer than the idle timeout, and a client that sends a byte before each period
    elapses is waited for. Then "an existing client [...] connection can remain inactive, with no data being
    sent or received" for as long as the timeout says (user guide, "Connection idle timeout")."""
    rest, took = waited[name].result()
    assert rest == b""
    assert took == pytest.approx(IMPATIENT, abs=0.5)
