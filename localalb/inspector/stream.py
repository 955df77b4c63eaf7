"""Live updates: a stream of server-sent events for each page (HTML standard, "Server-sent events").

A stream has a thread, so there are `STREAMS` at most. It holds nothing while it writes: a reader that is slow
gets fewer and larger pieces, one that does not read ends with the connection's patience, and one that has
gone is noticed within a second.
"""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from localalb.balancer.journal import Journal

STREAMS = 16
LOOK = 1.0  # seconds between two looks whether the reader is there
BEAT = 10.0  # seconds between two comments
GATHER = 0.05  # seconds in which records come together, so that a busy load balancer is woken for few
PIECE = 500  # records in one piece


class Streams:
    """Those that are open. `state` gives what is another value with each change of what there is."""

    def __init__(self, journal: Journal, state: Callable[[], object]) -> None:
        self._journal = journal
        self._state = state
        self._places = threading.Semaphore(STREAMS)

    @contextmanager
    def place(self) -> Iterator[bool]:
        """Whether one more may be open."""
        free = self._places.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._places.release()

    def events(self, after: int, there: Callable[[], bool]) -> Iterator[bytes]:
        """What goes to a reader from the number `after` on, as long as it is `there`."""
        state, beat = self._state(), time.monotonic()
        yield b": localalb\n\n"
        while there():
            records = self._journal.as_json(after, PIECE, oldest=True)
            pieces = [
                f"id: {each['id']}\nevent: request\ndata: {json.dumps(each)}\n\n".encode() for each in records
            ]
            if (now := self._state()) != state:
                state = now
                pieces.append(b"event: topology\ndata: {}\n\n")
            if not pieces and time.monotonic() - beat >= BEAT:
                pieces.append(b":\n\n")
            if pieces:
                yield b"".join(pieces)
                beat = time.monotonic()
            after = records[-1]["id"] if records else after
            time.sleep(GATHER)
            self._journal.wait(after, LOOK)


def is_there(connection: socket.socket) -> bool:
    """Whether a client that has sent its request has not hung up since."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    try:
        return not poll.poll(0) or connection.recv(1, socket.MSG_PEEK) != b""
    except OSError:
        return False
