"""Another user of the machine opens connections to the control plane, and has no key."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from localalb.control_plane.lobby import HEAD
from tests.sites import WAITING, Sites, payload
from tests.waiting import Gate

CROWD = 2000
TARGET = (
    b"X-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\nContent-Type: application/x-amz-json-1.1\r\n"
)


@pytest.fixture
def process(cloud: Sites) -> psutil.Process:
    """The cloud's, which listens on the control plane's port."""
    port = urlsplit(cloud.endpoint_url).port
    (found,) = [
        child
        for child in psutil.Process().children()
        if any(each.laddr and each.laddr.port == port for each in child.net_connections("tcp"))
    ]
    return found


@contextmanager
def crowd(cloud: Sites, first: bytes = b"") -> Iterator[list[socket.socket]]:
    """So many connections, each with the beginning of a request."""
    url = urlsplit(cloud.endpoint_url)
    with ExitStack() as stack:
        opened = []
        for _ in range(CROWD):
            one = stack.enter_context(socket.create_connection((url.hostname, url.port), timeout=30))
            with suppress(OSError):  # its place may be another's already
                one.sendall(first)
            opened.append(one)
        yield opened


def gone(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


BEGINNINGS = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: a\r\n",
    "an unsigned form without its body": (
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 9\r\n\r\n"
    ),
}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_crowd_takes_its_own_places(cloud: Sites, process: psutil.Process, name: str) -> None:
    first = BEGINNINGS[name].replace(b"%d", str(urlsplit(cloud.endpoint_url).port).encode())
    before = process.num_threads()
    with crowd(cloud, first) as opened:
        assert gone(opened[0]), "who has waited longest"
        assert cloud.functions.list_functions()["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert process.num_threads() <= before + 10, "none has a thread"


def test_who_has_been_let_in_keeps_its_place(cloud: Sites, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    arn = cloud.function(WAITING, environment={"GATE": str(gate.path)})
    with ThreadPoolExecutor(1) as executor:
        answer = executor.submit(cloud.functions.invoke, FunctionName=arn)
        with gate.held(), crowd(cloud):
            pass
        assert payload(answer.result(30)) == {"statusCode": 200}


def exchange(cloud: Sites, *pieces: bytes) -> bytes:
    """What comes back until the connection ends."""
    url = urlsplit(cloud.endpoint_url)
    with socket.create_connection((url.hostname, url.port), timeout=30) as client:
        try:
            for piece in pieces:
                client.sendall(piece)
            return b"".join(iter(lambda: client.recv(65536), b""))
        except (ConnectionResetError, BrokenPipeError):
            return b""


def head(cloud: Sites, *lines: bytes) -> bytes:
    port = str(urlsplit(cloud.endpoint_url).port).encode()
    return b"".join((b"POST / HTTP/1.1\r\nHost: 127.0.0.1:", port, b"\r\n", *lines))


FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
# None of them sends what it announces: who waits for that, waits for ever.
ENDLESS: dict[str, tuple[bytes, ...]] = {
    "a length that ends nowhere": (FORM, b"Content-Length: -1\r\n\r\n"),
    "no number": (FORM, b"Content-Length: many\r\n\r\n"),
    "a gigabyte that nobody signed": (TARGET, b"Content-Length: 1000000000\r\n\r\n"),
    "chunks that nobody signed": (TARGET, b"Transfer-Encoding: chunked\r\n\r\n"),
    "chunks with a length": (TARGET, b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", b"{}"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_nobody_signed_is_not_waited_for(cloud: Sites, name: str) -> None:
    assert exchange(cloud, head(cloud, *ENDLESS[name])).startswith(b"HTTP/1.1 403 ")


def test_a_head_that_does_not_end(cloud: Sites) -> None:
    line = b"X-Filler: " + b"x" * 1000 + b"\r\n"
    assert exchange(cloud, head(cloud), *[line] * (HEAD // len(line) + 1)).startswith(b"HTTP/1.1 431 ")
