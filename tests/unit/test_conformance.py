"""The conformance kit's pure parts: what is played together, what a row says, totals, the price."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cases import TROUBLE, Case
from tests.conformance import clouds, price, totals
from tests.conformance.handler import handler
from tests.conformance.play import KINDS, Known, OneOf, Outcome, Play, Setting
from tests.conformance.players import plays
from tests.conformance.players.responses import unplayable
from tests.conformance.report import as_markdown, row
from tests.conformance.report import totals as counted
from tests.conformance.rounds import RULES, rounds

CASE = Case(id="case", fact="A fact.", source=TROUBLE, confidence="documented")


def play(**setting: object) -> Play:
    return Play(kind="rules", case=CASE, setting=Setting(**setting))  # type: ignore[arg-type]


def test_rows_that_want_the_same_share_a_listener() -> None:
    (only,) = rounds([play(port=80), play(port=80)], (2001,), 10)
    assert [len(stand.plays) for stand in only.stands] == [2]


def test_a_port_has_one_listener_at_a_time() -> None:
    action = {"Type": "fixed-response"}
    found = rounds([play(port=80), play(port=80, default=action), play(default=action)], (80, 2001), 10)
    assert sorted(sorted(stand.port for stand in each.stands) for each in found) == [[80], [80, 2001]]


def test_a_load_balancer_has_one_set_of_attributes_at_a_time() -> None:
    found = rounds([play(), play(attributes={"routing.http.xff_client_port.enabled": "true"})], (2001,), 10)
    values = [each.attributes["routing.http.xff_client_port.enabled"] for each in found]
    assert sorted(values) == ["false", "true"]
    assert len({tuple(each.attributes) for each in found}) == 1  # so that none is left of the round before


def test_rounds_stay_within_the_quotas() -> None:
    found = rounds(plays(), clouds.Aws.ports, clouds.Aws.width)
    assert max(len(each.stands) for each in found) <= clouds.Aws.width
    assert max(sum(len(stand.setting.rules) for stand in each.stands) for each in found) <= RULES
    played = sorted(id(play.case) for each in found for stand in each.stands for play in stand.plays)
    assert len(played) == len([each for each in plays() if not each.unplayable])


def test_a_row_differs_where_one_of_its_modes_does() -> None:
    same, other = Outcome({"status": 200}, {"status": 200}), Outcome({"status": 200}, {"status": 502})
    assert row("requests", CASE, [("single", same), ("multi", other)]).verdict == "differs"
    assert row("requests", CASE, [("single", same), ("multi", "why")]).verdict == "same"
    nothing = row("requests", CASE, [("single", "why"), ("multi", "why")])
    assert (nothing.verdict, nothing.why) == ("not playable", "single: why; multi: why")


def test_a_row_shows_what_differs() -> None:
    outcome = Outcome({"status": OneOf(400, 414), "body": "a"}, {"status": 200, "body": "a"}, "words")
    found = row("faults", CASE, [("", outcome)])
    assert (found.expected, found.seen) == ("status 400 or 414", "status 200 (words)")
    assert (
        "| A fact. (`case`) | documented | status 400 or 414 | status 200 (words) | differs |"
        in as_markdown("a cloud", [found])
    )


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b'{"statusCode": 200.0}', ""),
        (b'{"statusCode": 2e2}', "no value of a Python function is serialized to this"),
        (b'"text"', ""),
        (b"text", "no value of a Python function is serialized to this"),
        (b'{"a": 1, "a": 2}', "no value of a Python function is serialized to this"),
        (b'{"a": Infinity}', ""),
    ],
)
def test_what_a_python_function_can_return(payload: bytes, why: str) -> None:
    assert unplayable(payload) == why


def test_the_function_returns_an_event_that_fits() -> None:
    answer = handler({"httpMethod": "GET", "headers": {}, "body": "x" * 1_000_000})
    assert answer["body"] == '{"httpMethod": "GET", "headers": {}, "body": "1000000 characters"}'


def test_what_is_known_stands_in_for_placeholders() -> None:
    known = Known({"single": "arn"}, "name.example", "192.0.2.7")
    assert known.here({"x-forwarded-for": ["203.0.113.7, 127.0.0.1"]}) == {
        "x-forwarded-for": ["203.0.113.7, 192.0.2.7"]
    }
    assert known.here("127.0.0.0/8") == "192.0.2.7/32"


@pytest.mark.parametrize(
    "url", ["https://elasticloadbalancing.eu-west-1.amazonaws.com", "https://lambda.eu-west-1.api.aws"]
)
def test_an_account_is_touched_by_name_only(url: str) -> None:
    with pytest.raises(ValueError, match="--cloud=aws"):
        clouds.at(url)


def test_the_price_is_said() -> None:
    assert re.search(r"about \d\d minutes and costs at most \$0\.\d\d: 3 load balancers", price.sentence())


def test_the_picture_is_that_of_the_totals() -> None:
    columns = totals.stored()
    assert totals.PICTURE.read_text() == totals.picture(columns)
    ElementTree.fromstring(totals.PICTURE.read_text())
    assert set(counted([])) == set(KINDS)


def test_the_totals_are_of_the_rows_that_there_are() -> None:
    """Of localalb none differs; a row that is new waits for the next run of the kit."""
    (ours,) = (each for each in totals.stored() if each["cloud"].startswith("localalb"))
    assert {kind: each["differs"] for kind, each in ours["totals"].items()} == dict.fromkeys(KINDS, 0)
    assert Path(totals.STORED).name == "conformance.json"
