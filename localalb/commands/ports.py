"""Who has a port of this machine."""

from __future__ import annotations

from contextlib import suppress

import psutil

from localalb.http.visible import visible_line
from localalb.stacks import registry

IN_THE_WAY = (
    "127.0.0.1",
    "0.0.0.0",
    "::",
    "::ffff:127.0.0.1",
)  # a socket of one of them takes 127.0.0.1's port


def holder(port: int) -> str | None:
    """Who listens on a port of 127.0.0.1, for people: a cloud of this user's, a process; None for nobody."""
    try:
        sockets = psutil.net_connections("tcp")
    except psutil.AccessDenied:  # macOS tells only root
        return "another process"
    found = [
        each.pid
        for each in sockets
        if each.status == psutil.CONN_LISTEN
        and each.laddr
        and each.laddr.port == port
        and each.laddr.ip in IN_THE_WAY
    ]
    if not found:
        return None
    pid = found[0]
    if pid is None:
        return "a process of another user"
    for cloud in registry.clouds():
        if cloud.running.pid == pid:
            return f"the local cloud of {visible_line(cloud.directory)} (process {pid})"
    with suppress(psutil.Error):
        return f"{visible_line(psutil.Process(pid).name())} (process {pid})"
    return f"process {pid}"
