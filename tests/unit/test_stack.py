"""How the pytest plugin's session finds load balancers by their names."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from localalb.stacks.adapter import Adapter

Address = tuple[str, int]


@pytest.fixture
def server() -> Iterator[tuple[Address, list[str]]]:
    """Sends whoever asks for /to/<address> there; gives its address, and the Host of each request."""
    hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["Host"])
            _, _, there = self.path.partition("/to/")
            self.send_response(302 if there else 200)
            if there:
                self.send_header("Location", f"http://{there}/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield ("127.0.0.1", server.server_port), hosts
    server.shutdown()
    server.server_close()


def session(address: Address) -> requests.Session:
    """Of a load balancer `behind`, at an address; two names lead to it."""
    made = requests.Session()
    made.trust_env = False
    names = {"one.example.com": "behind", "two.example.com": "behind"}
    made.mount("http://", Adapter(names, lambda name, port: address if name == "behind" else None))
    return made


def test_a_name_leads_to_its_address(server: tuple[Address, list[str]]) -> None:
    address, hosts = server
    assert session(address).get("http://one.example.com/").status_code == 200
    assert hosts == ["one.example.com"]


@pytest.mark.parametrize("there", ["two.example.com", "127.0.0.1:{port}"], ids=["a name", "an address"])
def test_a_redirect_asks_for_where_it_leads(server: tuple[Address, list[str]], there: str) -> None:
    """As one to a login page does."""
    address, hosts = server
    there = there.format(port=address[1])
    session(address).get(f"http://one.example.com/to/{there}")
    assert hosts == ["one.example.com", there]


def test_a_host_that_is_given_stays(server: tuple[Address, list[str]]) -> None:
    address, hosts = server
    session(address).get("http://one.example.com/", headers={"Host": "three.example.com"})
    assert hosts == ["three.example.com"]
