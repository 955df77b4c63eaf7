"""The hostile clients of `bench.attacks`: how each attacks, and how it sees that end."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.attacks import http2
from tests.attacks.http2 import NAME, frame, headers
from tests.certificates import Authority
from tests.connection import Client
from tests.sites import Address

EVERY = 0.020  # seconds
PATIENCE = 60.0  # seconds an attack may take
IDLE = 5  # seconds of idle timeout, so that silent connections end while they are watched
GIVEN_UP = 2.5 * IDLE
CROWD = 2000  # connections


@dataclass(frozen=True)
class Target:
    """Where the attacks go: a listener without TLS, one with, the control plane. `root` is PEM."""

    plain: Address
    secure: Address
    control: Address
    root: bytes

    def connect(self, window: int = 65535) -> http2.Client:
        return http2.Client(self.secure, Authority.trusting(self.root, "h2"), NAME, window=window)


@dataclass(frozen=True)
class Attack:
    """`run` attacks and says how that ended. `control` is whether it attacks the control plane, whose clients
    are then the others."""

    name: str
    run: Callable[[Target], str]
    control: bool = False


def nobody(target: Target) -> str:
    """How long the others wait on this machine anyway."""
    time.sleep(3)
    return ""


def frames(each: bytes, before: bytes = b"", count: int = 1_000_000) -> Callable[[Target], str]:
    """A frame again and again on one HTTP/2 connection."""

    def run(target: Target) -> str:
        client = target.connect()
        client.raw(before)
        piece = each * 1000
        return _pour(client, (piece for _ in range(count // 1000)))

    return run


def rapid_reset(target: Target) -> str:
    """CVE-2023-44487."""
    client, cancel = target.connect(), b"\0\0\0\x08"
    streams = range(1, 40_000, 2)
    return _pour(client, (headers(each) + frame(http2.RST_STREAM, cancel, 0, each) for each in streams))


def _pour(client: http2.Client, pieces: Iterator[bytes]) -> str:
    client.socket.settimeout(PATIENCE)
    try:
        for piece in pieces:
            client.socket.sendall(piece)
    except OSError:
        pass  # the balancer hung up, and has said why before
    try:
        return f"GOAWAY {getattr(client.ending(), 'name', '')}"
    except (AssertionError, OSError):
        return "closed"


def answers_unread(target: Target) -> str:
    """Windows as wide as can be, large answers, and nothing is read; new streams as long as it lasts."""
    client = target.connect(window=2**31 - 1)
    client.h2.increment_flow_control_window(2**31 - 1 - 65535)
    client.flush()
    stream = 1
    end = time.monotonic() + IDLE / 2
    while time.monotonic() < end:
        try:
            client.socket.sendall(headers(stream, path="/large"))
        except OSError:
            return f"closed before stream {stream}"
        stream += 2
        if stream > 2 * 128:
            time.sleep(EVERY)
        if stream > 2 * 1000:
            break
    return _await_end(client.socket)


def bodies_unended(target: Target) -> str:
    """128 requests, each of a megabyte but for its last byte."""
    client = target.connect()
    client.socket.settimeout(IDLE / 2)
    streams = [client.begin("/", "POST", end=False) for _ in range(128)]
    left = dict.fromkeys(streams, 1024 * 1024 - 1)
    try:
        while any(left.values()):
            sent = 0
            for stream in streams:
                room = min(client.h2.local_flow_control_window(stream), client.h2.max_outbound_frame_size)
                if count := min(room, left[stream]):
                    client.h2.send_data(stream, b"x" * count)
                    left[stream] -= count
                    sent += count
            client.flush()
            if not sent and not client.receive():
                return "closed"
    except TimeoutError:
        taken = sum(1024 * 1024 - 1 - each for each in left.values())
        return f"{taken / 2**20:.0f} MB taken, then {_await_end(client.socket)}"
    return f"all taken, then {_await_end(client.socket)}"


def one_byte_chunks(target: Target) -> str:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    return _post(target, [head, *[b"1\r\nx\r\n" * 10_000] * 100, b"0\r\n\r\n"])


def empty_lines(target: Target) -> str:
    return _post(target, [b"\r\n" * 100_000] * 100)


def extensions(target: Target) -> str:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    return _post(target, [head, *[b"1;" + b"x" * 4000 + b"\r\nx\r\n"] * 5000])


def hard_path(target: Target) -> str:
    return _post(target, [b"GET " + b"/api/users/" * 1100 + b"y HTTP/1.1\r\nHost: a\r\n\r\n"])


def _post(target: Target, pieces: list[bytes]) -> str:
    with Client(target.plain) as client:
        for piece in pieces:
            client.send(piece)
        try:
            return str(client.reply().status)
        except (EOFError, OSError):
            return "closed"


def requests_unread(target: Target) -> str:
    """50 connections, each with 1000 requests for a megabyte, and no answer is read."""
    opened = [socket.create_connection(target.plain) for _ in range(50)]
    for each in opened:
        each.setblocking(False)
        try:
            each.send(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n" * 1000)
        except OSError:
            continue
    time.sleep(GIVEN_UP)
    return ", ".join(sorted({_end(each) for each in opened}))


def gone(target: Target) -> str:
    """5000 clients that ask and reset."""
    for _ in range(5000):
        client = Client(target.plain)
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.reset()
    return "served"


def crowd(head: bytes, filler: int = 0) -> Callable[[Target], str]:
    """Connections to the control plane, all at once, each with a request that does not end: `head`, and so
    many bytes more."""

    def run(target: Target) -> str:
        opened = []
        for _ in range(CROWD):
            one = socket.create_connection(target.control)
            opened.append(one)
            one.setblocking(False)
            with contextlib.suppress(OSError):  # it has been closed, or takes no more
                one.send(head.replace(b"PORT", str(target.control[1]).encode()) + b"x" * filler)
        time.sleep(IDLE)
        return f"{sum(map(_open, opened))} left open"

    return run


def _open(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def comers(target: Target) -> str:
    """Connections to the control plane, one behind the other, as fast as they come."""
    for _ in range(10 * CROWD):
        one = socket.create_connection(target.control)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        one.close()
    return "served"


def _await_end(connection: socket.socket) -> str:
    """Read nothing until the balancer must have given up; then whether it has."""
    time.sleep(GIVEN_UP)
    return _end(connection)


def _end(connection: socket.socket) -> str:
    connection.settimeout(PATIENCE)
    try:
        while connection.recv(1 << 20):
            pass
    except TimeoutError:
        return "open"
    except OSError:
        return "reset"
    return "closed"


POST = headers(1, http2.END_HEADERS, method="POST")
HOST = b"POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n"
FORM = HOST + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 65536\r\n\r\n"
ATTACKS = [
    Attack("nobody", nobody),
    Attack("1,000,000 PING", frames(frame(http2.PING, b"12345678"))),
    Attack("1,000,000 SETTINGS", frames(frame(http2.SETTINGS))),
    Attack("1,000,000 PRIORITY", frames(frame(http2.PRIORITY, b"\0\0\0\0\x10", stream=5))),
    Attack("1,000,000 WINDOW_UPDATE", frames(frame(http2.WINDOW_UPDATE, b"\0\0\0\1"))),
    Attack("1,000,000 empty DATA", frames(frame(http2.DATA, stream=1), POST)),
    Attack("1,000,000 CONTINUATION", frames(frame(http2.CONTINUATION, stream=1), headers(1, 0))),
    Attack("20,000 rapid resets", rapid_reset),
    Attack("HTTP/2 answers unread", answers_unread),
    Attack("128 bodies unended", bodies_unended),
    Attack("1,000,000 one-byte chunks", one_byte_chunks),
    Attack("20 MB of empty lines", empty_lines),
    Attack("20 MB of extensions", extensions),
    Attack("HTTP/1.1 answers unread", requests_unread),
    Attack("5,000 clients that go", gone),
    Attack("12 KB against four stars", hard_path),
    Attack("control plane: nobody", nobody, control=True),
    Attack("2,000 idle connections", crowd(b""), control=True),
    Attack("2,000 heads of 60 KB", crowd(HOST + b"X-Filler: ", 60_000), control=True),
    Attack("2,000 forms of 60 KB", crowd(FORM, 60_000), control=True),
    Attack("20,000 that come and go", comers, control=True),
]
