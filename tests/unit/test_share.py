"""What the processes of a test session share; here two of one process."""

from __future__ import annotations

import fcntl
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from localalb.stacks.share import Share, made


@pytest.fixture
def share() -> Iterator[Share]:
    share = made()
    yield share
    if share.directory.exists():
        share.end()


def test_a_value_is_made_once(share: Share) -> None:
    other = Share(share.directory)
    assert share.once("value", lambda: {"of": ["JSON"]}) == {"of": ["JSON"]}
    assert other.once("value", lambda: {"of": ["another"]}) == {"of": ["JSON"]}
    assert other.once("another value", lambda: None) is None
    other.leave()


def test_what_was_not_made_is_tried_again(share: Share) -> None:
    with pytest.raises(ZeroDivisionError):
        share.once("value", lambda: 1 // 0)
    assert share.once("value", lambda: 3) == 3


def test_one_makes_while_the_others_wait(share: Share) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        go.wait()
        return "first"

    found: list[str] = []
    first = threading.Thread(target=lambda: found.append(share.once("value", slow)))
    first.start()
    begun.wait()
    second = threading.Thread(target=lambda: found.append(share.once("value", lambda: "second")))
    second.start()
    go.set()
    first.join()
    second.join()
    assert found == ["first", "first"]


def test_a_stack_is_noted_as_it_was_last(share: Share) -> None:
    for stack in ({"state": "a", "arguments": []}, {"state": "b"}, {"state": "a", "arguments": ["-var=n=1"]}):
        share.begin(stack)
    assert share.begun() == [{"state": "a", "arguments": ["-var=n=1"]}, {"state": "b"}]


def in_use(share: Share) -> bool:
    with (share.directory / "users").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_the_last_that_uses_stacks_is_alone(share: Share) -> None:
    other = Share(share.directory)
    share.use_none()
    assert in_use(share)
    other.use_none()
    assert not in_use(share)
    with share.alone():
        assert in_use(other)
    other.leave()


def test_the_lifeline_ends_with_the_last_of_them(share: Share) -> None:
    """What a cloud reads from."""
    end = os.open(share.directory / "lifeline", os.O_RDONLY | os.O_NONBLOCK)
    other = Share(share.directory)
    share.leave()
    with pytest.raises(BlockingIOError):
        os.read(end, 1)
    other.end()
    assert os.read(end, 1) == b""
    os.close(end)
    assert not share.directory.exists()


def test_what_a_killed_session_left_is_removed_by_the_next(
    share: Share, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed, other = made(), made()
    killed.leave()
    last = made()
    assert {path.name for path in tmp_path.iterdir()} == {other.directory.name, last.directory.name}
    other.end()
    last.end()
    assert list(tmp_path.iterdir()) == []
