"""The logins of one cloud: the gate of its load balancers, and localalb's own provider, served once it stands
in for others."""

from __future__ import annotations

import threading

from localalb.control_plane import moto_models
from localalb.control_plane.connections import Server
from localalb.login.endpoints import Endpoints, Mode
from localalb.login.gate import Gate
from localalb.login.provider import LocalProvider
from localalb.login.seal import Seal


class LoginServer:
    """`gate` is where clients log in. Whoever opens the provider's page may be anybody there: it is served on
    127.0.0.1, as load balancers are, and not before somebody asks for it."""

    def __init__(self, mode: Mode) -> None:
        self._seal = Seal()
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._endpoints = Endpoints()
        self.gate = Gate(self._endpoints, moto_models.client_secret, self._seal)
        self.switch(mode)

    @property
    def mode(self) -> Mode:
        return self._endpoints.mode

    @property
    def url(self) -> str:
        """Where the provider is served, empty while it is not."""
        return f"http://127.0.0.1:{self._server.server_port}" if self._server else ""

    def switch(self, mode: Mode) -> None:
        """Log in another way from now on; may be called from any thread."""
        with self._lock:
            if mode == "local" and self._server is None:
                self._server = Server(0, LocalProvider(self._seal))
                threading.Thread(target=self._server.serve_forever, name="login", daemon=True).start()
            self._endpoints.switch(mode, self.url)

    def stop(self) -> None:
        self._endpoints.close()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
