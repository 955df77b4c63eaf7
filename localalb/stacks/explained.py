"""Asking a cloud what it would do with a request."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import requests

from localalb.stacks.home import ask
from localalb.stacks.isolation import Endpoint


def explained(
    endpoint: Endpoint, method: str, url: str, headers: Sequence[str], body: bytes, source: str
) -> dict[str, Any]:
    """A `balancer.explanation.Explanation`, as JSON. `headers` are lines as curl takes them.

    Raises `LookupError` where the URL means no listener, `ValueError` where `source` is no IP address.
    """
    wanted = {
        "method": method,
        "url": url,
        "headers": list(headers),
        "body": base64.b64encode(body).decode(),
        "source": source,
    }
    try:
        found: dict[str, Any] = ask(endpoint, "explain", "POST", {"request": json.dumps(wanted)})
    except requests.HTTPError as error:
        kind = {404: LookupError, 400: ValueError}.get(error.response.status_code)
        if kind is None:
            raise
        raise kind(error.response.text.strip()) from None
    return found


def behind(url: str, headers: Sequence[str], names: Mapping[str, str]) -> tuple[str, Sequence[str]]:
    """A URL and headers that ask the same of the load balancer behind a name: `names` has its DNS name."""
    parts = urlsplit(url)
    name = names.get(parts.hostname or "")
    if name is None:
        return url, headers
    there = parts._replace(netloc=f"{name}:{parts.port}" if parts.port else name).geturl()
    given = any(line.lower().startswith(("host:", "host;")) for line in headers)
    return there, headers if given else (f"Host: {parts.netloc}", *headers)
