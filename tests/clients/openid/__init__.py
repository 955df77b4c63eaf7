"""A certified OpenID provider from npm (panva's oidc-provider), as a process of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.certificates import Issued
from tests.clients.npm import installed
from tests.clients.tools import tool

HERE = Path(__file__).parent
PARTS = ("package.json", "package-lock.json", "provider.mjs")
CLIENT, SECRET = "hello", "hush+hush/hush"


@contextmanager
def provider(redirect_uris: Sequence[str], certificate: Issued | None = None) -> Iterator[str]:
    """A provider that sends users on to these addresses; gives its own, by HTTPS with a certificate."""
    orders = {"client": CLIENT, "secret": SECRET, "redirectUris": list(redirect_uris)}
    if certificate:
        orders |= {"key": certificate.private_key.decode(), "cert": certificate.certificate.decode()}
    process = subprocess.Popen(
        [tool("node", "nodejs"), str(installed(HERE, PARTS) / "provider.mjs"), json.dumps(orders)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address, "the provider did not start"
        yield address
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
