"""What goes to a page as it happens."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from localalb.balancer.journal import Journal
from localalb.inspector import stream
from localalb.inspector.stream import STREAMS, Streams, is_there
from tests.replies import reply


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LOOK", 0.0)
    monkeypatch.setattr(stream, "GATHER", 0.0)


def targets(piece: bytes) -> list[str]:
    return [
        json.loads(line[6:])["target"] for line in piece.decode().splitlines() if line.startswith("data: ")
    ]


def test_records_come_in_pieces_and_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PIECE", 2)
    journal = Journal()
    for number in range(5):
        journal.add(reply(f"/{number}"), {})
    events = Streams(journal, lambda: None).events(1, lambda: True)
    assert next(events) == b": localalb\n\n", "a reader sees at once that it is served"
    first = next(events)
    assert first.startswith(b"id: 2\nevent: request\ndata: {")
    assert first.endswith(b"}\n\n")
    assert [targets(first), targets(next(events))] == [["/1", "/2"], ["/3", "/4"]]
    journal.add(reply("/new\r\n\r\nevent: forged"), {})
    assert targets(next(events)) == ["/new\r\n\r\nevent: forged"], "a target ends no event"


def test_a_change_of_what_there_is() -> None:
    states = iter([1, 1, 2, 2])
    events = Streams(Journal(), lambda: next(states)).events(0, lambda: True)
    next(events)
    assert next(events) == b"event: topology\ndata: {}\n\n"


def test_a_beat_where_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """It tells the reader that the stream lives, and the server that the reader does."""
    monkeypatch.setattr(stream, "BEAT", 0.0)
    events = Streams(Journal(), lambda: None).events(0, lambda: True)
    assert [next(events), next(events)] == [b": localalb\n\n", b":\n\n"]


def test_it_ends_with_its_reader() -> None:
    there = iter([True, True, False])

    def events() -> Iterator[bytes]:
        return Streams(Journal(), lambda: None).events(0, lambda: next(there))

    assert list(events()) == [b": localalb\n\n"]


def test_places_are_given_back() -> None:
    streams = Streams(Journal(), lambda: None)
    with ExitStack() as stack:
        assert [stack.enter_context(streams.place()) for _ in range(STREAMS + 1)] == [True] * STREAMS + [
            False
        ]
    with streams.place() as free:
        assert free


def test_whether_a_reader_is_there() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        ours.settimeout(60)
        assert is_there(ours)
        theirs.send(b"more")
        assert is_there(ours)
        ours.recv(10)
        theirs.close()
        assert not is_there(ours)
