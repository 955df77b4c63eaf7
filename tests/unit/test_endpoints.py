"""Which addresses of OpenID providers are asked, and how far."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from localalb.http.faults import Fault
from localalb.login.endpoints import Endpoints, Unreachable, mode, on_loopback
from localalb.login.settings import Provider
from localalb.login.tokens import MAX_ANSWER


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8080/token",
        "https://127.0.0.1",
        "https://127.1.2.3/",
        "http://[::1]:8080/",
        "http://localhost:8080/realms/a",
        "http://LOCALHOST/",
        "http://user@localhost/",
    ],
)
def test_this_machine(address: str) -> None:
    assert on_loopback(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://issuer.example/",
        "https://localhost.example.com/",
        "https://keycloak.localhost/",  # may be asked of the network
        "https://127.0.0.1.example.com/",
        "https://127.0.0.1@issuer.example/",
        "https://0.0.0.0/",
        "https://10.0.0.1/",
        "https://169.254.169.254/",
        "https://[::ffff:10.0.0.1]/",
        "https://[",
        "//",
        "",
    ],
)
def test_elsewhere(address: str) -> None:
    assert not on_loopback(address)


HERE = Provider("a", "http://127.0.0.1/a", "http://127.0.0.1/b", "http://127.0.0.1/c")


@pytest.mark.parametrize("name", ["authorization", "token", "user_info"])
def test_one_address_elsewhere_suffices(name: str) -> None:
    changed: Any = {name: "https://issuer.example/x"}
    elsewhere = replace(HERE, **changed)
    asked = Endpoints("loopback")
    assert asked.reached(HERE) == HERE
    with pytest.raises(Fault, match=r"issuer\.example is not on this machine.*--login local.*--login real"):
        asked.reached(elsewhere)
    asked.switch("real")
    assert asked.reached(elsewhere) == elsewhere


def test_its_own_stands_in_for_each() -> None:
    asked = Endpoints("local", "http://127.0.0.1:5000")
    found = asked.reached(Provider("a", "https://x/a", "https://x/b", "https://x/c", pool=True))
    assert (found.issuer, found.authorization) == ("a", "http://127.0.0.1:5000/authorize")
    assert (found.token, found.user_info) == ("http://127.0.0.1:5000/token", "http://127.0.0.1:5000/userinfo")
    assert asked.keys("https://x/keys") == "http://127.0.0.1:5000/keys"


def test_a_mode_that_is_none() -> None:
    with pytest.raises(LookupError, match="'never' is no way to log in: write one of loopback, local, real"):
        mode("never")


@pytest.fixture
def server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/cut":
                self.connection.close()
                return
            self.send_response(302 if self.path == "/redirect" else 200)
            if self.path == "/redirect":
                self.send_header("Location", "/large")
            self.end_headers()
            if self.path == "/large":
                self.wfile.write(b"x" * (2 * MAX_ANSWER))
            elif self.path == "/headers":
                self.wfile.write(str(self.headers).encode())

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_no_redirect_is_followed(server: str) -> None:
    """A token goes where the rule says, and nowhere else."""
    assert asyncio.run(Endpoints().get(f"{server}/redirect", "token")).status == 302


def test_an_answer_is_read_to_a_bound(server: str) -> None:
    answer = asyncio.run(Endpoints().get(f"{server}/large"))
    assert MAX_ANSWER < len(answer.body) <= MAX_ANSWER + 16 * 1024


def test_neither_a_proxy_nor_a_netrc_of_the_shell_has_a_part(
    server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    answer = asyncio.run(Endpoints().get(f"{server}/headers", "token"))
    assert b"Authorization: Bearer token" in answer.body


@pytest.mark.parametrize("address", ["{server}/cut", "http://127.0.0.1:1/", "https://127.0.0.1:1/"])
def test_who_does_not_answer_is_said_to(server: str, address: str) -> None:
    with pytest.raises(Unreachable) as caught:
        asyncio.run(Endpoints().get(address.format(server=server)))
    assert str(caught.value)
    assert "0x" not in str(caught.value), "no object of Python's"
