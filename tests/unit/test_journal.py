"""The journal as it is read while it grows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from localalb.balancer import journal as journal_module
from localalb.balancer.journal import KEPT, Journal
from tests.replies import reply
from tests.waiting import PATIENCE


def test_records_have_numbers_that_grow() -> None:
    journal = Journal()
    for number in range(KEPT + 2):
        journal.add(reply(f"/{number}"), {})
    found = journal.as_json()
    assert len(found) == KEPT
    assert (found[0]["id"], found[0]["target"]) == (3, "/2")
    assert [each["target"] for each in journal.as_json(after=KEPT + 1)] == [f"/{KEPT + 1}"]


def test_long_targets_leave_room_for_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "TEXT", 10_000)
    journal = Journal()
    for number in range(10):
        journal.add(reply(f"/{number}" + "x" * 2000), {})
    assert [each["id"] for each in journal.as_json()] == [7, 8, 9, 10]
    assert journal.bounds == (7, 10)


def test_the_latest_of_many_are_shown() -> None:
    journal = Journal()
    for number in range(5):
        journal.add(reply(f"/{number}"), {})
    assert [each["id"] for each in journal.as_json(after=1, most=2)] == [4, 5]
    assert journal.as_json(after=5) == journal.as_json(after=99) == []


def test_secrets_are_masked_in_records() -> None:
    journal, open_one = Journal(), Journal(show_secrets=True)
    for each in (journal, open_one):
        each.add(reply("/?token=secret"), {})
    assert journal.as_json()[0]["target"] == "/?token=***"
    assert open_one.as_json()[0]["target"] == "/?token=secret"


def test_who_waits_is_told_of_the_next_record() -> None:
    journal = Journal()
    journal.add(reply("/known"), {})
    with ThreadPoolExecutor(1) as executor:
        waiting = executor.submit(journal.wait, 1, PATIENCE * 10)
        assert not waiting.done()
        journal.add(reply("/new"), {})
        waiting.result(PATIENCE)
    assert [each["target"] for each in journal.as_json(after=1)] == ["/new"]


def test_who_waits_for_what_is_there_does_not() -> None:
    journal = Journal()
    journal.add(reply("/there"), {})
    journal.wait(0, PATIENCE * 10)


def test_the_oldest_of_many_for_who_reads_them_all() -> None:
    journal = Journal()
    for number in range(5):
        journal.add(reply(f"/{number}"), {})
    assert [each["id"] for each in journal.as_json(1, 2, oldest=True)] == [2, 3]
    assert [each["id"] for each in journal.as_json(3, 9, oldest=True)] == [4, 5]
    found = journal.record(3)
    assert found is not None
    assert (found["id"], found["target"]) == (3, "/2")
    assert journal.record(0) is journal.record(6) is None
