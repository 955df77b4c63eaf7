"""Where a target group's requests go, as people write it: NAME=ADDRESS:PORT. Pure."""

from __future__ import annotations

import re
from ipaddress import ip_address

Place = tuple[str, int]
"""Host (an IP address, or localhost) and port."""

EXAMPLE = "write NAME=ADDRESS:PORT, such as web=127.0.0.1:3000"


def place(word: str) -> tuple[str, Place]:
    """The name, which may have * and ? in it, and the place. Raises `ValueError`, which says what to write
    instead."""
    name, equals, address = word.partition("=")
    if not equals or not re.fullmatch(r"[-A-Za-z0-9*?]{1,32}", name):
        raise ValueError(f"{word!r} names no target group (letters, digits, hyphens, * and ?): {EXAMPLE}")
    host, _, port = address.rpartition(":")
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise ValueError(f"{word!r} has no port from 1 to 65535: {EXAMPLE}")
    bare = host.removeprefix("[").removesuffix("]")
    if host != "localhost":
        try:
            ip_address(bare)
        except ValueError:
            raise ValueError(
                f"{host!r} in {word!r} is neither an IP address nor localhost: {EXAMPLE}"
            ) from None
    return name, (bare, int(port))


def written(place: Place) -> str:
    """ADDRESS:PORT."""
    host, port = place
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_local(host: str) -> bool:
    """Whether a host is this machine; what is no address is not."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
