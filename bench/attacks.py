"""What hostile clients cost the others: while one attacks, another sends a request every 20 ms.

Printed for each attack: the longest the other waited, what the local cloud's memory grew by at most, how many
of the other's requests were lost, and how the attack ended. The attacker has a process of its own. The first
line, and the first of the control plane's, is without one: what the machine itself makes others wait. The
other asks another function of the same listener: who asks the attacked one waits in the line of its 16
execution environments, as on AWS in that of 1000.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from bench.attackers import ATTACKS, EVERY, IDLE, Attack, Target
from tests.attacks.http2 import NAME
from tests.certificates import Authority
from tests.connection import Client
from tests.sites import Address, fixed, running

BUDGET = 0.250  # seconds: the longest another client waits
MEMORY = 100 * 2**20  # bytes
RULE = "/*/api/*/users/*/x"

# Answers /large with a body of a megabyte.
CODE = """
def handler(event, context):
    body = "x" * (1_000_000 if event["path"] == "/large" else 2)
    return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": body}
"""


@dataclass
class Measured:
    longest: float = 0.0  # seconds
    peak: int = 0  # bytes
    lost: int = 0


def _attack(name: str, target: Target, told: Connection) -> None:
    (attack,) = (each for each in ATTACKS if each.name == name)
    told.send(attack.run(target))


def measure(attack: Attack, target: Target, cloud: psutil.Process, key: str) -> tuple[Measured, str]:
    """Attack, and be another client until a second behind the end. `key` is the control plane's."""
    before, measured = cloud.memory_info().rss, Measured()
    here, there = multiprocessing.Pipe()
    spawn = multiprocessing.get_context("spawn")
    attacker = spawn.Process(target=_attack, args=(attack.name, target, there), daemon=True)
    attacker.start()
    end = None
    other = _caller(target.control, key, measured) if attack.control else _other(target.plain, measured)
    with other as ask:
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


@contextmanager
def _caller(address: Address, key: str, measured: Measured) -> Iterator[Callable[[], None]]:
    """A client of the control plane, which has a connection for each request."""
    head = f"GET /_localalb/status HTTP/1.1\r\nHost: 127.0.0.1:{address[1]}\r\nX-Localalb: {key}\r\n\r\n"

    def ask() -> None:
        began = time.monotonic()
        try:
            with Client(address) as client:
                client.send(head.encode())
                measured.lost += client.reply().status != 200
        except (EOFError, OSError):
            measured.lost += 1
        measured.longest = max(measured.longest, time.monotonic() - began)

    yield ask


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
        other = sites.target_group(sites.function(CODE))
        sites.rule(plain, {"Type": "forward", "TargetGroupArn": other}, 2, "/other")
        plain.ask("/other")  # its execution environment has started
        control = urlsplit(sites.endpoint_url)
        assert control.hostname
        assert control.port
        target = Target(plain.address, secure.address, (control.hostname, control.port), authority.root)
        for attack in ATTACKS:
            measured, ended = measure(attack, target, cloud, sites.endpoint.key)
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
