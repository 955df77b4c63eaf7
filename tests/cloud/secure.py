"""TLS to a local address by any name, with what http.client or the h2 library do on top."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.settings import SettingCodes, Settings

from tests.sites import Address

TIMEOUT = 30.0


def connect(address: Address, context: ssl.SSLContext, name: str | None) -> ssl.SSLSocket:
    """A connection to `address` whose handshake asks for `name` (None: for no name at all)."""
    plain = socket.create_connection(address, timeout=TIMEOUT)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(plain, server_hostname=name)


class Https(HTTPConnection):
    """HTTP/1.1 over TLS."""

    def __init__(self, address: Address, context: ssl.SSLContext, name: str) -> None:
        super().__init__(name)
        self._address = address
        self._context = context

    def connect(self) -> None:
        self.sock = connect(self._address, self._context, self.host)

    @property
    def negotiated(self) -> tuple[str, str]:
        """The TLS version and the cipher suite."""
        assert isinstance(self.sock, ssl.SSLSocket)
        version, cipher = self.sock.version(), self.sock.cipher()
        assert version
        assert cipher
        return version, cipher[0]

    def event(self, path: str = "/", **headers: str) -> dict[str, Any]:
        """The event that a function with the source `ECHO` got."""
        self.request("GET", path, headers={name.replace("_", "-"): headers[name] for name in headers})
        response = self.getresponse()
        assert response.status == 200
        event: dict[str, Any] = json.loads(response.read())
        return event


@dataclass
class Answer:
    """What has come on a stream so far."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    ended: bool = False
    reset: bool = False

    @property
    def status(self) -> int:
        return int(dict(self.headers)[":status"])

    def json(self) -> Any:
        return json.loads(self.body)


class Http2:
    """A connection whose every frame is in the test's hands. Every wait is bounded.

    `acknowledge` says whether data that came is acknowledged, so that the other side may send more.
    """

    def __init__(self, address: Address, context: ssl.SSLContext, name: str, *, window: int = 65535) -> None:
        self.socket = connect(address, context, name)
        assert self.socket.selected_alpn_protocol() == "h2"
        self.name = name
        self.h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
        self.acknowledge = True
        self.ended = False
        self.terminated: ConnectionTerminated | None = None
        self._answers: dict[int, Answer] = {}
        self.h2.local_settings = Settings(initial_values={SettingCodes.INITIAL_WINDOW_SIZE: window})
        self.h2.initiate_connection()
        self.flush()

    def __enter__(self) -> Http2:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def flush(self) -> None:
        self.socket.sendall(self.h2.data_to_send())

    def begin(self, path: str = "/", method: str = "GET", *headers: tuple[str, str], end: bool = True) -> int:
        """Send a request's headers; its stream."""
        stream = self.h2.get_next_available_stream_id()
        pseudo = [
            (":method", method),
            (":scheme", "https"),
            (":authority", self.name),
            (":path", path),
        ]
        self.h2.send_headers(stream, [*pseudo, *headers], end_stream=end)
        self._answers[stream] = Answer()
        self.flush()
        return stream

    def send(self, stream: int, body: bytes) -> None:
        """Send a whole body, as the other side's windows allow, and end the stream."""
        while body:
            size = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size, len(body))
            if size == 0:
                self.flush()
                self.receive()
                continue
            self.h2.send_data(stream, body[:size])
            body = body[size:]
        self.h2.end_stream(stream)
        self.flush()

    def receive(self) -> bool:
        """Take what has come; False when the other side has hung up."""
        data = self.socket.recv(65536)
        if not data:
            self.ended = True
            return False
        for event in self.h2.receive_data(data):
            self._on(event)
        self.flush()
        return True

    def _on(self, event: Event) -> None:
        match event:
            case ResponseReceived():
                self._answers[event.stream_id].headers = [
                    (str(name), str(value)) for name, value in event.headers or ()
                ]
            case DataReceived():
                self._answers[event.stream_id].body += event.data or b""
                if self.acknowledge:
                    self.h2.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
            case StreamEnded():
                self._answers[event.stream_id].ended = True
            case StreamReset():
                self._answers[event.stream_id].reset = True
            case ConnectionTerminated():
                self.terminated = event

    def answer(self, stream: int) -> Answer:
        """A stream's whole answer."""
        answer = self._answers[stream]
        while not (answer.ended or answer.reset):
            assert self.receive(), "the connection ended"
        return answer

    def get(self, path: str = "/", method: str = "GET", *headers: tuple[str, str]) -> Answer:
        return self.answer(self.begin(path, method, *headers))
