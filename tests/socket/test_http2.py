"""HTTP/2 connections that the load balancer ends."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from h2.errors import ErrorCodes

from localalb.http.limits import MAX_REQUESTS
from localalb.serving import http2_connection, tls
from tests.attacks.http2 import Client
from tests.certificates import Authority
from tests.cloud.secure import Http2
from tests.socket.balancer import Balancer
from tests.socket.conftest import Serve

NAME = "demo.example"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> tls.Certificate:
    issued = authority.issue(NAME)
    return tls.Certificate("arn", issued.certificate, issued.private_key, issued.chain)


@pytest.fixture
def balancer(serve: Serve, certificate: tls.Certificate) -> Balancer:
    return serve(port=443, certificate=certificate)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """So many requests a connection takes in these tests."""
    assert MAX_REQUESTS == 10_000
    monkeypatch.setattr(http2_connection, "MAX_REQUESTS", 3)
    return 3


def test_a_connection_ends_with_its_last_request(balancer: Balancer, authority: Authority, few: int) -> None:
    """Of 10,000 (user guide, "Troubleshoot", 000); the code and the stream as in async-http-client #506."""
    with Http2(balancer.address, authority.context("h2"), NAME) as client:
        for _ in range(few):
            assert client.get().status == 200
        while client.receive():
            pass
        assert client.terminated
        assert (client.terminated.error_code, client.terminated.last_stream_id) == (
            ErrorCodes.NO_ERROR,
            2 * few - 1,
        )


def test_what_comes_behind_it_is_not_done(
    serve: Serve, certificate: tls.Certificate, authority: Authority, few: int
) -> None:
    balancer = serve(port=443, certificate=certificate, held=True)
    client = Client(balancer.address, authority.context("h2"), NAME)
    with client:
        streams = [client.begin(f"/{number}") for number in range(few + 2)]
        client.ping(b"arrived?")
        balancer.release()
        answers = [client.answer(stream).status for stream in streams[:few]]
        assert answers == [200] * few
        while client.receive():
            pass
        assert client.terminated
        assert client.terminated.last_stream_id == streams[few - 1]
    assert balancer.invoked() == few


def test_curl_is_answered_to_the_last(
    balancer: Balancer, authority: Authority, few: int, tmp_path: Path
) -> None:
    """What curl asks behind it is another connection's, or "000", as the guide's section is called."""
    (tmp_path / "ca.pem").write_bytes(authority.root)
    host, port = balancer.address
    command = ["curl", "-sS", "--http2", "--cacert", str(tmp_path / "ca.pem")]
    command += ["--resolve", f"{NAME}:{port}:{host}", "-o", "/dev/null", "-w", "%{http_code} "]
    command += [f"https://{NAME}:{port}/[1-{few + 1}]"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.stdout.split()[:few] == ["200"] * few
    connections = [balancer.entry().request.connection for _ in range(few)]
    assert len(set(connections)) == 1
    assert connections[0].startswith("TID_")


def test_a_field_too_long_is_logged(balancer: Balancer, authority: Authority) -> None:
    with Http2(balancer.address, authority.context("h2"), NAME) as client:
        assert client.get("/", "GET", ("x-fits", "x" * 9000)).status == 200, "an x is seven bits"
        client.begin("/", "GET", ("x-long", "x" * 10_000))
        while client.receive():
            pass
        assert client.terminated
        assert client.terminated.error_code == ErrorCodes.ENHANCE_YOUR_CALM
    assert balancer.entry().status == 200
    entry = balancer.entry()
    assert (entry.status, entry.sent, entry.request.method) == (400, 0, "-")
