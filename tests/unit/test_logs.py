"""From what a worker prints to what is written: lines to events, events to batches."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localalb.runtime import logs
from localalb.runtime.logs import LONG_LINE, Lines, LogBook, LogEvent, Stream

A = Stream("123456789012", "eu-west-1", "/aws/lambda/a", "one")
B = Stream("123456789012", "us-east-1", "/aws/lambda/b", "two")


class Written:
    """What a book writes, call by call."""

    def __init__(self) -> None:
        self.calls: list[tuple[Stream, list[str]]] = []
        self.times: list[int] = []
        self.before: Callable[[], object] = int

    def __call__(self, stream: Stream, events: Sequence[LogEvent]) -> None:
        self.before()
        self.calls.append((stream, [message for _, message in events]))
        self.times += [time for time, _ in events]

    def messages(self) -> list[str]:
        return [message for _, messages in self.calls for message in messages]


LINES = {
    b"one\ntwo\n": ["one", "two"],
    b"\n\n": ["", ""],
    b"windows\r\nline\r\n": ["windows", "line"],
    b"one\rtwo\r  three\n": ["one\ntwo\n  three"],
    "é\U0001f600\n".encode(): ["é\U0001f600"],
    b"\xff\xfe\n": ["��"],
    b"half": ["half"],
    b"whole\nhalf": ["whole", "half"],
    b"": [],
}


@pytest.mark.parametrize(("printed", "events"), LINES.items(), ids=repr)
def test_lines(printed: bytes, events: list[str]) -> None:
    lines = Lines()
    assert lines.feed(printed) + lines.end() == events
    assert lines.end() == []


@given(st.lists(st.binary(max_size=6)))
def test_lines_are_the_same_however_they_arrive(chunks: list[bytes]) -> None:
    whole, parts = Lines(), Lines()
    at_once = whole.feed(b"".join(chunks)) + whole.end()
    in_parts = [event for chunk in chunks for event in parts.feed(chunk)] + parts.end()
    assert in_parts == at_once


def test_half_a_line_waits_for_the_rest() -> None:
    lines = Lines()
    assert lines.feed(b"ha") == []
    assert lines.feed(b"lf\nmo") == ["half"]
    assert lines.feed(b"re\n") == ["more"]


@pytest.mark.parametrize("size", [LONG_LINE, LONG_LINE + 1, 5 * LONG_LINE + 7])
@pytest.mark.parametrize("chunk", [65536, 10 * LONG_LINE])
def test_a_long_line_is_several_events_and_nothing_is_lost(size: int, chunk: int) -> None:
    text = b"x" * size + b"\nnext\n"
    lines = Lines()
    events = [e for start in range(0, len(text), chunk) for e in lines.feed(text[start : start + chunk])]
    assert events.pop() == "next"
    assert "".join(events) == "x" * size
    assert max(map(len, events)) <= LONG_LINE
    assert (len(events) > 1) == (size > LONG_LINE)


def test_nothing_is_written_before_somebody_asks() -> None:
    written = Written()
    book = LogBook(written)
    book.put(A, ["1"])
    book.put(B, ["2"])
    book.put(A, ["3"])
    assert written.calls == []
    book.flush()
    assert written.calls == [(A, ["1", "3"]), (B, ["2"])]
    assert written.times == sorted(written.times)
    assert written.times[0] > 1_600_000_000_000, "milliseconds"
    book.flush()
    assert len(written.calls) == 2


def test_the_latest_of_each_log_group_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as CloudWatch Logs keeps here. One of two streams may have lost all; other groups lose none."""
    monkeypatch.setattr(logs, "KEPT", 3 * (1 + logs.OVERHEAD))
    written = Written()
    book = LogBook(written)
    other = A._replace(group="/aws/lambda/quiet")
    book.put(other, ["q"])
    for number in range(5):
        book.put(A, [str(number)])
    book.put(A._replace(name="second"), ["5"])
    book.flush()
    assert sorted(written.messages()) == ["3", "4", "5", "q"]
    book.put(A, ["long" * 1000])
    book.flush()
    assert written.messages()[-1] == "long" * 1000


def test_what_waits_to_be_written_is_nothing_for_the_garbage_collector() -> None:
    """It would look through 80,000 log events again and again, and every request would wait meanwhile."""
    book = LogBook(Written())
    for number in range(2):
        if number:
            gc.collect()
            before = len(gc.get_objects())
        for _ in range(1000):
            book.put(A, [f"{number} START", f"{number} END"])
    gc.collect()
    assert len(gc.get_objects()) - before < 100


def test_flush_returns_when_what_was_put_before_is_written() -> None:
    """Also where somebody else is writing it already."""
    written = Written()
    book = LogBook(written)
    inside, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        inside.set()
        assert go_on.wait(10)

    written.before = hold
    book.put(A, ["1"])
    first = threading.Thread(target=book.flush)
    first.start()
    assert inside.wait(10)
    seen: list[list[str]] = []

    def look() -> None:
        book.flush()
        seen.append(written.messages())

    second = threading.Thread(target=look)
    second.start()
    assert written.messages() == []
    go_on.set()
    first.join(10)
    second.join(10)
    assert seen == [["1"]]


def test_every_thread_may_put() -> None:
    written = Written()
    book = LogBook(written)

    def put(name: str) -> None:
        for number in range(200):
            book.put(A, [f"{name}{number}"])

    threads = [threading.Thread(target=put, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    book.flush()
    messages = written.messages()
    for name in "abcd":
        of_one = [message for message in messages if message[0] == name]
        assert of_one == [f"{name}{number}" for number in range(200)]
