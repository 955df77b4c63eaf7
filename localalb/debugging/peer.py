"""Whose the other end of a connection of this machine is: who speaks to a debugger runs code as its user."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
ESTABLISHED = "01"
MAPPED = "0000000000000000FFFF0000"  # an IPv4 address in an IPv6 socket (RFC 4291), as Java opens them

Address = tuple[str, int]


def is_mine(peer: Address, own: Address) -> bool:
    """Whether a process of this user's has the other end of an IPv4 connection, whose addresses these are.
    Linux tells it of every socket; elsewhere the processes of this user are asked."""
    if TABLES[0].exists():
        lines = (line for table in TABLES if table.exists() for line in table.read_text().splitlines()[1:])
        return os.getuid() in owners(lines, peer, own)
    return any(each == (peer, own) for each in _mine())


def owners(lines: Iterable[str], peer: Address, own: Address) -> Iterator[int]:
    """The users who have an open socket from `peer` to `own`, by the lines of proc_net_tcp(5)."""
    here, there = _written(peer), _written(own)
    for line in lines:
        _, local, remote, state, _, _, _, user, *_ = line.split()
        if (local.removeprefix(MAPPED), remote.removeprefix(MAPPED), state) == (here, there, ESTABLISHED):
            yield int(user)


def _written(address: Address) -> str:
    # The kernel prints the four bytes as a number of the machine's own order.
    number = int.from_bytes(socket.inet_aton(address[0]), sys.byteorder)
    return f"{number:08X}:{address[1]:04X}"


def _mine() -> Iterator[tuple[Address, Address]]:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().real == os.getuid():
                for each in process.net_connections("tcp"):
                    if each.raddr:
                        yield _plain(each.laddr), _plain(each.raddr)


def _plain(address: Any) -> Address:
    return address.ip.removeprefix("::ffff:"), address.port
