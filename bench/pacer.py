"""Ask for a URL at a fixed rate, whatever becomes of the answers, and say how long each took.

    python -m bench.pacer HOST PORT PATH RATE SECONDS

A request has a moment at which it is due, and its time counts from there: where the server, or this program,
has fallen behind, the waiting is in it, as it is for people who do not wait for each other (wrk2 and vegeta
do the same). One that finds no idle connection opens another, or waits for one. It prints a line of JSON: the
milliseconds of each answer, how many were lost, and how late this program was with each request.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import threading
import time
from collections import deque
from contextlib import suppress

CONNECTIONS = 64  # at most: what finds none free waits, and that counts
PATIENCE = 30.0  # seconds for the last answers


class Connection:
    """One request at a time. `due` is that of the one on its way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due = 0.0
        self._head, self._missing = b"", 0

    def send(self, request: bytes, due: float) -> None:
        self.due, self._head, self._missing = due, b"", -1
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Whether the answer is whole. Raises `OSError` where it is none, or not 200."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionResetError
        if self._missing < 0:
            self._head += data
            head, end, rest = self._head.partition(b"\r\n\r\n")
            if not end:
                return False
            if b" 200 " not in head[:20]:
                raise ConnectionError(head.decode("latin-1"))
            length = head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0].strip()
            if not length.isdigit():
                raise ConnectionError(head.decode("latin-1"))
            self._missing = int(length)
            data = rest
        self._missing -= len(data)
        return not self._missing


class Pacer:
    """A thread that sends when it is time, and one that reads and sends what has had to wait."""

    def __init__(self, address: tuple[str, int], path: str) -> None:
        self._address = address
        self._request = f"GET {path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\n\r\n".encode()
        self._lock = threading.Lock()  # of the three below
        self._idle: list[Connection] = []
        self._waiting: deque[float] = deque()
        self._open = 0
        self._selector = selectors.DefaultSelector()
        self.taken: list[float] = []  # seconds, as in the next
        self.late: list[float] = []
        self.lost = 0

    def run(self, rate: float, seconds: float) -> None:
        threading.Thread(target=self._read, daemon=True).start()
        count, start = int(rate * seconds), time.perf_counter()
        for number in range(count):
            due = start + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            self.late.append(time.perf_counter() - due)
            with self._lock:
                self._waiting.append(due)
                self._send()
        end = time.perf_counter() + PATIENCE
        while len(self.taken) < count and time.perf_counter() < end:
            time.sleep(0.01)
        self.lost = count - len(self.taken)

    def _send(self) -> None:
        """Send the request that waits longest, if one does and a connection is free or may be opened."""
        if not self._waiting or not (self._idle or self._open < CONNECTIONS):
            return
        due = self._waiting.popleft()
        with suppress(OSError):  # then it is lost
            if self._idle:
                connection = self._idle.pop()  # the last used: as few as the server's speed needs
            else:
                connection = Connection(self._address)
                self._open += 1
                self._selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(self._request, due)

    def _read(self) -> None:
        while True:
            for key, _ in self._selector.select(0.1):
                connection: Connection = key.data
                with self._lock:
                    try:
                        if connection.receive():
                            self.taken.append(time.perf_counter() - connection.due)
                            self._idle.append(connection)
                            self._send()
                    except OSError:
                        self._end(connection)

    def _end(self, connection: Connection) -> None:
        """The server has hung up, or answered as it should not."""
        self._selector.unregister(connection.socket)
        connection.socket.close()
        self._open -= 1
        if connection in self._idle:
            self._idle.remove(connection)
        self._send()


def main(host: str, port: str, path: str, rate: str, seconds: str) -> None:
    pacer = Pacer((host, int(port)), path)
    pacer.run(float(rate), float(seconds))
    said = {
        "taken": [round(each * 1e3, 2) for each in pacer.taken],
        "late": [round(each * 1e3, 2) for each in pacer.late],
        "lost": pacer.lost,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
