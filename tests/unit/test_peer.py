"""Whose the other end of a connection is, by the tables of proc_net_tcp(5)."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator

import pytest

from localalb.debugging import peer

PEER, OWN = ("127.0.0.1", 40000), ("127.0.0.1", 5678)
ONE = "0100007F" if sys.byteorder == "little" else "7F000001"
HERE, THERE = f"{ONE}:{40000:04X}", f"{ONE}:{5678:04X}"
LINE = "   0: {} {} {} 00000000:00000000 00:00000000 00000000  {}        0 5291353 1 0000000000000000 20 4 30"


@pytest.mark.parametrize(
    ("line", "users"),
    [
        (LINE.format(HERE, THERE, "01", 1000), [1000]),
        (LINE.format(THERE, HERE, "01", 1000), []),  # our own end
        (LINE.format(HERE, THERE, "06", 0), []),  # closed, which the kernel says is root's
        (LINE.format(HERE, f"{ONE}:1F90", "01", 1000), []),
        # Java opens sockets of IPv6, and reaches IPv4 by them.
        (LINE.format(peer.MAPPED + HERE, peer.MAPPED + THERE, "01", 1000), [1000]),
    ],
)
def test_the_owner_is_the_user_of_the_peers_socket(line: str, users: list[int]) -> None:
    assert list(peer.owners([line], PEER, OWN)) == users


@pytest.fixture(params=[socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def connection(request: pytest.FixtureRequest) -> Iterator[tuple[peer.Address, peer.Address]]:
    """A connection of this process with itself."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(request.param) as client:
        host = "127.0.0.1" if request.param == socket.AF_INET else "::ffff:127.0.0.1"
        client.connect((host, server.getsockname()[1]))
        accepted, address = server.accept()
        with accepted:
            yield address, accepted.getsockname()


@pytest.mark.parametrize("tables", [peer.TABLES, (peer.TABLES[0] / "none",)], ids=["Linux", "elsewhere"])
def test_a_connection_of_this_user_is_his(
    connection: tuple[peer.Address, peer.Address], tables: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "TABLES", tables)
    assert peer.is_mine(*connection)
    another = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: another)
    assert not peer.is_mine(*connection)


def test_an_address_of_nobodys_is_not_his() -> None:
    assert not peer.is_mine(("127.0.0.1", 1), ("127.0.0.1", 2))
