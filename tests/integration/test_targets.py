"""A load balancer that a function shares with servers, applied by the AWS provider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from localalb.stacks.session import Stacks
from localalb.stacks.stack import Stack
from tests.socket.targets import Server, answering, serving

DIRECTORY = Path(__file__).parent / "targets"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nfrom server")) as server:
        yield server


@pytest.fixture(scope="module")
def shared(terraform_stack: Stacks, server: Server) -> Stack:
    return terraform_stack(DIRECTORY, name=f"t{uuid4().hex[:8]}", port=server.port)


def test_a_function_and_a_server_share_a_load_balancer(shared: Stack) -> None:
    url = shared.outputs["url"].rstrip("/")
    assert shared.http.get(url + "/here/a").text == "from server"
    assert "AWSALB" in shared.http.cookies
    assert shared.http.get(url + "/").status_code == 200
    assert shared.http.get(url + "/").text != "from server"


def test_a_server_that_is_elsewhere(shared: Stack, server: Server) -> None:
    url = shared.outputs["url"].rstrip("/") + "/elsewhere/"
    assert shared.http.get(url).status_code == 503
    shared.target("t*-elsewhere", f"127.0.0.1:{server.port}")
    assert shared.http.get(url).text == "from server"
    with pytest.raises(ValueError, match="write NAME=ADDRESS:PORT"):
        shared.target("t*-elsewhere", "example.com:80")


def test_a_plan_is_empty(shared: Stack) -> None:
    planned = shared.plan()
    assert planned.returncode == 0, planned.stdout
