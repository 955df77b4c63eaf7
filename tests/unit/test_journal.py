"""The journal as it is read while it grows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from localalb.balancer.journal import KEPT, Journal, Record
from tests.waiting import PATIENCE


def record(target: str) -> Record:
    return Record("2026-11-25T12:00:00.000+00:00", "r", "lb", 80, "c", "GET", target, 200, 1.0)


def test_records_have_numbers_that_grow() -> None:
    journal = Journal()
    for number in range(KEPT + 2):
        journal.add(record(f"/{number}"))
    found = journal.as_json()
    assert len(found) == KEPT
    assert (found[0]["id"], found[0]["target"]) == (3, "/2")
    assert [each["target"] for each in journal.as_json(after=KEPT + 1)] == [f"/{KEPT + 1}"]


def test_who_waits_is_told_of_the_next_record() -> None:
    journal = Journal()
    journal.add(record("/known"))
    with ThreadPoolExecutor(1) as executor:
        waiting = executor.submit(journal.wait, 1, PATIENCE * 10)
        assert not waiting.done()
        journal.add(record("/new"))
        waiting.result(PATIENCE)
    assert [each["target"] for each in journal.as_json(after=1)] == ["/new"]


def test_who_waits_for_what_is_there_does_not() -> None:
    journal = Journal()
    journal.add(record("/there"))
    journal.wait(0, PATIENCE * 10)
