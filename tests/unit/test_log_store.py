"""Reading CloudWatch Logs: in order of time, page by page, bounded; through moto's own models.

FilterLogEvents: events of all streams interleaved by time, pages of at most 10,000, `endTime` inclusive as
moto has it (API reference, "FilterLogEvents").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.logs.models import LogGroup, LogsBackend

from localalb.control_plane import log_store
from localalb.runtime.logs import OVERHEAD

NOW = 1_000_000


@pytest.fixture(scope="module", autouse=True)
def taught() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for owner, name, replacement in log_store.replacements():
            patch.setattr(owner, name, replacement)
        yield


def group(streams: dict[str, list[tuple[int, str]]]) -> Any:
    made: Any = LogGroup("123456789012", "eu-west-1", "/aws/lambda/f")  # type: ignore[abstract]
    for name, events in streams.items():
        made.create_log_stream(name)
        for time, message in events:
            made.put_log_events(name, [{"timestamp": time, "message": message}])
    return made


def pages(made: Any, **more: Any) -> list[list[str]]:
    """The messages of every page."""
    arguments = {
        "log_group_name": made.name,
        "log_stream_names": [],
        "start_time": None,
        "end_time": None,
        "limit": None,
        "filter_pattern": "",
        "interleaved": True,
        **more,
    }
    found, token = [], None
    while True:
        events, token, _ = made.filter_log_events(next_token=token, **arguments)
        found.append([event["message"] for event in events])
        if token is None:
            return found


times = st.integers(0, 20)
STREAMS = st.dictionaries(st.sampled_from("abc"), st.lists(times, max_size=12), min_size=1)


@given(STREAMS, st.integers(1, 5), st.none() | times, st.none() | times)
def test_pages_are_what_filtering_and_sorting_everything_gives(
    streams: dict[str, list[int]], limit: int, start: int | None, end: int | None
) -> None:
    numbered = {
        name: [(NOW + time, f"{name}{n}") for n, time in enumerate(moments)]
        for name, moments in streams.items()
    }
    made = group(numbered)
    arrived = [event for events in numbered.values() for event in events]
    low, high = NOW + (start or 0), NOW + (20 if end is None else end)
    expected = [message for time, message in sorted(arrived, key=lambda e: e[0]) if low <= time <= high]
    found = pages(made, limit=limit, start_time=low, end_time=high)
    assert [message for page in found for message in page] == expected
    assert all(len(page) == limit for page in found[:-1])


def test_streams_and_patterns_choose() -> None:
    made = group({"a": [(1, "one ERROR"), (2, "two")], "b": [(3, "three ERROR")]})
    assert pages(made, log_stream_names=["a"]) == [["one ERROR", "two"]]
    assert pages(made, filter_pattern="ERROR") == [["one ERROR", "three ERROR"]]


def test_a_group_keeps_its_latest_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_store, "KEPT", 40 * (10 + OVERHEAD))
    made = group({"a": [], "b": []})
    for n in range(1000):
        made.put_log_events("ab"[n % 2], [{"timestamp": n, "message": f"{n:010}"}])
        kept = sum(len(stream.events) for stream in made.streams.values())
        assert kept <= 40
    (messages,) = pages(made)
    assert messages == [f"{n:010}" for n in range(1000 - len(messages), 1000)]
    assert len(messages) >= 30, "no more is dropped than a quarter"


def test_a_token_of_somebody_else_is_refused() -> None:
    made = group({"a": [(1, "one")]})
    with pytest.raises(Exception, match="nextToken is invalid"):
        made.filter_log_events(made.name, [], 0, 0, None, "what@is@this", "", True)


def test_reading_for_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    backend, other = (LogsBackend(region, "123456789012") for region in ("eu-west-1", "us-east-1"))
    both = {"eu-west-1": backend, "us-east-1": other}
    monkeypatch.setattr(log_store, "logs_backends", {"123456789012": both})
    other.create_log_group("/y", {})
    for name, events in {"/x": [(1, "x1"), (4, "x4")], "/y": [(2, "y2"), (3, "y3")]}.items():
        backend.create_log_group(name, {})
        backend.create_log_stream(name, "s")
        for time, message in events:
            backend.groups[name].put_log_events("s", [{"timestamp": time, "message": message}])

    def messages(*arguments: Any, **more: Any) -> list[str]:
        return [event["message"] for event in log_store.read(*arguments, **more)]

    assert messages(None) == ["x1", "y2", "y3", "x4"]
    x, y, elsewhere = log_store.groups()
    assert (x, elsewhere) == (
        "arn:aws:logs:eu-west-1:123456789012:log-group:/x",
        "arn:aws:logs:us-east-1:123456789012:log-group:/y",
    )
    assert messages(y) == ["y2", "y3"]
    assert messages(elsewhere) == messages(None, "us-east-1") == []
    assert messages(None, "eu-west-1") == ["x1", "y2", "y3", "x4"]
    assert messages(None, tail=2) == ["y3", "x4"]
    assert messages(None, since=3) == ["y3", "x4"]
    assert messages(None, since=2, until=3) == ["y2", "y3"]
    last = log_store.read(x)[-1]["id"]
    assert messages(None, after=last) == ["y2", "y3"], "what was put later, whatever its time"
    with pytest.raises(LookupError, match="there is no log group arn:z"):
        log_store.read("arn:z")
