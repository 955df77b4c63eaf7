"""What hostile clients cost the others: while one attacks, another sends a request every 20 ms.

Printed for each attack: the longest the other waited, what the local cloud's memory grew by at most, how many
of the other's requests were lost, and how the attack ended. The attacker has a process of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from tests.attacks import http2
from tests.attacks.http2 import NAME, frame, headers
from tests.certificates import Authority
from tests.sites import Address, fixed, running
from tests.socket.balancer import Client

EVERY = 0.020  # seconds
BUDGET = 0.250  # seconds: the longest another client waits
MEMORY = 100 * 2**20  # bytes
PATIENCE = 60.0  # seconds an attack may take
IDLE = 5  # seconds of idle timeout, so that silent connections end while they are watched
RULE = "/*/api/*/users/*/x"

# Answers /large with a body of a megabyte.
CODE = """
def handler(event, context):
    body = "x" * (1_000_000 if event["path"] == "/large" else 2)
    return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": body}
"""


@dataclass(frozen=True)
class Target:
    """Where the attacks go: a listener without TLS, and one with. `root` is PEM."""

    plain: Address
    secure: Address
    root: bytes

    def connect(self, window: int = 65535) -> http2.Client:
        return http2.Client(self.secure, Authority.trusting(self.root, "h2"), NAME, window=window)


@dataclass(frozen=True)
class Attack:
    """`run` attacks and says how that ended."""

    name: str
    run: Callable[[Target], str]


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
    return ", ".join(sorted({_await_end(each) for each in opened}))


def gone(target: Target) -> str:
    """5000 clients that ask and reset."""
    for _ in range(5000):
        client = Client(target.plain)
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.reset()
    return "served"


def _await_end(connection: socket.socket) -> str:
    """Read nothing until the balancer must have given up; then whether it has."""
    time.sleep(2.5 * IDLE)
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
ATTACKS = [
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
]


@dataclass
class Measured:
    longest: float = 0.0  # seconds
    peak: int = 0  # bytes
    lost: int = 0


def _attack(name: str, target: Target, told: Connection) -> None:
    (attack,) = (each for each in ATTACKS if each.name == name)
    told.send(attack.run(target))


def measure(attack: Attack, target: Target, cloud: psutil.Process) -> tuple[Measured, str]:
    """Attack, and be another client until a second behind the end."""
    before, measured = cloud.memory_info().rss, Measured()
    here, there = multiprocessing.Pipe()
    spawn = multiprocessing.get_context("spawn")
    attacker = spawn.Process(target=_attack, args=(attack.name, target, there), daemon=True)
    attacker.start()
    end = None
    with _other(target.plain, measured) as ask:
        while end is None or time.monotonic() < end:
            began = time.monotonic()
            ask()
            measured.peak = max(measured.peak, cloud.memory_info().rss - before)
            if end is None and not attacker.is_alive():
                end = time.monotonic() + 1
            time.sleep(max(0.0, began + EVERY - time.monotonic()))
    return measured, here.recv() if here.poll() else "the attacker failed"


@contextmanager
def _other(address: Address, measured: Measured) -> Iterator[Callable[[], None]]:
    """A client on a connection that is kept, and made anew where it broke."""
    client = Client(address)

    def ask() -> None:
        nonlocal client
        began = time.monotonic()
        try:
            client.send(b"GET /other HTTP/1.1\r\nHost: other\r\n\r\n")
            measured.lost += client.reply().status != 200
        except (EOFError, OSError):
            measured.lost += 1
            client = Client(address)
        measured.longest = max(measured.longest, time.monotonic() - began)

    yield ask
    client.__exit__()


def main() -> list[str]:
    """Print the table; a line for each attack over a budget."""
    print(f"attacks, Python {platform.python_version()}, {os.cpu_count()} processors")
    print(f"{'':28}{'others waited':>15}{'memory':>10}{'lost':>6}   ended")
    missed: list[str] = []
    authority = Authority()
    with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as sites:
        (cloud,) = psutil.Process().children()
        idle = {"idle_timeout.timeout_seconds": str(IDLE)}
        certificate = authority.issue(NAME).imported(sites.client("acm"))
        plain = sites.deploy(CODE, attributes=idle)
        secure = sites.deploy(CODE, port=443, certificate=certificate, attributes=idle)
        sites.rule(plain, fixed("hard"), path=RULE)
        target = Target(plain.address, secure.address, authority.root)
        for attack in ATTACKS:
            measured, ended = measure(attack, target, cloud)
            print(
                f"{attack.name:28}{measured.longest * 1000:12,.0f} ms{measured.peak / 2**20:7,.0f} MB"
                f"{measured.lost:6}   {ended}",
                flush=True,
            )
            if measured.longest > BUDGET:
                missed.append(f"attacks, {attack.name}: others waited {measured.longest * 1000:,.0f} ms")
            if measured.peak > MEMORY:
                missed.append(f"attacks, {attack.name}: {measured.peak / 2**20:,.0f} MB more memory")
            if measured.lost:
                missed.append(f"attacks, {attack.name}: {measured.lost} requests of others were lost")
    return missed
