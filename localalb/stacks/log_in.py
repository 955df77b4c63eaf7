"""Through localalb's own login page, as a browser with a person goes, but at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import requests

TIMEOUT = 60.0  # seconds of each request; the last one may start a function


class _Form(HTMLParser):
    """Keeps the form's hidden field."""

    request = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag == "input" and found.get("name") == "request":
            self.request = found.get("value") or ""


def log_in(session: requests.Session, url: str, claims: Mapping[str, Any]) -> requests.Response:
    """Ask for a URL behind a login, be somebody with these claims, and get what is there then.

    The session keeps the load balancer's cookies. Raises `RuntimeError` where the URL does not lead to
    localalb's own page.
    """
    page = session.get(url, timeout=TIMEOUT)
    form = _Form()
    form.feed(page.text)
    if not form.request:
        raise RuntimeError(
            f"{url} led to {page.url}, a {page.status_code}, and not to localalb's own login page: "
            "run pytest with --cloud-login=local"
        )
    at = urlsplit(page.url)
    origin = f"{at.scheme}://{at.netloc}"
    fields = {
        "request": form.request,
        "sub": str(claims.get("sub", "local-user")),
        "claims": json.dumps(claims),
    }
    return session.post(f"{origin}/authorize", fields, headers={"Origin": origin}, timeout=TIMEOUT)
