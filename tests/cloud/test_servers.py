"""Servers of other makers as targets, killed and started again while clients go on asking."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.cloud.target_groups import Group, target_group
from tests.sites import TIMEOUT, Sites
from tests.waiting import until

FLASK = """
import sys
from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

WSGIRequestHandler.protocol_version = "HTTP/1.1"  # keeps connections open
app = Flask("target")

@app.route("/<word>", methods=["GET", "POST"])
def say(word):
    return word + request.get_data(as_text=True)

@app.route("/count/<int:end>")
def count(end):
    return Response(f"{n}," for n in range(end))

@app.route("/")
def seen():
    return dict(request.headers) | {"url": request.url}

make_server("127.0.0.1", int(sys.argv[1]), app, threaded=True).serve_forever()
"""

WEBSOCKETS = """
import sys
from websockets.sync.server import serve

def echo(connection):
    for message in connection:
        connection.send(message)

with serve(echo, "127.0.0.1", int(sys.argv[1]), max_size=None) as server:
    server.serve_forever()
"""


class Process:
    """A server in a process of its own, on a port that stays the same."""

    def __init__(self, source: str) -> None:
        self._source = source
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port: int = listening.getsockname()[1]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", self._source, str(self.port)], stderr=subprocess.DEVNULL
        )
        assert until(self.listens)

    def listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT):
            return True
        return False

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(TIMEOUT)


@contextmanager
def process(source: str) -> Iterator[Process]:
    made = Process(source)
    try:
        yield made
    finally:
        made.kill()


def registered(group: Group, server: Process) -> None:
    group.register({"Id": "127.0.0.1", "Port": server.port})
    group.becomes(("127.0.0.1", server.port), "healthy")


@pytest.fixture(scope="module")
def flask() -> Iterator[Process]:
    with process(FLASK) as server:
        yield server


class Load:
    """Clients that go on asking, each on a connection of its own, and what they were answered."""

    def __init__(self, group: Group, clients: int = 6) -> None:
        self.answers: Counter[int] = Counter()
        self.broken = 0  # answers of which the server gave no more than a part
        self.wrong: list[object] = []
        self.clients = clients
        self._group = group
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(clients)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(TIMEOUT)

    def after(self, more: int, status: int = 200) -> None:
        """Wait for so many more answers of a status."""
        so_many = self.answers[status] + more
        assert until(lambda: self.answers[status] >= so_many), self.answers

    def _ask(self, client: int) -> None:
        with requests.Session() as session:
            session.trust_env = False
            for n in range(1_000_000):
                if self._over.is_set():
                    return
                word = f"{client}-{n}"
                try:
                    answer = session.post(f"{self._group.url}/{word}", data="!" * (n % 9), timeout=TIMEOUT)
                except requests.exceptions.ChunkedEncodingError:
                    self.broken += 1
                    continue
                except requests.RequestException as error:
                    self.wrong.append(error)
                    continue
                self.answers[answer.status_code] += 1
                if answer.status_code == 200 and answer.text != word + "!" * (n % 9):
                    self.wrong.append((word, answer.text))


def test_a_server_that_is_killed_and_started_again(cloud: Sites) -> None:
    """Each request is answered: by the server, or while that is gone with a 502 (user guide, "HTTP 502").
    None gets another's answer. Who had the head of one when the server was killed gets no more of it."""
    with process(FLASK) as server, target_group(cloud, check="/healthy") as group:
        registered(group, server)
        with Load(group) as load:
            load.after(100)
            assert set(load.answers) == {200}
            for _ in range(3):
                server.kill()
                load.after(20, 502)
                server.start()
                load.after(100)
        assert load.wrong == []
        assert set(load.answers) == {200, 502}
        assert load.broken <= 3 * load.clients


def test_where_one_of_two_is_killed_the_other_goes_on(cloud: Sites) -> None:
    """Until checks have found out, half of the requests fail; then none does, and none when it is back."""
    quick = {
        "HealthCheckIntervalSeconds": 5,
        "HealthCheckTimeoutSeconds": 2,
        "UnhealthyThresholdCount": 2,
        "HealthyThresholdCount": 2,
    }
    with (
        process(FLASK) as one,
        process(FLASK) as other,
        target_group(cloud, check="/healthy", settings=quick) as group,
    ):
        registered(group, one)
        registered(group, other)
        with Load(group) as load:
            load.after(50)
            one.kill()
            load.after(1, 502)
            group.becomes(("127.0.0.1", one.port), "unhealthy")
            load.after(12)  # what was under way is answered
            lost = load.answers[502]
            load.after(200)
            one.start()
            group.becomes(("127.0.0.1", one.port), "healthy")
            load.after(200)
            assert load.answers[502] == lost
        assert load.wrong == []
        assert load.broken <= load.clients


def test_what_a_server_sees(cloud: Sites, flask: Process) -> None:
    with target_group(cloud) as group:
        registered(group, flask)
        seen = group.ask("/", headers={"X-Mine": "1"}).json()
        assert (seen["X-Mine"], seen["X-Forwarded-For"]) == ("1", "127.0.0.1")
        assert (seen["X-Forwarded-Proto"], seen["X-Forwarded-Port"]) == ("http", "80")
        answer = group.ask("/count/100000")
        assert answer.text == "".join(f"{n}," for n in range(100_000))


@pytest.fixture(scope="module")
def talk() -> Iterator[Process]:
    with process(WEBSOCKETS) as server:
        yield server


@contextmanager
def dialled(group: Group) -> Iterator[ClientConnection]:
    with connect(group.url.replace("http", "ws"), proxy=None, max_size=None) as connection:
        yield connection


def test_a_websocket_server(cloud: Sites, talk: Process) -> None:
    with target_group(cloud, codes="426") as group:
        registered(group, talk)
        with dialled(group) as connection:
            for message in ("", "hello", b"\0" * 3_000_000):
                connection.send(message)
                assert connection.recv(TIMEOUT) == message
            assert connection.ping().wait(TIMEOUT)


def test_a_websocket_server_that_is_killed(cloud: Sites) -> None:
    with process(WEBSOCKETS) as server, target_group(cloud, codes="426") as group:
        registered(group, server)
        with dialled(group) as connection:
            server.kill()
            with pytest.raises(ConnectionClosed):
                connection.recv(TIMEOUT)
        with pytest.raises(InvalidStatus, match="502"), dialled(group):
            pass
        server.start()
        with dialled(group) as connection:
            connection.send("again")
            assert connection.recv(TIMEOUT) == "again"
