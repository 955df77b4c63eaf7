"""Who has the port that a listener would have had, and what `up` says of it."""

from __future__ import annotations

import json
import os
import socket
from collections import namedtuple
from pathlib import Path

import psutil
import pytest
from fake_cloud import FakeCloud, cloud
from notes import CLOUD, folder

from localalb.commands import ports
from localalb.commands.summary import print_summary
from localalb.stacks import registry
from localalb.stacks.home import Running

__all__ = ["cloud", "folder"]


def listening(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    return socket.create_server((host, port))


def test_a_process_of_this_user() -> None:
    with listening() as taken:
        found = ports.holder(taken.getsockname()[1])
    assert found == f"{psutil.Process().name()} (process {os.getpid()})"


def test_a_cloud_of_this_user() -> None:
    with listening() as taken, registry.noted(CLOUD):
        found = ports.holder(taken.getsockname()[1])
    assert found == f"the local cloud of /somewhere (process {os.getpid()})"


def test_all_addresses_are_in_the_way() -> None:
    with listening("0.0.0.0") as taken:
        assert ports.holder(taken.getsockname()[1]) is not None


def test_nobody() -> None:
    with listening() as taken:
        port = taken.getsockname()[1]
    assert ports.holder(port) is None


Connection = namedtuple("Connection", "laddr status pid")
Address = namedtuple("Address", "ip port")


def test_another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux tells nobody but root which process it is (proc(5), /proc/pid/fd)."""
    theirs = Connection(Address("127.0.0.1", 8080), psutil.CONN_LISTEN, None)
    elsewhere = [
        Connection(Address("127.0.0.2", 8081), psutil.CONN_LISTEN, None),
        Connection(Address("127.0.0.1", 8081), psutil.CONN_ESTABLISHED, None),
        Connection((), psutil.CONN_NONE, None),
    ]
    monkeypatch.setattr(psutil, "net_connections", lambda kind: [*elsewhere, theirs])
    assert ports.holder(8080) == "a process of another user"
    assert ports.holder(8081) is None


def test_where_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(kind: str) -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil, "net_connections", denied)
    assert ports.holder(8080) == "another process"


def listener(port: int, instead_of: int | None) -> dict[str, object]:
    url = f"http://127.0.0.1:{port}/"
    named = {"load_balancer": "demo", "dns_name": "demo.elb", "port": 80, "default_action": "forward"}
    return named | {"url": url, "instead_of": instead_of}


def said(
    fake: FakeCloud, capsys: pytest.CaptureFixture[str], port: int, instead_of: int | None
) -> tuple[str, str]:
    inspector = {"url": "http://127.0.0.1:1/", "entrance": "http://127.0.0.1:1/#KEY"}
    fake.body = json.dumps({"id": "mine", "listeners": [listener(port, instead_of)]} | inspector).encode()
    print_summary(Running("mine", fake.url, 1, "KEY"), {"url": "http://demo.elb"}, Path())
    out, err = capsys.readouterr()
    assert out == f"http://127.0.0.1:{port}/\n"
    return out, err


def test_up_says_who_has_the_port(cloud: FakeCloud, capsys: pytest.CaptureFixture[str]) -> None:
    with listening() as taken:
        port = taken.getsockname()[1]
        _, err = said(cloud, capsys, 8081, port)
        who = f"{psutil.Process().name()} (process {os.getpid()})"
    assert err.startswith(f"port {port} is taken by {who}: demo is at http://127.0.0.1:8081/ instead\n")
    _, err = said(cloud, capsys, 8081, port)
    assert err.startswith(f"port {port} was taken: demo is at http://127.0.0.1:8081/ instead\n")
    _, err = said(cloud, capsys, 8080, None)
    assert "taken" not in err
