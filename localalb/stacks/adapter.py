"""HTTP to load balancers by their DNS names, wherever those lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from localalb.stacks.home import ask
from localalb.stacks.isolation import Endpoint


class Adapter(HTTPAdapter):
    """Connects where a name leads, and changes nothing else: URL, Host header, TLS server name, cookies and
    redirects stay those of the name.

    `names` says which load balancer's DNS name stands behind a name, such as that of a certificate; a name
    that is not in it is looked up as it is. `address` gives the local address (host, port) of a DNS name and
    port, None where there is none; without it DNS decides.
    """

    def __init__(
        self, names: Mapping[str, str], address: Callable[[str, int], tuple[str, int] | None] | None = None
    ) -> None:
        self._names = names
        self._address = address
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if self._address is not None:
            kwargs["proxies"] = {}
        given = "Host" in request.headers
        try:
            return super().send(request, *args, **kwargs)
        finally:
            if not given:  # a redirect takes the headers along, to another name too
                request.headers.pop("Host", None)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        url = urlsplit(request.url or "")
        name, port = (url.hostname or "").lower(), url.port or {"http": 80, "https": 443}[url.scheme]
        behind = self._names.get(name, name)
        address = self._address(behind, port) if self._address else (behind, port)
        if address in (None, (name, port)):
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        request.headers.setdefault("Host", url.netloc)
        _, attributes = self.build_connection_pool_key_attributes(request, verify, cert)
        pool_arguments: dict[str, Any] = dict(attributes)
        if url.scheme == "https":
            pool_arguments |= {"server_hostname": name, "assert_hostname": name}
        return self.poolmanager.connection_from_host(*address, url.scheme, pool_kwargs=pool_arguments)


def local_address(endpoint: Endpoint, name: str, port: int) -> tuple[str, int] | None:
    """Where a local cloud serves a load balancer's port."""
    for listener in ask(endpoint, "status")["listeners"]:
        if listener["dns_name"].lower() == name and listener["port"] == port:
            host, _, local = listener["address"].rpartition(":")
            return host, int(local)
    return None
