"""Where connections to the control plane wait until their request is there. Every user of the machine may
open some, so they cost no thread and little memory.

`PLACES` may wait. Who comes when these are taken gets the place of the one that has waited longest: a client
that opens thousands takes the places of its own, and one that sends a request when it connects is handed over
long before.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

PLACES = 256
HEAD = 64 * 1024  # bytes of a request line and header fields; a pre-signed URL has some 2 KB
BODY = 64 * 1024  # bytes of a body that is waited for; a longer one is left to who serves the request
PATIENCE = 60.0  # seconds for all of it
AT_ONCE = 64  # connections that are accepted before those that wait get their turn

_LENGTH = re.compile(rb"\ncontent-length[ \t]*:[ \t]*([0-9]{1,5})[ \t]*\r?\n", re.IGNORECASE)
_ASKS_FIRST = re.compile(rb"\nexpect[ \t]*:", re.IGNORECASE)  # its body comes when it is told to go on


@dataclass
class Guest:
    """A connection, what it has sent, and how much of that is a whole request, where that is known."""

    address: Any
    came: float
    refused: bool = False
    sent: bytearray = field(default_factory=bytearray)
    whole: int | None = None

    def take(self, data: bytes) -> None:
        before = len(self.sent)
        self.sent += data
        if self.whole is None:
            # As http.server has it: a line may end without a carriage return.
            start = max(0, before - 2)
            ends = [
                found + len(end) for end in (b"\n\r\n", b"\n\n") if (found := self.sent.find(end, start)) >= 0
            ]
            if ends:
                self.whole = min(ends) + body(bytes(self.sent[: min(ends)]))

    @property
    def is_whole(self) -> bool:
        return self.whole is not None and len(self.sent) >= self.whole

    @property
    def is_endless(self) -> bool:
        return self.whole is None and len(self.sent) > HEAD


def body(head: bytes) -> int:
    """How many bytes of a request's body are waited for."""
    stated = _LENGTH.search(head)
    length = int(stated[1]) if stated and not _ASKS_FIRST.search(head) else 0
    return length if length <= BODY else 0


class Lobby:
    """Accepts connections in `run` and hands each over, in blocking mode, with its address and what it has
    sent. `refusal` is sent to one whose head does not end."""

    def __init__(
        self,
        listening: socket.socket,
        hand_over: Callable[[socket.socket, Any, bytes], None],
        refusal: bytes,
    ) -> None:
        self._listening = listening
        self._hand_over = hand_over
        self._refusal = refusal
        self._guests: dict[socket.socket, Guest] = {}  # in the order in which they came
        self._selector = selectors.DefaultSelector()
        self._bell, self._rope = socket.socketpair()

    def run(self) -> None:
        """Until `stop`."""
        self._listening.setblocking(False)
        for each in (self._listening, self._bell):
            self._selector.register(each, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in self._selector.select(PATIENCE / 60)}
            if self._bell in ready:
                break
            # Who has sent something is seen to before newcomers take places.
            for connection in [each for each in self._guests if each in ready]:
                self._read(connection)
            if self._listening in ready:
                self._accept()
            while self._guests and next(iter(self._guests.values())).came < time.monotonic() - PATIENCE:
                self._leave(next(iter(self._guests)))
        for connection in list(self._guests):
            self._leave(connection)
        self._selector.close()
        self._bell.close()

    def stop(self) -> None:
        """End `run`; from any thread."""
        self._rope.close()

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, address = self._listening.accept()
            except BlockingIOError:
                return
            except OSError:  # it has gone, or no descriptor is free, which does not pass at once
                time.sleep(0.01)
                return
            connection.setblocking(False)
            self._guests[connection] = Guest(address, time.monotonic())
            self._selector.register(connection, selectors.EVENT_READ)
            if len(self._guests) > PLACES:
                self._leave(next(iter(self._guests)))

    def _read(self, connection: socket.socket) -> None:
        guest = self._guests[connection]
        try:
            data = connection.recv(HEAD)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._leave(connection)
        elif not guest.refused:
            guest.take(data)
            self._see_to(connection, guest)

    def _see_to(self, connection: socket.socket, guest: Guest) -> None:
        if guest.is_whole:
            self._forget(connection)
            connection.setblocking(True)
            self._hand_over(connection, guest.address, bytes(guest.sent))
        elif guest.is_endless:
            guest.refused, guest.sent = True, bytearray()
            with suppress(OSError):
                connection.send(self._refusal)
                connection.shutdown(socket.SHUT_WR)  # what it still sends is read, so that it reads this

    def _forget(self, connection: socket.socket) -> None:
        del self._guests[connection]
        self._selector.unregister(connection)

    def _leave(self, connection: socket.socket) -> None:
        self._forget(connection)
        connection.close()
