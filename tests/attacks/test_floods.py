"""Clients that send for ever or have gone: their connection ends, and nobody else's is any worse for it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest
from h2.errors import ErrorCodes

from tests.cloud.certificates import Authority
from tests.cloud.secure import Http2
from tests.cloud.test_http2 import CODE, NAME
from tests.sites import WAITING, Site, Sites
from tests.waiting import Gate, until


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def site(cloud: Sites, authority: Authority) -> Iterator[Site]:
    certificate = authority.issue(NAME).imported(cloud.client("acm"))
    with cloud.deployed(CODE, port=443, certificate=certificate, timeout=60) as site:
        yield site


@pytest.fixture
def client(site: Site, authority: Authority) -> Iterator[Http2]:
    with Http2(site.address, authority.context("h2"), NAME) as client:
        client.get("/")
        yield client


def frame(kind: int, payload: bytes, stream: int = 0, flags: int = 0) -> bytes:
    """RFC 9113 section 4.1."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + struct.pack(">I", stream) + payload


FLOODS = {
    "pings (CVE-2019-9512)": frame(6, bytes(8)),
    "settings (CVE-2019-9515)": frame(4, struct.pack(">HI", 4, 65535)),
    "window updates": frame(8, struct.pack(">I", 1)),
    "priorities": frame(2, struct.pack(">IB", 0, 16), stream=1),
}


def ended(client: Http2, data: bytes, times: int = 1) -> bool:
    """Send, and hear whether the other side has had enough of it: hangs up, or says so and hangs up."""
    client.socket.settimeout(15)
    try:
        for _ in range(times):
            client.socket.sendall(data)
        while client.receive():
            pass
    except TimeoutError:
        return False
    except OSError:  # reset, as it was still sending
        return True
    return client.terminated is not None and client.terminated.error_code == ErrorCodes.ENHANCE_YOUR_CALM


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_frames_is_ended(site: Site, client: Http2, authority: Authority, name: str) -> None:
    assert ended(client, FLOODS[name] * 1000, 20)
    with Http2(site.address, authority.context("h2"), NAME) as another:
        assert another.get("/").status == 200


def test_rapid_reset_is_ended(site: Site, client: Http2, authority: Authority) -> None:
    """CVE-2023-44487: requests that are cancelled as soon as they are sent."""
    data = b""
    for _ in range(2000):
        stream = client.h2.get_next_available_stream_id()
        pseudo = [(":method", "GET"), (":scheme", "https"), (":authority", NAME), (":path", "/")]
        client.h2.send_headers(stream, pseudo, end_stream=True)
        client.h2.reset_stream(stream)
        data += client.h2.data_to_send()
    assert ended(client, data)
    with Http2(site.address, authority.context("h2"), NAME) as another:
        assert another.get("/").status == 200


def test_empty_lines_are_no_request(cloud: Sites) -> None:
    with cloud.deployed() as site, socket.create_connection(site.address, timeout=10) as client:
        client.sendall(b"\r\n" * 3000)
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")


def test_who_has_gone_is_waited_for_no_longer(cloud: Sites, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Sixteen run, the others wait for an environment; when their clients hang up they are dropped (460)."""
    gate = Gate(tmp_path_factory.mktemp("gate") / "gate")
    with cloud.deployed(WAITING, timeout=60, environment={"GATE": str(gate.path)}) as site:
        clients = [socket.create_connection(site.address, timeout=10) for _ in range(40)]
        for each in clients:
            each.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        with gate.held():
            for each in clients:
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                each.close()
            assert until(lambda: len(cloud.requests(site)) == 40)
            assert {record["status"] for record in cloud.requests(site)} == {460}
        assert site.ask("/").status_code == 200
        assert until(lambda: any(line.startswith("REPORT") for line in cloud.logged(site.name)))
        started = [line for line in cloud.logged(site.name) if line.startswith("START")]
        assert len(started) <= 17, "what waited was never begun"
