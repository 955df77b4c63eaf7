"""`localalb logs` for people: an invocation's lines together, and colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from localalb.commands.log_lines import Grouping, grouped, lines, painted

REPORT = "REPORT RequestId: {}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t"
JSON_REPORT = '{"time":"t","type":"platform.report","record":{"requestId":"r","metrics":{"durationMs":1}}}'


def event(stream: str, message: str) -> Mapping[str, Any]:
    """One of an environment's stream: s(tart), e(nd) and r(eport) of an invocation, or what it logged."""
    request_id = f"{stream}-id"
    known = {
        "s": f"START RequestId: {request_id} Version: $LATEST\n",
        "e": f"END RequestId: {request_id}\n",
        "r": REPORT.format(request_id),
    }
    return {"stream": stream, "group": "/aws/lambda/orders", "message": known.get(message, message)}


def events(words: str) -> list[Mapping[str, Any]]:
    """`a:s b:s a:x` -> events."""
    return [event(*word.split(":")) for word in words.split()]


def words(events: Sequence[Mapping[str, Any]]) -> str:
    kinds = {"START": "s", "END": "e", "REPORT": "r"}
    said = ((each["stream"], each["message"]) for each in events)
    return " ".join(f"{stream}:{kinds.get(text.split(' ')[0], text)}" for stream, text in said)


GROUPED = [
    ("", ""),
    ("a:s a:x a:e a:r", "a:s a:x a:e a:r"),
    ("a:s b:s a:x b:y b:e b:r a:e a:r", "a:s a:x a:e a:r b:s b:y b:e b:r"),
    # An environment's next invocation is another, in its place.
    ("a:s a:r b:s a:s b:r a:r", "a:s a:r b:s b:r a:s a:r"),
    # What stands between two invocations, such as INIT_START, is of the next.
    ("a:s a:r b:s a:init b:r a:s a:r", "a:s a:r b:s b:r a:init a:s a:r"),
    # Begun before what is read, or not over yet.
    ("a:x b:s a:r b:y", "a:x a:r b:s b:y"),
]


@pytest.mark.parametrize(("mixed", "together"), GROUPED)
def test_an_invocation_s_lines_stand_together(mixed: str, together: str) -> None:
    assert words(grouped(events(mixed))) == together


def test_the_json_format_has_reports_too() -> None:
    mixed = [event("a", "x"), event("b", "y"), event("a", JSON_REPORT), event("b", "z"), event("a", "next")]
    assert [each["message"] for each in grouped(mixed)] == ["x", JSON_REPORT, "y", "z", "next"]


FOLLOWED = [
    # A single environment is shown as it writes.
    (["a:s a:x", "a:y", "a:e a:r"], ["a:s a:x", "a:y", "a:e a:r"]),
    # Several wait for their end ...
    (["a:s b:s a:x", "b:y b:e b:r", "a:e a:r"], ["", "b:s b:y b:e b:r a:s a:x", "a:e a:r"]),
    (["a:s b:s c:s", "b:r c:r a:r"], ["", "b:s b:r c:s c:r a:s a:r"]),
    # ... and one that was shown before another came says that it goes on.
    (["a:s a:x", "b:s b:r", "a:y"], ["a:s a:x", "b:s b:r", "a:... RequestId: a-id goes on a:y"]),
    (["a:s", "b:s b:r a:r"], ["a:s", "b:s b:r a:... RequestId: a-id goes on a:r"]),
]


@pytest.mark.parametrize(("batches", "shown"), FOLLOWED)
def test_following_groups_them_too(batches: list[str], shown: list[str]) -> None:
    grouping = Grouping()
    assert [words(grouping.feed(events(batch))) for batch in batches] == shown


def test_what_goes_on_is_shown_once_nothing_comes() -> None:
    grouping = Grouping()
    assert grouping.feed(events("a:s b:s a:x b:y")) == []
    assert words(grouping.rest()) == "a:s a:x b:s b:y"
    assert words(grouping.feed(events("a:z b:r"))) == ("b:r a:... RequestId: a-id goes on a:z")


PAINTED = [
    (REPORT.format("r"), "2"),
    (JSON_REPORT, "2"),
    ("[ERROR] ValueError: no\nTraceback (most recent call last):\n  File ...", "31"),
    ("2026-11-25T20:00:00.000Z 1-2-3 Task timed out after 3.00 seconds", "31"),
    ('{"timestamp": "t", "level": "ERROR", "message": "no"}', "31"),
    ("[WARNING]\t2026-11-25T20:00:00.000Z\tr\ta warning", "33"),
    ('{"timestamp": "t", "level": "WARN", "message": "hm"}', "33"),
    ("no ERROR at all", ""),
]


@pytest.mark.parametrize(("message", "code"), PAINTED)
def test_colours(message: str, code: str) -> None:
    first = painted(message).split("\n")[0]
    plain = message.split("\n")[0]
    assert first == (f"\x1b[{code}m{plain}\x1b[0m" if code else plain)


def test_every_line_has_its_function_s_name_where_there_are_several() -> None:
    one = [event("a", "first\n  second\n")]
    assert list(lines(one, named=True, colour=False)) == ["orders | first", "orders |   second"]
    assert list(lines(one, named=False, colour=False)) == ["first\n  second"]


def test_what_a_function_logs_moves_no_cursor() -> None:
    assert list(lines([event("a", "\x1b[2J")], named=False, colour=True)) == ["\\x1b[2J"]
