"""A certified OpenID provider from npm (panva's oidc-provider), as a process of its own."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.certificates import Issued
from tests.clients.tools import tool

HERE = Path(__file__).parent
PARTS = ("package.json", "package-lock.json", "provider.mjs")
CLIENT, SECRET = "hello", "hush+hush/hush"


def installed() -> Path:
    """The provider's script beside its packages, which npm fetched once for their lock file."""
    digest = hashlib.sha256(b"".join((HERE / part).read_bytes() for part in PARTS)).hexdigest()[:12]
    place = Path(sys.prefix) / "npm" / f"openid-{digest}"
    if not place.exists():
        npm = tool("npm", "npm")
        place.parent.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=place.parent) as staged:
            for part in PARTS:
                shutil.copy(HERE / part, staged)
            line = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(line, cwd=staged, check=True, capture_output=True, timeout=300)
            shutil.move(staged, place)
            Path(staged).mkdir()  # what TemporaryDirectory removes
    return place / "provider.mjs"


@contextmanager
def provider(redirect_uris: Sequence[str], certificate: Issued | None = None) -> Iterator[str]:
    """A provider that sends users on to these addresses; gives its own, by HTTPS with a certificate."""
    orders = {"client": CLIENT, "secret": SECRET, "redirectUris": list(redirect_uris)}
    if certificate:
        orders |= {"key": certificate.private_key.decode(), "cert": certificate.certificate.decode()}
    process = subprocess.Popen(
        [tool("node", "nodejs"), str(installed()), json.dumps(orders)],
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
