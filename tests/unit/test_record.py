"""What a list shows of a request, made of what is kept of it."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from workers import function

from localalb.balancer import record
from localalb.balancer.journal import Journal
from localalb.balancer.record import Record
from localalb.balancer.reply import Reply
from localalb.balancer.topology import Target, TargetGroup
from localalb.http.masking import masked
from localalb.runtime.result import Result
from tests.replies import reply

GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/0123456789abcdef"


def asked() -> Reply:
    """A function's cold start."""
    made = reply("/orders?token=secret&page=3")
    made.entry.request = replace(made.entry.request, method="PUT", peer=("192.0.2.1", 1234))
    made.request = replace(made.entry.request, target="/rewritten")
    made.balancer = replace(made.balancer, arn=GROUP.partition("targetgroup")[0] + "loadbalancer/app/demo/1")
    made.entry.created, made.entry.finished = 1_800_000_000.25, 1_800_000_001.5009
    made.entry.target_group, made.entry.rule, made.entry.status = GROUP, "7", 502
    made.entry.reason, made.why = "LambdaUnhandled", "GET /orders?token=secret failed"
    made.request_id, made.result = "8f5c", Result("8f5c", b"{}", init=90.0)
    return made


def test_the_words_of_a_record() -> None:
    groups = {GROUP: TargetGroup(GROUP, "shop", targets=(Target("arn", function(), permitted=True),))}
    assert record.opened(record.kept(asked(), groups, masked)) == Record(
        time="2027-01-15T08:00:01.500+00:00",
        region="eu-west-1",
        load_balancer="lb",
        port=80,
        client="192.0.2.1:1234",
        method="PUT",
        target="/orders?token=***&page=3",
        status=502,
        duration_ms=1250.9,
        reason="LambdaUnhandled",
        why="GET /orders?token=*** failed",
        target_group="shop",
        request_id="8f5c",
        rule="7",
        function="worker",
        cold=True,
    )


GONE = Target("arn", None, permitted=True)


@pytest.mark.parametrize(
    "groups", [{}, {GROUP: TargetGroup(GROUP, "shop")}, {GROUP: TargetGroup(GROUP, "shop", targets=(GONE,))}]
)
def test_a_target_group_without_a_function(groups: dict[str, TargetGroup]) -> None:
    found = record.opened(record.kept(asked(), groups, masked))
    assert (found.target_group, found.function) == ("shop", "")


@pytest.mark.parametrize("result", [None, Result("8f5c", b"{}")])
def test_no_cold_start(result: Result | None) -> None:
    made = asked()
    made.result = result
    assert not record.opened(record.kept(made, {}, masked)).cold


def test_a_secret_is_not_even_kept() -> None:
    assert "secret" not in repr(record.kept(asked(), {}, masked))


def test_who_was_refused_is_told_at_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        Journal().add(reply("/fine"), {})
        Journal().add(reply("/a\x1b?key=secret", "no\nGET forged"), {})
    assert [each.getMessage() for each in caplog.records] == [
        "lb:80 GET /a\\x1b?key=*** 200: no\\nGET forged"
    ]
