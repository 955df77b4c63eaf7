"""A connection log entry: a connection that was established. Its id ties it to the access log's entries.

User guide, "Connection logs for your Application Load Balancer", section "Connection log entries".
"""

from __future__ import annotations

from dataclasses import dataclass

from localalb.balancer.access_log import NODE, short, stamp
from localalb.balancer.client_certificate import Leaf

KIND = "conn_log_"
"""What the names of the objects begin with."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection and the time it was established, in seconds since the epoch. `cipher` is the TLS version
    and cipher suite, None without TLS; `handshake` its length in seconds. `id` is what the logs call it,
    `leaf` the certificate that the client presented, if it did."""

    load_balancer: str
    id: str
    peer: tuple[str, int]
    port: int
    time: float
    cipher: tuple[str, str] | None = None
    handshake: float = 0.0
    leaf: Leaf | None = None


def line(opened: Opened) -> str:
    """The fields in their order, parted by spaces."""
    version, suite = opened.cipher or ("", "")
    leaf = opened.leaf or Leaf("", "", "", "")
    fields = [
        stamp(opened.time),
        opened.peer[0],
        str(opened.peer[1]),
        str(opened.port),
        version,
        suite,
        f"{opened.handshake:.3f}" if opened.cipher else "",
        f'"{leaf.subject or "-"}"',
        leaf.validity,
        leaf.serial,
        # "[HTTPS listener] Success if the connection is established"; guess: nothing without TLS.
        "Success" if opened.cipher else "",
        opened.id,
        "",  # tls_keyexchange, which Python's ssl does not tell
        short(opened.load_balancer),
        NODE,
    ]
    return " ".join(field or "-" for field in fields)
