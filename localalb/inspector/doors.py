"""Who may speak to the inspector: its own page, in the browser of whoever has the key.

The page's files hold no secret, so everybody may have them; what the API says takes the key, which a page
sends as a header. A browser adds a header for no form, image or link, and asks before it does for a fetch
from another origin; nobody here says yes. So a page of another origin (a load balancer's own port on
127.0.0.1 is one) reaches nothing, and a name that is rebound to 127.0.0.1 is refused for its Host. No cookie:
cookies do not know ports, so every load balancer would be sent it.

The key comes in the fragment of an address: browsers send that nowhere, and it stands in no log and no
Referer. It opens this server alone: it is made of the run's key, which cannot be told from it, so it signs no
call of AWS's.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

# On every answer. `connection` adds that no other origin may embed it, and no page frame it.
HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


def page_key(key: str) -> str:
    """The inspector's key of a run's."""
    return hmac.digest(key.encode(), b"inspector", sha256).hex()


def stranger(environ: Mapping[str, object], port: int) -> str:
    """Why a request is refused whatever key it shows, empty if it is not. `port` is the server's own."""
    host = str(environ.get("HTTP_HOST", ""))
    if host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        return f"the Host is {host!r}; the inspector is 127.0.0.1:{port}"
    if environ.get("HTTP_ORIGIN", f"http://{host}") != f"http://{host}":
        return "pages of another origin may not speak to the inspector"
    if environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("none", "same-origin") and not _opens(environ):
        return "pages of another site may not speak to the inspector"
    return ""


def _opens(environ: Mapping[str, object]) -> bool:
    """Whether somebody follows a link to the page: `localalb ui --open` leads here from a file, which is
    another site. A page that leads here sees nothing of it (Cross-Origin-Opener-Policy), and has no key to
    give."""
    return (
        environ.get("REQUEST_METHOD") == "GET"
        and environ.get("PATH_INFO") == "/"
        and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST") == "document"
    )


def known(environ: Mapping[str, object], key: str) -> bool:
    """Whether a request shows the key, in a time that does not tell how much of it is right."""
    return hmac.compare_digest(str(environ.get("HTTP_X_LOCALALB", "")).encode(), key.encode())
